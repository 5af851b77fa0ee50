"""A batch of text as typed columns; its bad rows written down and left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kaopu.book.imports import field, reading
from kaopu.book.imports.rejects import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kaopu.book.imports.chunk import Sending
    from kaopu.book.imports.mapping import FileSpec

RAGGED = "as many columns as the header has"


@dataclass(frozen=True, slots=True)
class Rows:
    """Good rows of a file: columns by the mapping's names, and their numbers in the file."""

    file: str
    numbers: np.ndarray
    columns: dict[str, pa.Array]

    def __len__(self) -> int:
        return len(self.numbers)

    def numpy(self, name: str) -> np.ndarray:
        """A column without nulls as int64; days as day numbers."""
        column = self.columns[name]
        if pa.types.is_date(column.type):
            column = column.cast(pa.int32())
        return np.asarray(column).astype(np.int64)

    def only(self, good: np.ndarray) -> Rows:
        """The rows of a mask."""
        if good.all():
            return self
        mask = pa.array(good)
        return Rows(self.file, self.numbers[good], {name: part.filter(mask) for name, part in self.columns.items()})

    def without(self, sending: Sending, faults: Sequence[Fault]) -> Rows:
        """The rows that have none of these faults; the others go to the rejects file."""
        return self.only(~sending.rejects.add(self.file, self.numbers, faults))

    def fault(self, column: str, bad: np.ndarray, expectation: str) -> Fault:
        """A fault seen only once a row is read: values that contradict each other."""
        values = self.columns.get(column, pa.nulls(len(self), pa.string()))
        return Fault(column, bad, values, expectation)


def rows(sending: Sending, spec: FileSpec) -> Iterator[Rows]:
    """The good rows of every file of one role, batch by batch. A row that cannot be read is written to the rejects."""
    for path in reading.find(sending.path, spec):
        yield from rows_of(sending, spec, path)


def rows_of(sending: Sending, spec: FileSpec, path: Path) -> Iterator[Rows]:
    """The good rows of one file."""
    for batch in reading.batches(path, spec, sending.told):
        sending.rejects.add_lines(path.name, batch.ragged, RAGGED)
        columns, faults = {}, []
        for entry in spec.fields:
            raw = batch.columns.get(entry.name)
            if raw is None:
                continue
            values, bad = field.read(entry, raw, sending.mapping.currency)
            columns[entry.name] = values
            if bad.any():
                faults.append(Fault(entry.column, bad, raw, field.expectation(entry, sending.mapping.currency)))
        yield Rows(path.name, batch.rows, columns).without(sending, faults)


def whole(sending: Sending, spec: FileSpec) -> Rows:
    """All good rows of a role at once: for files that are small by nature."""
    parts = list(rows(sending, spec))
    if not parts:
        nothing = {entry.name: pa.array([], pa.string()) for entry in spec.fields}
        return Rows(spec.name, np.zeros(0, np.int64), nothing)
    names = list(parts[0].columns)
    columns = {name: pa.concat_arrays([part.columns[name] for part in parts]) for name in names}
    return Rows(parts[0].file, np.concatenate([part.numbers for part in parts]), columns)


def new_debts(sending: Sending, batch: Rows, column: str) -> Rows:
    """The rows whose id stands here for the first time and is not in the book yet."""
    ids = batch.numpy(column)
    batch = batch.without(sending, [batch.fault(column, sending.repeated(ids), "an id that no row before has")])
    known = sending.known(batch.numpy(column))
    told = f"an id that the book does not have yet from {sending.mapping.source}"
    return batch.without(sending, [batch.fault(column, known, told)])
