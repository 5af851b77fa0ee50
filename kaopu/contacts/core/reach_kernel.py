"""The filter over columns: rows sorted by point in, one line a point and one line a link (point and borrower) out.

Compiled from the steps that the scalar filter runs (`reach_step.py`); it holds no Python object and releases the
interpreter's lock, so two threads filter two parts of a file at once. Rows of a point may stand in any order of time.
"""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from kaopu.book.core.replay_compiled import digest, entry
from kaopu.contacts.core import reach_rows
from kaopu.contacts.core.reach_rows import (
    CONFIRMS,
    CONTACT,
    FAULT_EVIDENCE,
    FAULT_KIND,
    FAULT_KIND_CHANGES,
    FAULT_ORDER,
    FAULT_ROLE,
    FIRST_TIME,
    STRANGER,
    UNKNOWN_WORD,
    after,
    again,
    by_time,
    links_of,
    seen,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def _make_filter(sources: int) -> Callable[..., Any]:  # noqa: C901, PLR0915 - holds the walk
    i8, u1 = types.Array(types.int64, 1, "C", readonly=True), types.Array(types.uint8, 1, "C", readonly=True)
    i4, table = types.Array(types.int32, 1, "C", readonly=True), types.Array(types.float64, 4, "C", readonly=True)
    rates = types.Array(types.float64, 2, "C", readonly=True)
    word = (i4, u1)
    result: Any = types.UniTuple(types.int64, 3)  # type: ignore[no-untyped-call]

    @entry(
        result(
            types.int64, types.float64, i8, i8, i8, *word, *word, *word, *word, u1, u1, types.int64, table, u1, rates,
            types.int64[::1], types.float64[::1], types.uint8[::1], types.int64[::1], types.int64[::1],
            types.int64[::1], types.int64[::1], types.uint8[::1],
        )
    )  # fmt: skip
    def filter_rows(  # noqa: C901, PLR0911, PLR0912 - one walk, each fault with its row
        as_of: int, years_of_unit: float, point: Any, borrower: Any, at: Any, role: Any, role_lut: Any, kind: Any,
        kind_lut: Any, evidence: Any, evidence_lut: Any, via: Any, via_lut: Any, agreed: Any, known: Any, offset: int,
        likelihoods: Any, flags: Any, rates: Any, point_row: Any, reach: Any, suppress: Any, confirmed: Any, order: Any,
        link_row: Any, link_point: Any, link_counts: Any,
    ) -> Any:  # fmt: skip
        if sources < 0:
            return -2, 0, 0  # never so; it makes the digest part of the kept code's key
        rows = point.shape[0]
        points = links = first = 0
        last = np.empty(likelihoods.shape[1], np.int64)
        while first < rows:
            stop = first + 1
            while stop < rows and point[stop] == point[first]:
                stop += 1
            if stop < rows and point[stop] < point[first]:
                return (stop << 3) | FAULT_ORDER, points, links
            which = kind_lut[kind[first]]
            if which == UNKNOWN_WORD:
                return (first << 3) | FAULT_KIND, points, links
            by_time(at, first, stop, order)
            churn, back = rates[which, 0], rates[which, 1]
            alive, now, any_known = rates[which, 2], np.int64(FIRST_TIME), False
            repeats = rates[which, 3]
            last[:] = -1
            last_confirmed, last_stranger = np.int64(FIRST_TIME), np.int64(FIRST_TIME)
            for place in range(stop - first):
                row = order[place]
                sign = evidence_lut[evidence[row]]
                if sign == UNKNOWN_WORD:
                    return (row << 3) | FAULT_EVIDENCE, points, links
                if kind_lut[kind[row]] != which:
                    return (row << 3) | FAULT_KIND_CHANGES, points, links
                if role_lut[role[row]] == UNKNOWN_WORD:
                    return (row << 3) | FAULT_ROLE, points, links
                if at[row] > as_of:
                    continue
                if any_known:
                    alive = after(alive, (at[row] - now) * years_of_unit, churn, back)
                any_known, now = True, at[row]
                way = via_lut[via[row]]
                if_alive, if_dead = likelihoods[which, way, sign, 0], likelihoods[which, way, sign, 1]
                if last[way] == sign:
                    if_alive, if_dead = again(if_alive, repeats), again(if_dead, repeats)
                last[way] = sign
                alive = seen(alive, if_alive, if_dead)
                if flags[sign] & CONFIRMS:
                    last_confirmed = now
                elif flags[sign] & STRANGER:
                    last_stranger = now
            if any_known:
                point_row[points] = first
                reach[points] = after(alive, (as_of - now) * years_of_unit, churn, back)
                suppress[points] = last_stranger != FIRST_TIME and last_stranger >= last_confirmed
                confirmed[points] = last_confirmed
                links = links_of(
                    first, stop, as_of, borrower, at, role, role_lut, agreed, known, offset, points, links, link_row,
                    link_point, link_counts,
                )  # fmt: skip
                points += 1
            first = stop
        return -1, points, links

    return filter_rows


filter_rows = _make_filter(digest(reach_rows))


@entry(
    types.void(
        types.Array(types.int32, 1, "C", readonly=True), types.Array(types.uint8, 1, "C", readonly=True),
        types.Array(types.float64, 1, "C", readonly=True), types.float64, types.float64[:, ::1],
    )
)  # fmt: skip
def pool_links(borrower: Any, role: Any, counted: Any, passes_on: float, found: Any) -> None:
    """Products and least chances of failing, own and contacts, by borrower: rows of `found`, all 1 to begin with.

    `counted` is a link's reach, and 0 where it may not count.
    """
    for link in range(borrower.shape[0]):
        one, contact = borrower[link], role[link] == CONTACT
        misses = 1.0 - counted[link] * passes_on if contact else 1.0 - counted[link]
        product = 2 if contact else 0
        found[product, one] *= misses
        found[product + 1, one] = min(found[product + 1, one], misses)
