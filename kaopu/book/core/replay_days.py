"""Days passing between events: rows fall due, the debt ages, the late penalty accrues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.replay_acceleration import call_due, crossing_day
from kaopu.book.core.replay_age import frozen_days, oldest_age
from kaopu.book.core.replay_compiled import helper, tiny
from kaopu.book.core.replay_dispute import disputed_overdue
from kaopu.book.core.replay_rows import rest
from kaopu.book.core.replay_state import (
    AGE,
    BASE_DAYS,
    CLOCK,
    COMPOUND_DAYS,
    CREDIT,
    DAY,
    DUE,
    END,
    EVER,
    EVER_DISPUTED,
    FIXED_COUNT,
    FIXED_NEXT,
    FROZEN,
    IS_ARMED,
    IS_DISPUTED,
    JUDGED,
    OVERDUE,
    PAST,
    PAST_CHARGED,
    PAUSE_END,
    PENALTY,
    PENALTY_BY_RULE,
    PENALTY_CHARGED,
    PENALTY_CODE,
    R_ACCELERATE_AFTER_DAYS,
    R_COMPOUND_RATE_PPM,
    R_GRACE_AMOUNT,
    R_GRACE_DAYS,
    R_PENALTY_BASE,
    R_PENALTY_CAP,
    R_PENALTY_DAYS_IN_YEAR,
    R_PENALTY_FIXED,
    R_PENALTY_RATE_PPM,
    RECEIVED,
    REST,
    ROWS_DISPUTED,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@tiny
def pass_row(rows: Table, state: Table, row: int) -> None:
    """The row's due day is over: it is overdue from now on."""
    rows[AGE, row] = state[CLOCK]
    for component in range(1, 4):
        state[OVERDUE + component] += rows[REST + component, row]


@helper
def accrue_fixed(rows: Table, state: Table, rules: Table, length: int) -> None:
    """Count each row that passes its grace for the first time in its life."""
    grace, clock, row = rules[R_GRACE_DAYS], state[CLOCK] + length, state[FIXED_NEXT]
    while row < state[PAST]:
        if rows[JUDGED, row] == 0 and rows[FROZEN, row] < 0:
            if clock - rows[AGE, row] > grace:
                rows[JUDGED, row] = 1
                if rest(rows, row) > rules[R_GRACE_AMOUNT]:
                    state[FIXED_COUNT] += 1
            elif state[EVER_DISPUTED] == 0:  # those after it are no older
                break
        row += 1
    while state[FIXED_NEXT] < state[PAST] and rows[JUDGED, state[FIXED_NEXT]] != 0:
        state[FIXED_NEXT] += 1


@tiny
def accrue(rows: Table, state: Table, rules: Table, length: int) -> None:
    """The late penalty over `length` days that follow the day reached, none paused, in which nothing changes."""
    grace, tolerated, clock = rules[R_GRACE_DAYS], rules[R_GRACE_AMOUNT], state[CLOCK]
    past_grace = min(length, clock + length - oldest_age(rows, state, tolerated) - grace)
    principal, interest, fee = state[OVERDUE + 1], state[OVERDUE + 2], state[OVERDUE + 3]
    if state[ROWS_DISPUTED] > 0:
        if frozen_days(rows, state, tolerated) > grace:
            past_grace = length
        principal -= disputed_overdue(rows, state, 1)
        interest -= disputed_overdue(rows, state, 2)
        fee -= disputed_overdue(rows, state, 3)
    if past_grace > 0:
        state[COMPOUND_DAYS] += interest * past_grace
        base = principal
        if rules[R_PENALTY_BASE] == 1:
            base += interest + fee
        state[BASE_DAYS] += base * past_grace
    if rules[R_PENALTY_FIXED] > 0:
        accrue_fixed(rows, state, rules, length)


@tiny
def pass_rows(rows: Table, state: Table) -> None:
    """Rows due by the day reached are overdue from now on."""
    while state[PAST] < state[N] and rows[DUE, state[PAST]] <= state[DAY]:
        pass_row(rows, state, state[PAST])
        state[PAST] += 1
    while state[PAST_CHARGED] < state[END]:
        pass_row(rows, state, state[PAST_CHARGED])
        state[PAST_CHARGED] += 1


@helper
def advance(rows: Table, state: Table, rules: Table, day: int) -> None:
    """Let the days pass up to the start of `day`, its penalty and an acceleration by rule included."""
    bears = rules[R_PENALTY_RATE_PPM] > 0 or rules[R_PENALTY_FIXED] > 0 or rules[R_COMPOUND_RATE_PPM] > 0
    accelerates = rules[R_ACCELERATE_AFTER_DAYS] > 0
    while state[DAY] < day:
        reached, end, crossing = state[DAY], day, EVER
        pass_rows(rows, state)
        if state[PAST] < state[N]:
            end = min(end, rows[DUE, state[PAST]])
        stands = state[IS_DISPUTED] != 0
        if reached + 1 < state[PAUSE_END]:
            stands = True
            end = min(end, state[PAUSE_END] - 1)
        if accelerates:
            crossing = crossing_day(rows, state, rules, reached, stands)
            end = min(end, crossing)
        if not stands:
            if bears:
                accrue(rows, state, rules, end - reached)
            state[CLOCK] += end - reached
        state[DAY] = end
        if end == crossing:
            call_due(rows, state, end)
            state[IS_ARMED] = 0


@helper
def charge_penalty_by_rule(state: Table, rules: Table) -> None:
    """What the rule has earned so far becomes owed; a credit balance settles it at once.

    Whole years first: base × days reaches 10^18, and times a rate it would not fit.
    """
    if state[BASE_DAYS] == 0 and state[FIXED_COUNT] == 0 and state[COMPOUND_DAYS] == 0:
        return
    per_year = 1000000 * rules[R_PENALTY_DAYS_IN_YEAR]
    rate, compound_rate = rules[R_PENALTY_RATE_PPM], rules[R_COMPOUND_RATE_PPM]
    whole = state[BASE_DAYS] // per_year * rate + state[COMPOUND_DAYS] // per_year * compound_rate
    part = state[BASE_DAYS] % per_year * rate + state[COMPOUND_DAYS] % per_year * compound_rate
    earned = whole + part // per_year + state[FIXED_COUNT] * rules[R_PENALTY_FIXED]
    if rules[R_PENALTY_CAP] > 0:
        earned = min(earned, rules[R_PENALTY_CAP])
    more = earned - state[PENALTY_BY_RULE]
    state[PENALTY_BY_RULE] = earned
    state[PENALTY_CHARGED] += more
    by_credit = min(more, state[CREDIT])
    state[CREDIT] -= by_credit
    state[RECEIVED + PENALTY_CODE] += by_credit
    state[PENALTY] += more - by_credit
