"""What one event does, kind by kind (the table of docs/snapshot.md)."""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.position_columns import FLAG_REPORTED, FLAG_RESTRUCTURED
from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_rows import (
    add_row,
    grow_principal,
    lapse,
    rest,
    settle_charges_last_first,
    settle_component,
    settle_due,
    settle_not_due,
    settle_principal_last_first,
    settle_rows,
)
from kaopu.book.core.replay_state import (
    ACCELERATION,
    CHARGE_OFF,
    CHARGEBACK,
    CHARGED_OFF,
    CREDIT,
    DUE,
    EARLY_SETTLEMENT,
    END,
    EVER,
    EXTENSION,
    FEE,
    FEE_CODE,
    FLAGS,
    FROZEN_ROW,
    HEAD,
    HEAD_CHARGED,
    INTEREST_CODE,
    IS_CHARGED_OFF,
    MOST_MONTHS,
    OVERDUE,
    PAID,
    PAST,
    PAYMENT,
    PAYOUT,
    PENALTY,
    PENALTY_CHARGED,
    PENALTY_CODE,
    PENALTY_KIND,
    PRINCIPAL_CODE,
    PRINCIPAL_LEFT,
    R_ALLOCATION,
    R_GRACE_AMOUNT,
    RECOVERED,
    RECOVERY,
    REFUND,
    REFUNDED,
    REPORTED,
    REPORTED_BALANCE,
    REPORTED_CREDIT,
    REPORTED_STATUS,
    REST,
    RESTRUCTURE,
    RETURN,
    STATUS_DAYS,
    TAIL,
    TAIL_CHARGED,
    VERSION_FROM,
    WAIVED,
    WAIVER,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]

INTEREST_FEE_PRINCIPAL = 1


@helper
def settle_pool(state: Table, pool: int, money: int) -> Any:
    """Settle the penalty or the reported balance."""
    used = min(money, state[pool])
    state[pool] -= used
    return money - used


@helper
def settle_due_and_penalty(rows: Table, state: Table, allocation: int, money: int, day: int) -> Any:
    """What is due and the penalty, in the order that the allocation says."""
    if allocation // 6 % 2 == 1:
        money = settle_pool(state, PENALTY, money)
        return settle_due(rows, state, allocation, money, day)
    money = settle_due(rows, state, allocation, money, day)
    return settle_pool(state, PENALTY, money)


@helper
def pay(rows: Table, state: Table, allocation: int, money: int, day: int) -> None:
    """A payment."""
    money = settle_due_and_penalty(rows, state, allocation, money, day)
    money = settle_not_due(rows, state, allocation, money)
    state[CREDIT] += settle_pool(state, REPORTED, money)


@helper
def settle_early(rows: Table, state: Table, allocation: int, money: int, day: int) -> None:
    """Due, penalty, principal to come from the end, then what is to come from the front; the rest lapses."""
    money = settle_due_and_penalty(rows, state, allocation, money, day)
    money = settle_principal_last_first(rows, state, money, day)
    money = settle_pool(state, REPORTED, money)
    money = settle_rows(rows, state, INTEREST_FEE_PRINCIPAL, money, EVER)
    if state[PRINCIPAL_LEFT] + state[REPORTED] == 0:
        lapse(rows, state, INTEREST_CODE, day)
        lapse(rows, state, FEE_CODE, day)
    state[CREDIT] += money


@helper
def refund(rows: Table, state: Table, money: int, day: int) -> None:
    """Principal from the end; without principal no more interest runs; then what interest and fees are left."""
    money = settle_principal_last_first(rows, state, money, -EVER)
    money = settle_pool(state, REPORTED, money)
    if state[PRINCIPAL_LEFT] + state[REPORTED] == 0:
        lapse(rows, state, INTEREST_CODE, day)
    money = settle_charges_last_first(rows, state, money)
    state[CREDIT] += settle_pool(state, PENALTY, money)


@helper
def waive(rows: Table, state: Table, component: int, amount: int) -> None:
    """Forgive one component, or penalty, fee and interest."""
    left = amount
    if component in (0, PENALTY_CODE):
        left = settle_pool(state, PENALTY, left)
    if component in (0, FEE_CODE):
        left = settle_component(rows, state, FEE_CODE, left, EVER)
    if component in (0, INTEREST_CODE):
        left = settle_component(rows, state, INTEREST_CODE, left, EVER)
    if component == PRINCIPAL_CODE:
        left = settle_component(rows, state, PRINCIPAL_CODE, left, EVER)
        left = settle_pool(state, REPORTED, left)
    state[WAIVED] += amount - left


@helper
def charge(rows: Table, state: Table, kind: int, amount: int, day: int) -> None:
    """A fee, a penalty or a chargeback: a credit balance settles it; after a charge-off it is written off at once."""
    by_credit = min(amount, state[CREDIT])
    state[CREDIT] -= by_credit
    amount -= by_credit
    if kind == PENALTY_KIND:
        state[PENALTY_CHARGED] += by_credit + amount
    if amount == 0:
        return
    if state[IS_CHARGED_OFF] != 0:
        state[CHARGED_OFF] += amount
    elif kind == PENALTY_KIND:
        state[PENALTY] += amount
    elif kind == FEE:
        add_row(rows, state, day, FEE_CODE, amount)
    elif state[PAST] < state[N]:
        grow_principal(rows, state, state[PAST], amount)
    else:
        add_row(rows, state, day, PRINCIPAL_CODE, amount)


@helper
def charge_off(rows: Table, state: Table, tolerated: int) -> None:
    """All that is owed leaves the book; days go on from the oldest row unpaid now."""
    if state[IS_CHARGED_OFF] != 0:
        return
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
    state[IS_CHARGED_OFF], state[FROZEN_ROW] = 1, frozen
    state[CHARGED_OFF] += state[PENALTY] + state[REPORTED]
    state[PENALTY] = state[REPORTED] = state[PRINCIPAL_LEFT] = 0
    for component in range(1, 4):
        for row in range(end):
            state[CHARGED_OFF] += rows[REST + component, row]
            rows[REST + component, row] = 0
        state[OVERDUE + component] = 0
        state[HEAD + component], state[HEAD_CHARGED + component] = n, end
        state[TAIL + component], state[TAIL_CHARGED + component] = -1, n - 1


@helper
def move_due_days(rows: Table, state: Table, kind: int, amount: int, day: int) -> None:
    """Extension or acceleration; a version that came into force later holds its effect already."""
    if state[VERSION_FROM] >= day:
        return
    for row in range(state[PAST], state[N]):
        if kind == EXTENSION:
            rows[DUE, row] += amount
        elif rows[DUE, row] > day:
            rows[DUE, row] = day


@helper
def receive(rows: Table, state: Table, allocation: int, kind: int, amount: int, day: int) -> None:
    """Money that comes in, from the borrower or from the merchant."""
    if kind in (REFUND, RETURN):
        state[REFUNDED] += amount
    else:
        state[PAID] += amount
    if state[IS_CHARGED_OFF] != 0:
        state[RECOVERED] += amount
    elif kind == EARLY_SETTLEMENT:
        settle_early(rows, state, allocation, amount, day)
    elif kind in (REFUND, RETURN):
        refund(rows, state, amount, day)
    else:
        pay(rows, state, allocation, amount, day)


@helper
def report(state: Table, kind: int, amount: int) -> None:
    """What another book says of an account: one balance, owed or in credit, or months in arrears."""
    state[FLAGS] |= FLAG_REPORTED
    if kind == REPORTED_STATUS:
        state[STATUS_DAYS] = 30 * min(amount, MOST_MONTHS)
    elif state[IS_CHARGED_OFF] == 0:
        state[REPORTED] = amount if kind == REPORTED_BALANCE else 0
        state[CREDIT] = amount if kind == REPORTED_CREDIT else 0


@helper
def apply_event(rows: Table, state: Table, rules: Table, kind: int, amount: int, component: int, day: int) -> None:
    """One event that is not reversed. A reversal moves nothing itself; a pause was taken at the start of its day."""
    if kind in (PAYMENT, EARLY_SETTLEMENT, REFUND, RETURN, RECOVERY):
        receive(rows, state, rules[R_ALLOCATION], kind, amount, day)
    elif kind in (FEE, PENALTY_KIND, CHARGEBACK):
        charge(rows, state, kind, amount, day)
    elif kind == WAIVER:
        waive(rows, state, component, amount)
    elif kind == CHARGE_OFF:
        charge_off(rows, state, rules[R_GRACE_AMOUNT])
    elif kind in (EXTENSION, ACCELERATION):
        move_due_days(rows, state, kind, amount, day)
    elif kind == PAYOUT:
        settle_pool(state, CREDIT, amount)
    elif kind == RESTRUCTURE:
        state[FLAGS] |= FLAG_RESTRUCTURED
    elif kind in (REPORTED_BALANCE, REPORTED_CREDIT, REPORTED_STATUS):
        report(state, kind, amount)
