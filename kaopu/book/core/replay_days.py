"""Days passing between events: rows fall due, the debt ages, the late penalty accrues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_rows import is_past, rest
from kaopu.book.core.replay_state import (
    AGE,
    BASE_DAYS,
    CLOCK,
    CREDIT,
    DAY,
    DUE,
    END,
    EVER,
    FIXED_COUNT,
    FIXED_NEXT,
    FROZEN_ROW,
    IS_CHARGED_OFF,
    OLDEST,
    OLDEST_CHARGED,
    OVERDUE,
    PAST,
    PAST_CHARGED,
    PAUSE_END,
    PENALTY,
    PENALTY_BY_RULE,
    PENALTY_CHARGED,
    R_GRACE_AMOUNT,
    R_GRACE_DAYS,
    R_PENALTY_BASE,
    R_PENALTY_CAP,
    R_PENALTY_DAYS_IN_YEAR,
    R_PENALTY_FIXED,
    R_PENALTY_RATE_PPM,
    REST,
    STATUS_DAYS,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def pass_row(rows: Table, state: Table, row: int) -> None:
    """The row's due day is over: it is overdue from now on."""
    rows[AGE, row] = state[CLOCK]
    for component in range(1, 4):
        state[OVERDUE + component] += rows[REST + component, row]


@helper
def oldest_age(rows: Table, state: Table, tolerated: int) -> Any:
    """The clock when the oldest ageing row fell due; EVER when none ages."""
    if state[IS_CHARGED_OFF] != 0:
        frozen = state[FROZEN_ROW]
        if frozen >= 0 and is_past(state, frozen):
            return rows[AGE, frozen]
        return EVER
    row, charged = state[OLDEST], state[OLDEST_CHARGED]
    while row < state[PAST] and rest(rows, row) <= tolerated:
        row += 1
    while charged < state[PAST_CHARGED] and rest(rows, charged) <= tolerated:
        charged += 1
    state[OLDEST], state[OLDEST_CHARGED] = row, charged
    age = EVER
    if row < state[PAST]:
        age = rows[AGE, row]
    if charged < state[PAST_CHARGED]:
        age = min(age, rows[AGE, charged])
    return age


@helper
def days_past_due(rows: Table, state: Table, rules: Table) -> Any:
    """Days past due at the end of the day reached."""
    days = max(0, state[CLOCK] - oldest_age(rows, state, rules[R_GRACE_AMOUNT]))
    if days <= rules[R_GRACE_DAYS]:
        days = 0
    return max(days, state[STATUS_DAYS])


@helper
def accrue(rows: Table, state: Table, rules: Table, length: int) -> None:
    """The late penalty over `length` days that follow the day reached, none paused, in which nothing changes."""
    grace, tolerated, clock = rules[R_GRACE_DAYS], rules[R_GRACE_AMOUNT], state[CLOCK]
    past_grace = min(length, clock + length - oldest_age(rows, state, tolerated) - grace)
    if past_grace > 0:
        base = state[OVERDUE + 1]
        if rules[R_PENALTY_BASE] == 1:
            base += state[OVERDUE + 2] + state[OVERDUE + 3]
        state[BASE_DAYS] += base * past_grace
    row = state[FIXED_NEXT]
    while row < state[PAST] and clock + length - rows[AGE, row] > grace:
        if rest(rows, row) > tolerated:
            state[FIXED_COUNT] += 1
        row += 1
    state[FIXED_NEXT] = row


@helper
def advance(rows: Table, state: Table, rules: Table, day: int) -> None:
    """Let the days pass up to the start of `day`, its penalty included."""
    bears_penalty = rules[R_PENALTY_RATE_PPM] > 0 or rules[R_PENALTY_FIXED] > 0
    while state[DAY] < day:
        reached = state[DAY]
        while state[PAST] < state[N] and rows[DUE, state[PAST]] <= reached:
            pass_row(rows, state, state[PAST])
            state[PAST] += 1
        while state[PAST_CHARGED] < state[END]:
            pass_row(rows, state, state[PAST_CHARGED])
            state[PAST_CHARGED] += 1
        end = day
        if state[PAST] < state[N]:
            end = min(end, rows[DUE, state[PAST]])
        if reached + 1 < state[PAUSE_END]:
            state[DAY] = min(end, state[PAUSE_END] - 1)
            continue
        if bears_penalty:
            accrue(rows, state, rules, end - reached)
        state[CLOCK] += end - reached
        state[DAY] = end


@helper
def charge_penalty_by_rule(state: Table, rules: Table) -> None:
    """What the rule has earned so far becomes owed; a credit balance settles it at once.

    Whole years first: base × days reaches 10^18, and times a rate it would not fit.
    """
    if state[BASE_DAYS] == 0 and state[FIXED_COUNT] == 0:
        return
    per_year = 1000000 * rules[R_PENALTY_DAYS_IN_YEAR]
    whole, part = state[BASE_DAYS] // per_year, state[BASE_DAYS] % per_year
    rate = rules[R_PENALTY_RATE_PPM]
    earned = whole * rate + part * rate // per_year + state[FIXED_COUNT] * rules[R_PENALTY_FIXED]
    if rules[R_PENALTY_CAP] > 0:
        earned = min(earned, rules[R_PENALTY_CAP])
    more = earned - state[PENALTY_BY_RULE]
    state[PENALTY_BY_RULE] = earned
    state[PENALTY_CHARGED] += more
    by_credit = min(more, state[CREDIT])
    state[CREDIT] -= by_credit
    state[PENALTY] += more - by_credit
