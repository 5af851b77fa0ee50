"""Ids that must be unique in a whole snapshot, watched across its parts while they stream by."""

from __future__ import annotations

from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kaopu.book.snapshot.parts import Part
    from kaopu.kernel.core.errors import BadInput

    Ids = NDArray[np.int64]

# One byte an id is ten times quicker than sorting, while the ids are dense: up to so many bytes an id.
_SPARSE = 16
_FIRST_ROOM = 1 << 20


class SortedIds:
    """Ids that every part holds in ascending order, each once: parts that do not overlap need no further look."""

    def __init__(self) -> None:
        self._parts: list[Ids] = []

    def add(self, ids: Ids) -> None:
        """Remember the ids of a part."""
        if len(ids):
            self._parts.append(ids)

    def are_unique(self) -> bool:
        """Whether no id came twice."""
        parts = sorted(self._parts, key=lambda ids: int(ids[0]))
        if all(before[-1] < after[0] for before, after in pairwise(parts)):
            return True
        return not _repeats(np.concatenate(parts))


class AnyIds:
    """Ids above 0 in any order. Dense ones are marked, and the marks counted; sparse ones are kept and sorted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._marks = np.zeros(_FIRST_ROOM, np.uint8)
        self._kept: list[Ids] = []
        self._count = 0

    def add(self, ids: Ids) -> None:
        """Remember the ids of a part. Several threads may add at once."""
        if not len(ids):
            return
        high = int(ids.max())
        with self._lock:
            self._count += len(ids)
            if self._kept or high > _SPARSE * self._count + _FIRST_ROOM:
                self._kept.append(ids)
                return
            if high >= len(self._marks):
                grown = np.zeros(max(high + 1, 2 * len(self._marks)), np.uint8)
                grown[: len(self._marks)] = self._marks
                self._marks = grown
            self._marks[ids] = 1

    def are_unique(self) -> bool:
        """Whether no id came twice."""
        kept = np.concatenate([np.empty(0, np.int64), *self._kept])
        marked = self._marks[kept[kept < len(self._marks)]].any()
        count = int(np.count_nonzero(self._marks)) + len(kept)
        return count == self._count and not marked and not _repeats(kept)


def repeat_fault(parts: Sequence[Part], name: str, column: str) -> BadInput:
    """The second row of a repeated id, found by reading that column again."""
    slabs = [part.rows(name, ["debt_id"] if column == "debt_id" else ["debt_id", column]) for part in parts]
    ids = np.concatenate([slab.numbers(column) for slab in slabs])
    places = np.argsort(ids, kind="stable")
    repeated = places[1:][ids[places][1:] == ids[places][:-1]]
    place = int(repeated.min())
    for slab in slabs:
        if place < len(slab.table):
            return slab.fault(place, column, f"{ids[repeated.min()]} is there twice; expected it once in the snapshot")
        place -= len(slab.table)
    raise AssertionError(column)


def _repeats(ids: Ids) -> bool:
    ordered = np.sort(ids)
    return bool((ordered[1:] == ordered[:-1]).any())
