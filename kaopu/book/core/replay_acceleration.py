"""Due days that move: extension, acceleration by event or by rule, and its taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_age import frozen_days, oldest_age
from kaopu.book.core.replay_billing import bill_due, unbill_after
from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_state import (
    CLOCK,
    DUE,
    EVER,
    FIXED_NEXT,
    FROZEN,
    IS_ARMED,
    IS_GONE,
    IS_MOVED,
    IS_RESTING,
    OLDEST,
    OVERDUE,
    OWN_DUE,
    PAST,
    R_ACCELERATE_AFTER_DAYS,
    R_GRACE_AMOUNT,
    R_GRACE_DAYS,
    REST,
    ROWS_DISPUTED,
    VERSION_FROM,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def extend(rows: Table, state: Table, days: int, day: int) -> None:
    """Instalments due on or after the day fall due later; a version that came into force later holds that already."""
    if state[VERSION_FROM] >= day:
        return
    for row in range(state[PAST], state[N]):
        rows[DUE, row] += days
        rows[OWN_DUE, row] += days
    unbill_after(rows, state, day)


@helper
def call_due(rows: Table, state: Table, day: int) -> None:
    """Instalments due after the day fall due on it."""
    for row in range(state[PAST], state[N]):
        if rows[DUE, row] > day:
            rows[DUE, row] = day
            state[IS_MOVED] = 1


@helper
def accelerate(rows: Table, state: Table, day: int) -> None:
    """Acceleration by event; a version that came into force later holds its effect already."""
    if state[VERSION_FROM] < day:
        call_due(rows, state, day)
        bill_due(rows, state, day)


@helper
def crossing_day(rows: Table, state: Table, rules: Table, reached: int, stands: Any) -> Any:
    """The next day at whose start the rule accelerates, as far as nothing changes; EVER without one.

    `stands`: the clock does not run in the days after the day reached.
    """
    after = rules[R_ACCELERATE_AFTER_DAYS]
    if after == 0 or state[IS_ARMED] == 0 or state[IS_GONE] != 0:
        return EVER
    over, tolerated = max(after, rules[R_GRACE_DAYS]), rules[R_GRACE_AMOUNT]
    wait = over + 1 - (state[CLOCK] - oldest_age(rows, state, tolerated))
    is_held_over = state[ROWS_DISPUTED] > 0 and frozen_days(rows, state, tolerated) > over
    if is_held_over:
        wait = 1
    elif stands and wait > 0:
        return EVER
    return max(reached + max(1, wait), state[VERSION_FROM] + 1)


@helper
def reinstate(rows: Table, state: Table, day: int) -> None:
    """Accelerated instalments whose own day is the day or later fall due on it again; the rule rests."""
    state[IS_ARMED], state[IS_RESTING] = 0, 1
    if state[IS_MOVED] == 0:
        return
    first = state[N]  # own days stand in the order of the rows: those that move are the last ones
    while first > 0 and rows[OWN_DUE, first - 1] >= day:
        first -= 1
    for row in range(first, state[N]):
        if row < state[PAST]:
            for component in range(1, 4):
                state[OVERDUE + component] -= rows[REST + component, row]
            rows[FROZEN, row] = min(rows[FROZEN, row], 0)
        rows[DUE, row] = rows[OWN_DUE, row]
    state[PAST] = min(state[PAST], first)
    state[OLDEST] = min(state[OLDEST], state[PAST])
    state[FIXED_NEXT] = min(state[FIXED_NEXT], state[PAST])
    unbill_after(rows, state, day)
