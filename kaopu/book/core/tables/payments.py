"""Payments of every kind: the interest side is brought up to the day, then the product's order decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.tables.allocation import allocate
from kaopu.book.core.tables.cumulative_recalculation import pay_and_redraw, redraw, redraws
from kaopu.book.core.tables.instalment import Component
from kaopu.book.core.tables.interest_upkeep import count_overdue, due_amounts
from kaopu.book.core.tables.loan_state import Payment
from kaopu.book.core.tables.named_orders import allocate_by_name
from kaopu.book.core.tables.settings import Strategy

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.tables.balance_model import BalanceModel
    from kaopu.book.core.tables.instalment import Instalment
    from kaopu.book.core.tables.loan_state import LoanState

_KIND_OF_RULE = {"repayment": "default", "down_payment": "default", "pay_off": "default"}


def bring_up_to(loan: LoanState, day: date) -> None:
    """Let overdue principal bear interest up to a day, where the product recalculates interest."""
    settings = loan.settings
    if redraws(loan):
        redraw(loan, day)
    if not loan.follows_interest or loan.model is None or not settings.interest_on_past_due:
        return
    if count_overdue(loan.model, day, to_due_day=loan.counts_to_due_day):
        loan.take_over_dues(None)


def pay(loan: LoanState, kind: str, on: date, amount: int) -> Payment:
    """Use a payment; what found no place is a credit balance."""
    payment = Payment(kind, on, amount)
    loan.payments.append(payment)
    payment.left_over = _place(loan, payment, amount)
    return payment


def settles_loan(loan: LoanState, on: date, amount: int) -> bool:
    """Does an amount close the loan? Then the rule for a pay-off says how far interest counts."""
    settings = loan.settings
    if not loan.follows_interest or not settings.pay_off_until_due_date or settings.rest_is_period:
        return False
    return amount >= pay_off_amount(loan, on) > 0


def _place(loan: LoanState, payment: Payment, amount: int) -> int:
    loan.sort()
    if redraws(loan):
        return pay_and_redraw(loan, payment, amount)
    if loan.settings.strategy is not Strategy.ADVANCED:
        return allocate_by_name(loan, payment, amount)
    rule = loan.settings.rule(_KIND_OF_RULE.get(payment.kind, payment.kind))
    return allocate(loan, payment, amount, rule)


def use_credit_balance(loan: LoanState) -> None:
    """What payments left over goes to what has become due since; each keeps its own day and order."""
    for payment in loan.payments:
        if payment.left_over > 0 and not loan.is_settled:
            payment.left_over = _place(loan, payment, payment.left_over)


def use_payments_again(loan: LoanState) -> None:
    """All payments are used anew on a schedule that has changed under them; what was given back stays given back."""
    for instalment in loan.instalments:
        instalment.forget_payments()
    loan.early.clear()
    for payment in loan.payments:
        payment.used = dict.fromkeys(Component, 0)
        payment.left_over = _place(loan, payment, payment.amount - payment.given_back)


def pay_off_amount(loan: LoanState, on: date) -> int:
    """All that settles the loan on a day: interest up to it, or to the due day where the product says so."""
    if not loan.follows_interest or loan.model is None:
        return sum(instalment.total_charged - instalment.total_paid for instalment in loan.instalments)
    total = loan.model.total_due_principal() - loan.model.total_paid_principal()
    for instalment in loan.instalments:
        total += instalment.outstanding(Component.FEE) + instalment.outstanding(Component.PENALTY)
        if loan.period_of(instalment) is None:
            total += instalment.outstanding(Component.PRINCIPAL) + instalment.outstanding(Component.INTEREST)
        elif instalment.due_on <= on:
            total += instalment.outstanding(Component.INTEREST)
        elif instalment.start <= on:
            total += _interest_of_running(loan, loan.model, instalment, on)
    return total


def _interest_of_running(loan: LoanState, model: BalanceModel, instalment: Instalment, on: date) -> int:
    """Interest to be paid of the instalment in whose period a day lies."""
    until = instalment.due_on if loan.settings.pay_off_until_due_date else on
    place = next(n for n, period in enumerate(model.periods) if period.start == instalment.start)
    _, interest = due_amounts(model, place, until)
    return max(0, interest - instalment.paid[Component.INTEREST])
