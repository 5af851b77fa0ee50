"""Money back from the merchant, by the refund order of the debt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_proportion import proportion
from kaopu.book.core.replay_rows import (
    lapse,
    settle_charges_last_first,
    settle_component,
    settle_penalty,
    settle_principal_last_first,
    settle_reported,
    take,
)
from kaopu.book.core.replay_state import (
    BEFORE,
    CREDIT,
    DUE,
    END,
    EVER,
    FEE_CODE,
    INTEREST_CODE,
    LAPSED,
    PAST,
    PRINCIPAL_CODE,
    PRINCIPAL_LEFT,
    R_REFUND_FEE,
    R_REFUND_ORDER,
    REPORTED,
    REST,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


OLDEST_FIRST = 1
PRO_RATA = 2
TO_THE_INSTRUMENT = 3


@helper
def settle_pro_rata(rows: Table, state: Table, money: int) -> Any:
    """Principal of every row by what it still asks, rounded down, then one minor unit more each, oldest first."""
    asked = state[PRINCIPAL_LEFT]
    if money >= asked:
        return settle_component(rows, state, PRINCIPAL_CODE, money, EVER)
    left = money
    for row in range(state[END]):
        share = proportion(money, rows[REST + PRINCIPAL_CODE, row], asked)
        left -= share
        take(rows, state, row, PRINCIPAL_CODE, share)
    row, charged = 0, state[N]
    while left > 0:
        if charged < state[END] and (row >= state[N] or rows[DUE, charged] < rows[DUE, row]):
            chosen = charged
            charged += 1
        else:
            chosen = row
            row += 1
        left -= 1 - take(rows, state, chosen, PRINCIPAL_CODE, 1)
    return left


@helper
def settle_principal(rows: Table, state: Table, order: int, money: int) -> Any:
    """Principal of all rows, due or not."""
    if order == OLDEST_FIRST:
        return settle_component(rows, state, PRINCIPAL_CODE, money, EVER)
    if order == PRO_RATA:
        return settle_pro_rata(rows, state, money)
    return settle_principal_last_first(rows, state, money, -EVER)


@helper
def lapse_fees_by_principal(rows: Table, state: Table, day: int) -> None:
    """A row due after the day loses of its fee what it lost of its principal since BEFORE was noted."""
    for row in range(state[PAST], state[N]):
        before, fee = rows[BEFORE, row], rows[REST + FEE_CODE, row]
        gone = before - rows[REST + PRINCIPAL_CODE, row]
        if gone > 0 and fee > 0 and rows[DUE, row] > day:
            lost = proportion(fee, gone, before)
            rows[REST + FEE_CODE, row] -= lost
            state[LAPSED] += lost


@helper
def refund(rows: Table, state: Table, rules: Table, money: int, day: int) -> None:
    """Principal; without principal no more interest runs; then what interest and fees are left, the penalty, credit."""
    fees_lapse = rules[R_REFUND_FEE] != 0
    if fees_lapse:
        for row in range(state[PAST], state[N]):
            rows[BEFORE, row] = rows[REST + PRINCIPAL_CODE, row]
    money = settle_principal(rows, state, rules[R_REFUND_ORDER], money)
    if fees_lapse:
        lapse_fees_by_principal(rows, state, day)
    money = settle_reported(state, money)
    if state[PRINCIPAL_LEFT] + state[REPORTED] == 0:
        lapse(rows, state, INTEREST_CODE, day)
        if fees_lapse:
            lapse(rows, state, FEE_CODE, day)
    money = settle_charges_last_first(rows, state, money)
    state[CREDIT] += settle_penalty(state, money)
