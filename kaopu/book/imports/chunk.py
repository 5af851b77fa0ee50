"""What a recipe makes and the writer stores: some debts, whole, with their schedules and events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kaopu.book.imports.mapping import Mapping
    from kaopu.book.imports.rejects import RejectsFile

CHUNK_DEBTS = 32_768
ARRAYS = ("seq", "due_on", "principal", "interest", "fee")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Debts with all their schedules and events. Days are date32, amounts whole minor units.

    debts      external_id, party (the sender's id of the borrower), currency, disbursed_on, principal; any other column
               of docs/snapshot.md, and terms (JSON)
    schedules  debt (place in `debts`), version, from_on, cause (place in `events`, null: none), and one list a row for
               each of seq, due_on, principal, interest, fee
    events     debt (place in `debts`), on, kind, amount, component, payload (JSON), reverses (place in `events` of an
               earlier or later row, null: none); in the order in which they count within a day
    """

    debts: pa.Table
    schedules: pa.Table
    events: pa.Table


@dataclass(slots=True)
class Sending:
    """One book as it arrives: where it lies, how it is read, and what was learnt on the way."""

    mapping: Mapping
    path: Path
    rejects: RejectsFile
    scratch: Path
    known: Callable[[np.ndarray], np.ndarray]  # which of these external ids the book already has from this source
    told: Callable[[int], None] = lambda _more: None
    accepted: int = 0
    facts: dict[str, object] = field(default_factory=dict)
    _seen: list[np.ndarray] = field(default_factory=list)

    def repeated(self, ids: np.ndarray) -> np.ndarray:
        """Which of these ids were here before in this sending; the first of several equal ones is not."""
        order = np.argsort(ids, kind="stable")
        ordered = ids[order]
        twice = np.zeros(len(ids), bool)
        twice[order[1:]] = ordered[1:] == ordered[:-1]
        for before in self._seen:
            place = np.minimum(np.searchsorted(before, ids), len(before) - 1)
            twice |= before[place] == ids
        if len(ids):
            self._seen.append(np.unique(ids))
        if len(self._seen) > 8:
            self._seen = [np.unique(np.concatenate(self._seen))]
        return twice


def same(value: object, count: int, kind: pa.DataType | None = None) -> pa.Array:
    """`count` times one value."""
    if value is None:
        return pa.nulls(count, kind or pa.string())
    return pa.array([value], kind).take(pa.array(np.zeros(count, np.int32)))


def lists(values: np.ndarray, kind: pa.DataType | None = None) -> pa.ListArray:
    """A matrix as lists, one a row."""
    rows, width = values.shape
    flat = pa.array(np.ascontiguousarray(values).reshape(-1))
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32) if width else np.zeros(rows + 1, np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), flat.cast(kind) if kind else flat)


def json_objects(**columns: pa.Array | str) -> pa.Array:
    """JSON texts row by row. A column holds JSON already (numbers as text, quoted words), a string is one for all."""
    import pyarrow.compute as pc

    parts: list[pa.Array | str] = []
    for place, (name, column) in enumerate(columns.items()):
        opening = "{" if place == 0 else ","
        parts += [f'{opening}"{name}":', column]
    return pc.binary_join_element_wise(*parts, "}", "")


def days(numbers: np.ndarray) -> pa.Array:
    """Day numbers since 1970-01-01 as date32."""
    return pa.array(numbers.astype(np.int32)).cast(pa.date32())
