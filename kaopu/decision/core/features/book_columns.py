"""Debts with their schedules and events as columns, cut to what was known: the same for one party and for a bucket."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.event_kind import CODE, EventKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]

UNKNOWN = -1  # a code or an hour that the book does not carry
DEBTS, INSTALMENTS = slice(0, 4), slice(4, 13)
FROM, CAUSE, EVENT_ON, EVENT_KIND, EVENT_ID, REVERSES = 11, 12, 14, 15, 17, 19
EVENTS = range(13, 20)


@dataclass(frozen=True, slots=True, eq=False)
class BookColumns:
    """Rows of some debts. `of_kernel` is in the order of the arguments of `kaopu.book.core.replay.replay`.

    One entry a debt: `party_id`, `currency` (a code), `local_hour` (0 to 23, UNKNOWN), and codes of `category`,
    `merchant` and `product` (UNKNOWN where the book has none). `recorded_at`: one entry an event, microseconds since
    1970 UTC, NO_INSTANT where none is told; length 0 where the source has no such column.
    """

    of_kernel: tuple[Values, ...]
    party_id: Values
    currency: Values
    local_hour: Values
    category: Values
    merchant: Values
    product: Values
    recorded_at: Values


NO_INSTANT = -(1 << 63)
_DAY_IN_US = 86_400_000_000


def microseconds(instant: datetime) -> int:
    """Since 1970 UTC, of an aware instant."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def known_by(columns: BookColumns, as_of_day: int, known_at_us: int | None) -> BookColumns:
    """Without whatever occurred after the as-of day or was recorded after `known_at_us`.

    An event without an instant of recording was known at the end of its own day. A schedule version goes with the
    event that brought it; a reversal of an event that is not known goes too. Debts that begin later stay and are
    nothing to the replay.
    """
    args = columns.of_kernel
    on = args[EVENT_ON]
    known = on <= as_of_day
    if known_at_us is not None and len(columns.recorded_at):
        # The end of its day, UTC.
        told = np.where(
            columns.recorded_at == NO_INSTANT, (on.astype(np.int64) + 1) * _DAY_IN_US - 1, columns.recorded_at
        )
        known &= told <= known_at_us
    elif known_at_us is not None:
        known &= (on.astype(np.int64) + 1) * _DAY_IN_US - 1 <= known_at_us
    events = tuple(args[place] for place in EVENTS)
    if not known.all():
        known = _with_their_targets(args, known)
        events = tuple(each[known] if len(each) else each for each in events)
    rows = _rows_in_force(args, as_of_day, events[4], all_events=bool(known.all()))
    instalments = args[INSTALMENTS]
    if rows is not None:
        instalments = tuple(each[rows] if len(each) else each for each in instalments)
    return replace(columns, of_kernel=(*args[DEBTS], *instalments, *events))


def _with_their_targets(args: tuple[Values, ...], known: Values) -> Values:
    ids, reverses = args[EVENT_ID], args[REVERSES]
    if not len(ids) or not len(reverses):
        return known
    reversal = args[EVENT_KIND] == CODE[EventKind.REVERSAL]
    while True:
        lost = reversal & known & ~np.isin(reverses, ids[known])
        if not lost.any():
            return known
        known = known & ~lost


def _rows_in_force(args: tuple[Values, ...], as_of_day: int, ids: Values, *, all_events: bool) -> Values | None:
    begins, cause = args[FROM], args[CAUSE]
    rows = None
    if len(begins) and (later := begins > as_of_day).any():
        rows = ~later
    if len(cause) and not all_events:
        kept = (cause == 0) | np.isin(cause, ids)
        rows = kept if rows is None else rows & kept
    return rows
