"""One Parquet file of a snapshot: opened, its columns checked once, then read whole or in pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from kaopu.book.snapshot.columns import NOT_NEEDED, TEXTS, Column, Kind, columns_of
from kaopu.book.snapshot.faults import file_fault, row_fault

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A file of debts, instalments or events. Reading may be done from several threads at once."""

    name: str
    path: Path
    columns: tuple[Column, ...]
    metadata: pq.FileMetaData

    @property
    def needed(self) -> list[str]:
        """Names of the columns that the replay takes."""
        return [column.name for column in self.columns if column.name not in NOT_NEEDED]

    def read(self, row_groups: list[int] | None = None, columns: list[str] | None = None) -> pa.Table:
        """Rows of some row groups, or of all, in the order of the file."""
        columns = self.needed if columns is None else columns
        texts = [name for name in TEXTS[self.name] if name in columns]
        try:
            # One thread a bucket: the buckets already keep every core busy, and plain reads beat a memory map here.
            with pq.ParquetFile(
                self.path, metadata=self.metadata, read_dictionary=texts, memory_map=False, pre_buffer=False
            ) as file:
                if row_groups is None:
                    return file.read(columns, use_threads=False)
                return file.read_row_groups(row_groups, columns, use_threads=False)
        except (OSError, pa.ArrowException) as problem:
            raise file_fault(self.path, f"expected a readable Parquet file; {problem}") from problem


def open_file(name: str, path: Path) -> ParquetFile:
    """Open and check the columns. Raises BadInput for an unreadable file, a missing column, a wrong type, a null."""
    try:
        with pq.ParquetFile(path) as opened:
            metadata, schema = opened.metadata, opened.schema_arrow
    except (OSError, pa.ArrowException) as problem:
        raise file_fault(path, f"expected a readable Parquet file; {problem}") from problem
    columns = tuple(
        column for column in columns_of(name, schema, path) if not pa.types.is_null(schema.field(column.name).type)
    )
    file = ParquetFile(name, path, columns, metadata)
    for column in columns:
        if column.name in NOT_NEEDED and column.default is None and _nulls(file, column):
            _refuse_null(file, column)
    return file


def _nulls(file: ParquetFile, column: Column) -> bool:
    # What the file says of itself is enough here, since no figure rests on these values.
    place = file.metadata.schema.names.index(column.name)
    if file.metadata.schema.column(place).max_definition_level == 0:
        return False
    for group in range(file.metadata.num_row_groups):
        facts = file.metadata.row_group(group).column(place).statistics
        if facts is None or not facts.has_null_count or facts.null_count:
            return True
    return False


def _refuse_null(file: ParquetFile, column: Column) -> None:
    values = file.read(columns=["debt_id", column.name])
    nulls = values.column(column.name).is_null().to_numpy()
    if nulls.any():
        row = int(nulls.argmax())
        debt_id = values.column("debt_id")[row].as_py()
        raise row_fault(file.path, row, debt_id, column.name, f"found null; expected {_word(column)}")


def _word(column: Column) -> str:
    return "text" if column.kind is Kind.TEXT else column.kind.value
