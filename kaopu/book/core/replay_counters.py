"""Counters beside a position: sums since the debt began, by component and cause."""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.position_columns import COUNTERS, OUT64
from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_outcome import running_interest
from kaopu.book.core.replay_proportion import proportion
from kaopu.book.core.replay_state import (
    ASKED_PRINCIPAL,
    BILLED,
    CHARGED_BACK,
    CHARGED_OFF_OF,
    DISBURSED,
    DROPPED,
    DUE,
    IS_GONE,
    NON_ACCRUAL,
    PAID,
    PAID_OUT,
    PASSED_ON,
    PENALTY,
    PENALTY_CHARGED,
    PRINCIPAL_LEFT,
    R_SUBSIDY,
    RAISED_BALANCE,
    RAISED_CREDIT,
    RECEIVED,
    RECOVERED,
    REFUNDED,
    REFUNDED_TO,
    REPORTED,
    SET_OFF_SUM,
    SUBSIDY_RECEIVED,
    TRANSFER_PRICE,
    TRANSFERRED_OF,
    WAIVED_OF,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]

BASE64 = len(OUT64)
RUNNING = BASE64 + COUNTERS.index("running_interest")
BY_COMPONENT = BASE64 + COUNTERS.index("received_principal")
DROPPED_AT = BASE64 + COUNTERS.index("dropped_interest")
MONEY_AT = BASE64 + COUNTERS.index("paid")
SUBSIDY_AT = BASE64 + COUNTERS.index("subsidy_due")


@helper
def subsidy_clawed(state: Table, rules: Table, lent: int) -> Any:
    """The part of the subsidy that goes back with what the merchant refunded."""
    if lent == 0:
        return 0
    return proportion(rules[R_SUBSIDY], min(state[REFUNDED], lent), lent)


@helper
def subsidy_earned(rows: Table, state: Table, left: int, as_of: int) -> Any:
    """Of what is left of the subsidy, the part earned by days; all of it once no principal is outstanding."""
    if state[N] == 0 or state[PRINCIPAL_LEFT] + state[REPORTED] == 0:
        return left
    span = rows[DUE, state[N] - 1] - state[DISBURSED]
    if span <= 0:
        return left
    return proportion(left, min(as_of - state[DISBURSED], span), span)


@helper
def write_suspended(state: Table, running: int, out64: Table, place: int) -> None:
    """Interest and penalty that are no income: dropped, and while the debt does not accrue what is unpaid."""
    interest, penalty = state[DROPPED + 2], state[DROPPED + 4]
    out64[DROPPED_AT, place], out64[DROPPED_AT + 1, place] = interest, penalty
    if state[NON_ACCRUAL] != 0:
        unpaid = state[BILLED + 2] + running - state[DROPPED + 2]
        for cause in (RECEIVED, REFUNDED_TO, WAIVED_OF, CHARGED_OFF_OF, TRANSFERRED_OF):
            unpaid -= state[cause + 2]
        interest += max(0, unpaid)
        penalty += state[PENALTY]
    out64[DROPPED_AT + 2, place], out64[DROPPED_AT + 3, place] = interest, penalty


@helper
def write_counters(
    rows: Table, state: Table, rules: Table, as_of: int, lent: int, i_interest: Any, out64: Table, place: int
) -> None:
    """Write one debt's counters, in the order of COUNTERS."""
    running = 0
    if state[IS_GONE] == 0:
        running = running_interest(rows, state, as_of, i_interest, 1)
    out64[BASE64, place] = state[ASKED_PRINCIPAL]
    out64[BASE64 + 1, place] = state[CHARGED_BACK]
    out64[BASE64 + 2, place] = state[RAISED_BALANCE]
    out64[BASE64 + 3, place] = state[RAISED_CREDIT]
    for component in range(1, 4):
        out64[BASE64 + 3 + component, place] = state[BILLED + component]
    out64[RUNNING - 1, place] = state[PENALTY_CHARGED]
    out64[RUNNING, place] = running
    column = BY_COMPONENT
    for cause in (RECEIVED, REFUNDED_TO, WAIVED_OF, CHARGED_OFF_OF, TRANSFERRED_OF):
        for component in range(1, 5):
            out64[column, place] = state[cause + component]
            column += 1
    write_suspended(state, running, out64, place)
    out64[MONEY_AT, place] = state[PAID]
    out64[MONEY_AT + 1, place] = state[SET_OFF_SUM]
    out64[MONEY_AT + 2, place] = state[REFUNDED]
    out64[MONEY_AT + 3, place] = state[RECOVERED]
    out64[MONEY_AT + 4, place] = state[PASSED_ON]
    out64[MONEY_AT + 5, place] = state[PAID_OUT]
    out64[MONEY_AT + 6, place] = state[TRANSFER_PRICE]
    clawed = subsidy_clawed(state, rules, lent)
    out64[SUBSIDY_AT, place] = rules[R_SUBSIDY]
    out64[SUBSIDY_AT + 1, place] = clawed
    out64[SUBSIDY_AT + 2, place] = subsidy_earned(rows, state, rules[R_SUBSIDY] - clawed, as_of)
    out64[SUBSIDY_AT + 3, place] = state[SUBSIDY_RECEIVED]
