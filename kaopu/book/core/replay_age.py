"""How late the debt is: by row, by debt, and what the end of a day finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_compiled import helper, tiny
from kaopu.book.core.replay_rows import is_past, rest
from kaopu.book.core.replay_state import (
    AGE,
    CLEARED_ON,
    CLOCK,
    DAY,
    DAYS_BEFORE,
    EVER,
    EVER_DISPUTED,
    FROZEN,
    FROZEN_ROW,
    IS_ARMED,
    IS_GONE,
    IS_RESTING,
    NON_ACCRUAL,
    NON_PERFORMING_ON,
    OLDEST,
    OLDEST_CHARGED,
    PAST,
    PAST_CHARGED,
    R_GRACE_AMOUNT,
    R_GRACE_DAYS,
    R_NON_ACCRUAL_DAYS,
    ROWS_DISPUTED,
    STATUS_DAYS,
    WORST,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


NON_PERFORMING_DAYS = 90  # Measures for Risk Classification of Financial Assets of Commercial Banks (2023)


@helper
def oldest_age(rows: Table, state: Table, tolerated: int) -> Any:
    """The clock when the oldest ageing row fell due; EVER when none ages. Rows in dispute do not age."""
    if state[IS_GONE] != 0:
        row = state[FROZEN_ROW]
        if row >= 0 and is_past(state, row) and rows[FROZEN, row] < 0:
            return rows[AGE, row]
        return EVER
    age = EVER
    row, charged = state[OLDEST], state[OLDEST_CHARGED]
    while row < state[PAST] and rest(rows, row) <= tolerated:
        row += 1
    while charged < state[PAST_CHARGED] and rest(rows, charged) <= tolerated:
        charged += 1
    state[OLDEST], state[OLDEST_CHARGED] = row, charged
    if charged < state[PAST_CHARGED]:
        age = rows[AGE, charged]
    if state[EVER_DISPUTED] == 0:
        if row < state[PAST]:
            age = min(age, rows[AGE, row])
        return age
    while row < state[PAST]:  # a dispute makes a row younger than those after it
        if rows[FROZEN, row] < 0 and rest(rows, row) > tolerated:
            age = min(age, rows[AGE, row])
        row += 1
    return age


@helper
def frozen_days(rows: Table, state: Table, tolerated: int) -> Any:
    """The most days at which a dispute holds a row that is past due; 0 where none is."""
    days = 0
    if state[IS_GONE] != 0:
        row = state[FROZEN_ROW]
        if row >= 0 and is_past(state, row):
            days = max(days, rows[FROZEN, row])
        return days
    for row in range(state[PAST]):
        if rows[FROZEN, row] > days and rest(rows, row) > tolerated:
            days = rows[FROZEN, row]
    return days


@tiny
def own_days(rows: Table, state: Table, rules: Table) -> Any:
    """Days past due at the end of the day reached, reports apart."""
    tolerated = rules[R_GRACE_AMOUNT]
    days = max(0, state[CLOCK] - oldest_age(rows, state, tolerated))
    if state[ROWS_DISPUTED] > 0:
        days = max(days, frozen_days(rows, state, tolerated))
    return 0 if days <= rules[R_GRACE_DAYS] else days


@helper
def days_past_due(rows: Table, state: Table, rules: Table) -> Any:
    """Days past due at the end of the day reached."""
    return max(own_days(rows, state, rules), state[STATUS_DAYS])


@helper
def re_age(rows: Table, state: Table) -> None:
    """Every row due before the day counts as if it had fallen due on it."""
    for row in range(state[PAST]):
        rows[AGE, row] = state[CLOCK]
        rows[FROZEN, row] = min(rows[FROZEN, row], 0)
    for row in range(state[N], state[PAST_CHARGED]):
        rows[AGE, row] = state[CLOCK]


@helper
def end_day(rows: Table, state: Table, rules: Table) -> None:
    """What the end of the day reached finds. Inside a gap without events days only grow, so its last day tells all."""
    own = own_days(rows, state, rules)
    days = max(own, state[STATUS_DAYS])
    state[WORST] = max(state[WORST], days)
    if days > NON_PERFORMING_DAYS:
        state[NON_PERFORMING_ON] = state[DAY]
    if days > rules[R_NON_ACCRUAL_DAYS]:
        state[NON_ACCRUAL] = 1
    if days == 0:
        state[NON_ACCRUAL] = 0
        if state[DAYS_BEFORE] > 0:
            state[CLEARED_ON] = state[DAY]
    if own == 0 and state[IS_RESTING] != 0:
        state[IS_ARMED], state[IS_RESTING] = 1, 0
    state[DAYS_BEFORE] = days
