"""Three single files cut into ranges of debts along their row groups, so that a book of any size streams.

A row group is decoded once, kept while a range still needs it, and dropped after. The ends of a range come from the
minima and maxima of `debt_id` in the file's own metadata; where a writer left them out, the column is read for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kaopu.book.snapshot.faults import row_fault
from kaopu.book.snapshot.slab import Slab, one_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kaopu.book.snapshot.parquet_file import ParquetFile

# About as many instalments in a range as one bucket of sixty-four holds of five million debts.
ROWS_IN_RANGE = 1 << 19
FIRST, LAST = -(1 << 63), (1 << 63) - 1


@dataclass(slots=True)
class _Group:
    number: int
    first_row: int
    rows: int
    low: int
    high: int
    lock: Lock = field(default_factory=Lock)
    readers: int = 0
    table: pa.Table | None = None


class RowGroups:
    """The row groups of one file, each decoded once for all the ranges that touch it."""

    def __init__(self, file: ParquetFile) -> None:
        self.file = file
        self.groups = list(_groups(file))

    def touched(self, low: int, high: int) -> list[_Group]:
        """Row groups that may hold debts from `low` up to, not including, `high`."""
        return [group for group in self.groups if group.high >= low and (group.low < high or high == LAST)]

    def rows(self, low: int, high: int, columns: list[str] | None) -> Slab:
        """The rows of debts from `low` up to, not including, `high`; `high` LAST is included."""
        pieces, first_row = [], None
        for group in self.touched(low, high):
            table = self._table(group) if columns is None else self.file.read([group.number], columns)
            debt_id = one_chunk(table.column("debt_id")).to_numpy()
            start = 0 if low == FIRST else int(np.searchsorted(debt_id, low))
            stop = len(debt_id) if high == LAST else int(np.searchsorted(debt_id, high))
            if stop > start:
                first_row = group.first_row + start if first_row is None else first_row
                pieces.append(table.slice(start, stop - start))
        if not pieces:
            wanted = self.file.needed if columns is None else columns
            pieces = [self.file.read([], wanted)]
        return Slab(self.file.path, first_row or 0, self.file.columns, pa.concat_tables(pieces))

    def release(self, low: int, high: int) -> None:
        """One range less needs these row groups."""
        for group in self.touched(low, high):
            with group.lock:
                group.readers -= 1
                if group.readers <= 0:
                    group.table = None

    def _table(self, group: _Group) -> pa.Table:
        with group.lock:
            if group.table is None:
                group.table = self.file.read([group.number])
                self._check_order(group, group.table)
            return group.table

    def _check_order(self, group: _Group, table: pa.Table) -> None:
        # Ranges are cut by search, which needs the order; the kernel checks it again between debts and files.
        values = table.column("debt_id")
        if values.null_count:
            row = int(values.is_null().to_numpy().argmax())
            raise row_fault(self.file.path, group.first_row + row, None, "debt_id", "found null; expected int64")
        debt_id = one_chunk(values).to_numpy()
        if (wrong := debt_id[1:] < debt_id[:-1]).any():
            row = int(wrong.argmax()) + 1
            raise _out_of_order(self.file, group.first_row + row, debt_id[row], debt_id[row - 1])


@dataclass(frozen=True, slots=True)
class Range:
    """Debts from `low` up to, not including, `high`, of three files."""

    files: Mapping[str, RowGroups]
    low: int
    high: int

    def rows(self, name: str, columns: list[str] | None = None) -> Slab:
        """The rows of one of the files."""
        return self.files[name].rows(self.low, self.high, columns)

    def names(self, name: str) -> list[str]:
        """The columns of that file, documented or not."""
        return list(self.files[name].file.metadata.schema.names)

    def release(self) -> None:
        """Let go of row groups that no later range needs."""
        for file in self.files.values():
            file.release(self.low, self.high)


def ranges(files: Mapping[str, ParquetFile]) -> Iterator[Range]:
    """Ranges that together hold every row of the three files."""
    groups = {name: RowGroups(file) for name, file in files.items()}
    cuts = [FIRST, *_cuts(groups["instalments"].groups), LAST]
    made = [Range(groups, low, high) for low, high in pairwise(cuts)]
    for each in made:
        for file in groups.values():
            for group in file.touched(each.low, each.high):
                group.readers += 1
    yield from made


def _cuts(groups: list[_Group]) -> list[int]:
    cuts: list[int] = []
    rows = 0
    for group in groups:
        if rows >= ROWS_IN_RANGE and group.low > (cuts[-1] if cuts else FIRST):
            cuts.append(group.low)
            rows = 0
        # A large row group is cut inside: ids are spread evenly enough for a guess, and any cut is a right one.
        pieces = min(group.rows // ROWS_IN_RANGE, group.high - group.low)
        cuts += [group.low + (group.high - group.low) * piece // pieces for piece in range(1, pieces)]
        rows = rows + group.rows if pieces < 2 else ROWS_IN_RANGE
    return sorted(set(cuts))


def _groups(file: ParquetFile) -> Iterator[_Group]:
    place = file.metadata.schema.names.index("debt_id")
    first_row, before = 0, FIRST
    for number in range(file.metadata.num_row_groups):
        facts = file.metadata.row_group(number)
        if facts.num_rows == 0:
            continue
        statistics = facts.column(place).statistics
        if statistics is not None and statistics.has_min_max:
            low, high = int(statistics.min), int(statistics.max)
        else:
            low, high = _read_ends(file, number)
        if low < before:
            _refuse_order(file, number, first_row, before)
        yield _Group(number, first_row, facts.num_rows, low, high)
        first_row, before = first_row + facts.num_rows, high


def _read_ends(file: ParquetFile, number: int) -> tuple[int, int]:
    values = file.read([number], ["debt_id"]).column("debt_id").drop_null()
    if len(values) == 0:
        return FIRST, FIRST
    debt_id = one_chunk(values).to_numpy()
    return int(debt_id.min()), int(debt_id.max())


def _refuse_order(file: ParquetFile, number: int, first_row: int, before: int) -> None:
    debt_id = one_chunk(file.read([number], ["debt_id"]).column("debt_id")).to_numpy(zero_copy_only=False)
    row = int((debt_id < before).argmax())
    raise _out_of_order(file, first_row + row, debt_id[row], before)


def _out_of_order(file: ParquetFile, row: int, debt_id: int, before: int) -> Exception:
    return row_fault(file.path, row, debt_id, "debt_id", f"comes after {before}; expected rows sorted by debt_id")
