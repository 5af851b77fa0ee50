"""What a disbursement makes of a progressive table: a down payment row, and the remainder over the instalments."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from kaopu.book.core.tables.balance_model import BalanceModel
from kaopu.book.core.tables.calendar import periods
from kaopu.book.core.tables.equal_instalment import disburse
from kaopu.book.core.tables.instalment import Component, Instalment, InstalmentKind
from kaopu.book.core.tables.loan_state import Disbursement

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.tables.loan_state import LoanState
    from kaopu.book.core.tables.settings import Settings


def down_payment_of(settings: Settings, amount: int) -> int:
    """The part of a disbursement that is due at once, in minor units."""
    exact = Decimal(amount) * settings.down_payment_percent / 100
    return nearest_multiple(exact, settings.rounded_to_minor or 1)


def nearest_multiple(exact: Decimal, unit: int) -> int:
    """The nearest multiple of `unit`, halves to even."""
    return int((exact / unit).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)) * unit


def disburse_progressive(loan: LoanState, day: date, amount: int) -> int:
    """Pay out an amount; returns the down payment that falls due with it."""
    settings = loan.settings
    if not loan.instalments:
        spans = periods(settings, day)
        loan.instalments = [Instalment(start, due) for start, due in spans]
        if settings.rate_percent > 0:
            loan.model = BalanceModel.start(settings, day)
    loan.disbursements.append(Disbursement(day, amount))
    down_payment = add_down_payment(loan, day, amount)
    rest = amount - down_payment
    if rest > 0:
        if day > loan.last_due_on:
            # Paid out behind the last due day: all of it falls due at once, in a row of its own.
            loan.added_instalment(day).charged[Component.PRINCIPAL] += rest
        elif loan.model is not None:
            disburse(loan.model, day, rest)
            loan.take_over_dues(day, day)
        else:
            spread_evenly(loan, day, rest)
    return down_payment


def add_down_payment(loan: LoanState, day: date, amount: int) -> int:
    """The row of the down payment, where the product has one."""
    if not loan.settings.down_payment_percent:
        return 0
    made = Instalment(day, day, InstalmentKind.DOWN_PAYMENT)
    made.charged[Component.PRINCIPAL] = down_payment_of(loan.settings, amount)
    made.note_settlement(day)
    loan.instalments.append(made)
    loan.sort()
    return made.charged[Component.PRINCIPAL]


def spread_evenly(loan: LoanState, day: date, amount: int) -> None:
    """Without interest: equal parts, rounded as the product asks, the rest with the last."""
    coming = [i for i in loan.instalments if i.kind is InstalmentKind.REGULAR and i.due_on > day]
    if not coming:
        loan.added_instalment(day).charged[Component.PRINCIPAL] += amount
        return
    share = nearest_multiple(Decimal(amount) / len(coming), 1)
    rest = amount
    for instalment in coming:
        before = instalment.charged[Component.PRINCIPAL]
        after = nearest_multiple(Decimal(before + share), loan.settings.rounded_to_minor or 1)
        instalment.charged[Component.PRINCIPAL] = after
        rest -= after - before
    coming[-1].charged[Component.PRINCIPAL] += rest
    for instalment in coming:
        instalment.note_settlement(day)
