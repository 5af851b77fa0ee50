"""Observations of several debts, or of several parts of a book, as those of their parties."""

from __future__ import annotations

from typing import Any

from numba import types

from kaopu.book.core.replay_compiled import digest, entry, helper
from kaopu.decision.core.features import observation
from kaopu.decision.core.features.observation import FIRST_MAXIMUM, FIRST_MINIMUM


@helper
def bring_in(into: Any, place: int, row: Any) -> None:
    """One more row for the party at `place`: sums, then maxima, then minima."""
    for column in range(FIRST_MAXIMUM):
        into[place, column] += row[column]
    for column in range(FIRST_MAXIMUM, FIRST_MINIMUM):
        into[place, column] = max(into[place, column], row[column])
    for column in range(FIRST_MINIMUM, into.shape[1]):
        into[place, column] = min(into[place, column], row[column])


def _make_merge(sources: int) -> Any:
    @entry(types.void(types.int64[:, ::1], types.Array(types.int64, 1, "C", readonly=True), types.int64[:, ::1]))
    def merge(rows: Any, places: Any, into: Any) -> None:
        """Every row to its place."""
        built_from = sources  # noqa: F841 - part of the key under which the compiled code is kept
        for row in range(rows.shape[0]):
            bring_in(into, places[row], rows[row])

    return merge


merge = _make_merge(digest(observation))
