"""A Parquet file of evidence, sorted by point, filtered row group by row group on all cores.

A point whose rows lie in two row groups is set aside at the edges of both and filtered once they meet. A file that is
not sorted is read whole and sorted first, which takes longer and more memory.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kaopu.book.snapshot.threads import cores
from kaopu.contacts.reach_columns import COLUMNS, WORDS, checked
from kaopu.contacts.reach_parts import NotSortedError, Part, filtered
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from kaopu.contacts.core.reach_tables import Tables


@dataclass(frozen=True, slots=True)
class _Group:
    """A row group: its first and last point's rows, unfiltered, and all between; `inner` None for a single point."""

    head: pa.Table
    head_row: int
    inner: Part | None
    tail: pa.Table
    tail_row: int


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    metadata: pq.FileMetaData
    as_of: datetime
    tables: Tables

    @property
    def columns(self) -> list[str]:
        names = set(self.metadata.schema.to_arrow_schema().names)
        return [name for name in (*COLUMNS, "via") if name in names]

    def texts(self, *, ids: bool) -> list[str]:
        """Columns of text that are read as places in a dictionary; ids only where their order need not be known."""
        schema = self.metadata.schema.to_arrow_schema()
        wanted = (*WORDS, "point_id", "borrower_id") if ids else WORDS
        return [name for name in self.columns if name in wanted and pa.types.is_string(schema.field(name).type)]

    def first_row(self, group: int) -> int:
        return sum(self.metadata.row_group(each).num_rows for each in range(group))

    def read(self, groups: list[int], *, ids: bool = True) -> pa.Table:
        texts = self.texts(ids=ids)
        try:
            with pq.ParquetFile(
                self.path, metadata=self.metadata, read_dictionary=texts, memory_map=False, pre_buffer=False
            ) as file:
                return file.read_row_groups(groups, self.columns, use_threads=False)
        except (OSError, pa.ArrowException) as problem:
            raise BadInput(f"{self.path.name}: expected a readable Parquet file; {problem}") from problem

    def group(self, number: int) -> _Group:
        first_row = self.first_row(number)
        table = checked(self.read([number]), self.path.name, first_row).combine_chunks()
        start, stop = _edges(table.column("point_id"))
        head, tail = table.slice(0, start), table.slice(stop)
        if start >= stop and start == table.num_rows:
            return _Group(table, first_row, None, table.slice(0, 0), first_row)
        inner = filtered(table.slice(start, stop - start), self.as_of, self.tables, self.path.name, first_row + start)
        _expect_rising([*head.column("point_id")[:1], *_ends(inner.point_id), *tail.column("point_id")[:1]])
        return _Group(head, first_row, inner, tail, first_row + stop)


def filter_parquet(path: Path, as_of: datetime, tables: Tables) -> list[Part]:
    """Parts of the file in its order. Raises `BadInput` with row and column; then nothing was written anywhere."""
    try:
        metadata = pq.read_metadata(path)
    except (OSError, pa.ArrowException) as problem:
        raise BadInput(f"{path.name}: expected a readable Parquet file; {problem}") from problem
    file = _File(path, metadata, as_of, tables)
    checked(metadata.schema.to_arrow_schema().empty_table(), path.name, 0)
    try:
        with ThreadPoolExecutor(cores()) as pool:
            return list(_stitched(file, list(pool.map(file.group, range(metadata.num_row_groups)))))
    except NotSortedError:
        return _sorted(file)


def _ends(points: pa.Array) -> list[pa.Scalar]:
    """The first and the last point; texts are looked through, numbers rise or the filter has said so."""
    if (
        len(points) > 1
        and not pa.types.is_integer(points.type)
        and not pc.all(pc.less(points[:-1], points[1:])).as_py()
    ):
        raise NotSortedError
    return [points[0], points[-1]] if len(points) else []


def _expect_rising(points: list[pa.Scalar]) -> None:
    known = [each.as_py() for each in points]
    if any(later < earlier for earlier, later in pairwise(known)):
        raise NotSortedError


def _edges(points: pa.ChunkedArray) -> tuple[int, int]:
    """One past the rows of the first point, and the first of the last point's."""
    count = len(points)
    if not count:
        return 0, 0
    start, stop = 1, count - 1
    first, last = points[0].as_py(), points[count - 1].as_py()
    while start < count and points[start].as_py() == first:
        start += 1
    while stop > 0 and points[stop - 1].as_py() == last:
        stop -= 1
    return start, max(start, stop)


def _stitched(file: _File, groups: list[_Group]) -> Iterator[Part]:
    """Parts in order; the rows at the edges of neighbours are put together and filtered."""
    waiting: list[pa.Table] = []
    waiting_row, last_point = 0, None
    for each in groups:
        if each.head.num_rows:
            first_point = each.head.column("point_id")[0].as_py()
            if last_point is not None and first_point < last_point:
                raise NotSortedError
            waiting_row = waiting_row if waiting else each.head_row
            waiting.append(each.head)
            last_point = first_point
        if each.inner is None:
            continue
        yield _joined(file, waiting, waiting_row)
        yield each.inner
        waiting, waiting_row = [each.tail], each.tail_row
        if each.tail.num_rows:
            last_point = each.tail.column("point_id")[0].as_py()
    if waiting:
        yield _joined(file, waiting, waiting_row)


def _joined(file: _File, tables: list[pa.Table], first_row: int) -> Part:
    return filtered(pa.concat_tables(tables), file.as_of, file.tables, file.path.name, first_row)


def _sorted(file: _File) -> list[Part]:
    whole = checked(file.read(list(range(file.metadata.num_row_groups)), ids=False), file.path.name, 0)
    order = pc.sort_indices(whole, sort_keys=[("point_id", "ascending")])
    return [filtered(whole.take(order), file.as_of, file.tables, file.path.name, order.to_numpy())]
