"""What leaves the book unsettled: waived, charged off, sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_rows import is_billed, leave, rest, settle_component, settle_penalty, settle_reported
from kaopu.book.core.replay_state import (
    CAUSE,
    CHARGED_OFF,
    CHARGED_OFF_OF,
    DUE,
    END,
    EVER,
    FEE_CODE,
    FROZEN_ROW,
    HEAD,
    HEAD_CHARGED,
    INTEREST_CODE,
    IS_CHARGED_OFF,
    IS_GONE,
    IS_TRANSFERRED,
    OVERDUE,
    PENALTY,
    PENALTY_CODE,
    PRINCIPAL_CODE,
    PRINCIPAL_LEFT,
    REPORTED,
    REST,
    TAIL,
    TAIL_CHARGED,
    TRANSFER_PRICE,
    TRANSFERRED_OF,
    WAIVED,
    WAIVED_OF,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def waive(rows: Table, state: Table, component: int, amount: int) -> None:
    """Forgive one component, or penalty, fee and interest."""
    state[CAUSE] = WAIVED_OF
    left = amount
    if component in (0, PENALTY_CODE):
        left = settle_penalty(state, left)
    if component in (0, FEE_CODE):
        left = settle_component(rows, state, FEE_CODE, left, EVER)
    if component in (0, INTEREST_CODE):
        left = settle_component(rows, state, INTEREST_CODE, left, EVER)
    if component == PRINCIPAL_CODE:
        left = settle_component(rows, state, PRINCIPAL_CODE, left, EVER)
        left = settle_reported(state, left)
    state[WAIVED] += amount - left


@helper
def freeze_row(rows: Table, state: Table, tolerated: int) -> None:
    """Days go on from the oldest row unpaid now."""
    n, end = state[N], state[END]
    frozen, row, charged = -1, 0, n
    while row < n and rest(rows, row) <= tolerated:
        row += 1
    while charged < end and rest(rows, charged) <= tolerated:
        charged += 1
    if row < n:
        frozen = row
    if charged < end and (frozen < 0 or rows[DUE, charged] < rows[DUE, frozen]):
        frozen = charged
    state[FROZEN_ROW] = frozen


@helper
def empty_book(rows: Table, state: Table, tolerated: int, into: int) -> Any:
    """All that is owed leaves the book, counted from `into` on; how much that is."""
    n, end = state[N], state[END]
    freeze_row(rows, state, tolerated)
    total = state[PENALTY] + state[REPORTED]
    leave(state, True, PENALTY_CODE, state[PENALTY], into)
    leave(state, True, PRINCIPAL_CODE, state[REPORTED], into)
    state[PENALTY] = state[REPORTED] = state[PRINCIPAL_LEFT] = 0
    for component in range(1, 4):
        for row in range(end):
            amount = rows[REST + component, row]
            total += amount
            leave(state, is_billed(state, row), component, amount, into)
            rows[REST + component, row] = 0
        state[OVERDUE + component] = 0
        state[HEAD + component], state[HEAD_CHARGED + component] = n, end
        state[TAIL + component], state[TAIL_CHARGED + component] = -1, n - 1
    state[IS_GONE] = 1
    return total


@helper
def charge_off(rows: Table, state: Table, tolerated: int) -> None:
    """All that is owed leaves the book as a loss."""
    if state[IS_GONE] == 0:
        state[CHARGED_OFF] += empty_book(rows, state, tolerated, CHARGED_OFF_OF)
        state[IS_CHARGED_OFF] = 1


@helper
def transfer(rows: Table, state: Table, tolerated: int, price: int) -> None:
    """The claim is sold; after a charge-off nothing is left to leave, but the price comes in."""
    if state[IS_TRANSFERRED] != 0:
        return
    if state[IS_GONE] == 0:
        empty_book(rows, state, tolerated, TRANSFERRED_OF)
    state[IS_TRANSFERRED] = 1
    state[TRANSFER_PRICE] = price


@helper
def leave_at_once(state: Table, component: int, amount: int) -> None:
    """What is charged on a debt that left the book leaves it too; money clawed back alone counts as a loss by cause."""
    if component == PRINCIPAL_CODE:
        leave(state, True, component, amount, TRANSFERRED_OF if state[IS_TRANSFERRED] != 0 else CHARGED_OFF_OF)
    if state[IS_TRANSFERRED] == 0:
        state[CHARGED_OFF] += amount
