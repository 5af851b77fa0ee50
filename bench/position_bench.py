"""One position of a prepared history, and whether a long history costs more for each event than a short one."""

from __future__ import annotations

import time
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow, prepare
from kaopu.book.core.position import position

if TYPE_CHECKING:
    from collections.abc import Callable

START = date(2018, 1, 31)
AS_OF = date(2024, 6, 30)
KINDS = (EventKind.PAYMENT,) * 5 + (EventKind.FEE, EventKind.WAIVER, EventKind.PENALTY, EventKind.CHARGEBACK)
TARGET_MICROSECONDS = 50
TARGET_GROWTH = 1.5


def history(events: int, kinds: tuple[EventKind, ...] = KINDS) -> History:
    """60 instalments with grace and a daily penalty, and so many events over six years; a tenth are reversals."""
    draw, happened = Random(events), []
    for at in range(1, events + 1):
        undoes = at % 10 == 0 and len(kinds) > 1
        happened.append(
            EventRow(
                on=START + timedelta(days=at * 2300 // events),
                kind=EventKind.REVERSAL if undoes else draw.choice(kinds),
                amount=draw.randint(1, 8_000_000 // events),
                event_id=at,
                reverses=draw.randint(1, at - 1) if undoes else 0,
            )
        )
    rows = tuple(InstalmentRow(n, START + timedelta(days=30 * n), 50_000, 900, 25) for n in range(1, 61))
    rules = DebtRules(
        1, 1, "CNY", START, 3_000_000, allocation=1, grace_days=3, penalty_rate_ppm=182_500, penalty_fixed=500
    )
    return History(rules if len(kinds) > 1 else DebtRules(1, 1, "CNY", START, 3_000_000), rows, tuple(happened))


def best_microseconds(action: Callable[[], object], seconds: float = 0.5) -> float:
    """The quickest of many single calls, all alike: what else runs on the machine only ever adds."""
    best, until = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < until:
        started = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - started)
    return 1e6 * best


def run() -> dict[str, object]:
    """Microseconds of a position and nanoseconds for each event."""
    prepared = {events: prepare(history(events)) for events in (100, 1_000, 10_000)}
    plain = prepare(history(100, (EventKind.PAYMENT,)))
    empty = best_microseconds(lambda: position(prepare_nothing, AS_OF))
    spent = {events: best_microseconds(lambda one=one: position(one, AS_OF)) for events, one in prepared.items()}
    each = {events: 1000 * (spent[events] - empty) / events for events in spent}
    growth = each[10_000] / each[100]
    return {
        "one_position_microseconds": round(spent[100], 1),
        "one_position_read_microseconds": round(best_microseconds(lambda: position(prepared[100], AS_OF).as_json()), 1),
        "payments_alone_microseconds": round(best_microseconds(lambda: position(plain, AS_OF)), 1),
        "nanoseconds_for_each_event": {str(events): round(value, 1) for events, value in each.items()},
        "growth_from_100_to_10000_events": round(growth, 2),
        "targets": {"one_position_microseconds": TARGET_MICROSECONDS, "growth": TARGET_GROWTH},
        "met": spent[100] <= TARGET_MICROSECONDS and growth <= TARGET_GROWTH,
    }


# A call with nothing to walk: what remains of a position when there are no events.
prepare_nothing = prepare(History(DebtRules(1, 1, "CNY", START, 1), (), ()))
