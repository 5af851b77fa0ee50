"""What one event does, kind by kind (the table of docs/snapshot.md)."""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.position_columns import FLAG_DEBTOR_CHANGED, FLAG_REPORTED, FLAG_RESTRUCTURED
from kaopu.book.core.replay_acceleration import accelerate, extend, reinstate
from kaopu.book.core.replay_age import days_past_due, re_age
from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_dispute import begin_dispute, end_dispute
from kaopu.book.core.replay_leaving import charge_off, leave_at_once, transfer, waive
from kaopu.book.core.replay_refunds import TO_THE_INSTRUMENT, refund
from kaopu.book.core.replay_rows import (
    add_row,
    grow_principal,
    is_billed,
    lapse,
    settle_due,
    settle_not_due,
    settle_penalty,
    settle_principal_last_first,
    settle_reported,
    settle_rows,
)
from kaopu.book.core.replay_state import (
    ACCELERATION,
    ASSUMPTION,
    BILLED,
    CAUSE,
    CHARGE_OFF,
    CHARGEBACK,
    CHARGED_BACK,
    CREDIT,
    DISPUTE,
    DISPUTE_END,
    EARLY_SETTLEMENT,
    EVER,
    EXTENSION,
    FEE,
    FEE_CODE,
    FLAGS,
    INTEREST_CODE,
    IS_CHARGED_OFF,
    IS_GONE,
    IS_TRANSFERRED,
    JOINING,
    MOST_MONTHS,
    PAID,
    PAID_OUT,
    PASSED_ON,
    PAST,
    PAUSE,
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
    R_LATE_ALLOCATION,
    R_LATE_ALLOCATION_DAYS,
    R_PAUSE_RESETS,
    R_REFUND_ORDER,
    RAISED_BALANCE,
    RAISED_CREDIT,
    RE_AGE,
    RECEIVED,
    RECOVERED,
    RECOVERY,
    REFUND,
    REFUNDED,
    REFUNDED_TO,
    REINSTATEMENT,
    REPORTED,
    REPORTED_BALANCE,
    REPORTED_CREDIT,
    REPORTED_STATUS,
    RESTRUCTURE,
    RESTRUCTURED_ON,
    RETURN,
    SET_OFF,
    SET_OFF_SUM,
    STATUS_DAYS,
    SUBSIDY,
    SUBSIDY_RECEIVED,
    TRANSFER,
    WAIVER,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]

INTEREST_FEE_PRINCIPAL = 1


@helper
def settle_due_and_penalty(rows: Table, state: Table, allocation: int, money: int, day: int) -> Any:
    """What is due and the penalty, in the order that the allocation says."""
    if allocation // 6 % 2 == 1:
        money = settle_penalty(state, money)
        return settle_due(rows, state, allocation, money, day)
    money = settle_due(rows, state, allocation, money, day)
    return settle_penalty(state, money)


@helper
def pay(rows: Table, state: Table, allocation: int, money: int, day: int) -> None:
    """A payment."""
    money = settle_due_and_penalty(rows, state, allocation, money, day)
    money = settle_not_due(rows, state, allocation, money)
    state[CREDIT] += settle_reported(state, money)


@helper
def settle_early(rows: Table, state: Table, allocation: int, money: int, day: int) -> None:
    """Due, penalty, principal to come from the end, then what is to come from the front; the rest lapses."""
    money = settle_due_and_penalty(rows, state, allocation, money, day)
    money = settle_principal_last_first(rows, state, money, day)
    money = settle_reported(state, money)
    money = settle_rows(rows, state, INTEREST_FEE_PRINCIPAL, money, EVER)
    if state[PRINCIPAL_LEFT] + state[REPORTED] == 0:
        lapse(rows, state, INTEREST_CODE, day)
        lapse(rows, state, FEE_CODE, day)
    state[CREDIT] += money


@helper
def add_principal(rows: Table, state: Table, amount: int, day: int) -> None:
    """A chargeback asks principal again, in the first instalment due on or after the day or in a row of its own."""
    row = state[PAST]
    if row < state[N]:
        grow_principal(rows, state, row, amount)
    else:
        add_row(rows, state, day, PRINCIPAL_CODE, amount)
    if is_billed(state, row):
        state[BILLED + PRINCIPAL_CODE] += amount


@helper
def charge(rows: Table, state: Table, kind: int, amount: int, day: int) -> None:
    """A fee, a penalty or a chargeback: a credit balance settles it; a debt that left the book lets it leave too."""
    component = PRINCIPAL_CODE
    by_credit = min(amount, state[CREDIT])
    # What is charged on a debt that left the book is no claim and no income, but for what money at hand settles.
    counts = amount if state[IS_GONE] == 0 else by_credit
    if kind == PENALTY_KIND:
        component = PENALTY_CODE
        state[PENALTY_CHARGED] += counts
    elif kind == FEE:
        component = FEE_CODE
        state[BILLED + FEE_CODE] += counts
    else:
        state[CHARGED_BACK] += amount
    state[CREDIT] -= by_credit
    state[RECEIVED + component] += by_credit
    amount -= by_credit
    if amount == 0:
        return
    if state[IS_GONE] != 0:
        leave_at_once(state, component, amount)
    elif kind == PENALTY_KIND:
        state[PENALTY] += amount
    elif kind == FEE:
        add_row(rows, state, day, FEE_CODE, amount)
    else:
        add_principal(rows, state, amount, day)


@helper
def allocation_now(rows: Table, state: Table, rules: Table) -> Any:
    """The allocation in use: another one once the debt is late enough."""
    late = rules[R_LATE_ALLOCATION]
    if late > 0 and days_past_due(rows, state, rules) > rules[R_LATE_ALLOCATION_DAYS]:
        return late - 1
    return rules[R_ALLOCATION]


@helper
def receive(rows: Table, state: Table, rules: Table, kind: int, amount: int, day: int) -> None:
    """Money that comes in, from the borrower or from the merchant."""
    is_refund = kind in (REFUND, RETURN)
    state[CAUSE] = REFUNDED_TO if is_refund else RECEIVED
    if is_refund:
        state[REFUNDED] += amount
    elif kind == SET_OFF:
        state[SET_OFF_SUM] += amount
    else:
        state[PAID] += amount
    if is_refund and rules[R_REFUND_ORDER] == TO_THE_INSTRUMENT:
        state[PAID_OUT] += amount
    elif state[IS_TRANSFERRED] != 0:
        state[PASSED_ON] += amount
    elif state[IS_CHARGED_OFF] != 0:
        state[RECOVERED] += amount
    elif is_refund:
        refund(rows, state, rules, amount, day)
    elif kind == EARLY_SETTLEMENT:
        settle_early(rows, state, allocation_now(rows, state, rules), amount, day)
    else:
        pay(rows, state, allocation_now(rows, state, rules), amount, day)


@helper
def pay_out(state: Table, amount: int) -> None:
    """Credit balance goes back to the borrower."""
    amount = min(amount, state[CREDIT])
    state[CREDIT] -= amount
    state[PAID_OUT] += amount


@helper
def report(state: Table, kind: int, amount: int) -> None:
    """What another book says of an account: one balance, owed or in credit, or months in arrears."""
    state[FLAGS] |= FLAG_REPORTED
    if kind == REPORTED_STATUS:
        state[STATUS_DAYS] = 30 * min(amount, MOST_MONTHS)
    elif state[IS_GONE] == 0:
        balance = amount if kind == REPORTED_BALANCE else 0
        credit = amount if kind == REPORTED_CREDIT else 0
        state[RAISED_BALANCE] += balance - state[REPORTED]
        state[RAISED_CREDIT] += credit - state[CREDIT]
        state[REPORTED], state[CREDIT] = balance, credit


@helper
def mark(state: Table, kind: int, amount: int, day: int) -> None:
    """Kinds that move nothing: a restructuring, another debtor, a subsidy that came."""
    if kind == RESTRUCTURE:
        state[FLAGS] |= FLAG_RESTRUCTURED
        state[RESTRUCTURED_ON] = day
    elif kind in (ASSUMPTION, JOINING):
        state[FLAGS] |= FLAG_DEBTOR_CHANGED
    elif kind == SUBSIDY:
        state[SUBSIDY_RECEIVED] += amount


@helper
def move_days(rows: Table, state: Table, rules: Table, kind: int, amount: int, day: int) -> None:
    """Kinds that change what is due or how it ages. The days of a pause were taken at the start of its day."""
    if kind == EXTENSION:
        extend(rows, state, amount, day)
    elif kind == ACCELERATION:
        accelerate(rows, state, day)
    elif kind == REINSTATEMENT:
        reinstate(rows, state, day)
    elif kind == DISPUTE:
        begin_dispute(rows, state, rules, amount)
    elif kind == DISPUTE_END:
        end_dispute(rows, state, amount)
    elif kind == RE_AGE or (kind == PAUSE and rules[R_PAUSE_RESETS] != 0):
        re_age(rows, state)


@helper
def apply_event(rows: Table, state: Table, rules: Table, kind: int, amount: int, component: int, day: int) -> None:
    """One event that is not reversed. A reversal moves nothing itself."""
    if kind in (PAYMENT, EARLY_SETTLEMENT, REFUND, RETURN, RECOVERY, SET_OFF):
        receive(rows, state, rules, kind, amount, day)
    elif kind in (FEE, PENALTY_KIND, CHARGEBACK):
        charge(rows, state, kind, amount, day)
    elif kind == WAIVER:
        waive(rows, state, component, amount)
    elif kind == CHARGE_OFF:
        charge_off(rows, state, rules[R_GRACE_AMOUNT])
    elif kind == TRANSFER:
        transfer(rows, state, rules[R_GRACE_AMOUNT], amount)
    elif kind == PAYOUT:
        pay_out(state, amount)
    elif kind in (REPORTED_BALANCE, REPORTED_CREDIT, REPORTED_STATUS):
        report(state, kind, amount)
    elif kind in (RESTRUCTURE, ASSUMPTION, JOINING, SUBSIDY):
        mark(state, kind, amount, day)
    else:
        move_days(rows, state, rules, kind, amount, day)
