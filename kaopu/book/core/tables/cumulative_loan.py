"""A cumulative loan: its schedule is drawn up again with every disbursement; payments do not move its interest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.tables.calendar import periods
from kaopu.book.core.tables.cumulative import Tranche, parts_of
from kaopu.book.core.tables.instalment import Component, Instalment, InstalmentKind
from kaopu.book.core.tables.loan_state import Disbursement
from kaopu.book.core.tables.progressive_disbursement import add_down_payment, down_payment_of

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.tables.loan_state import LoanState


def disburse_cumulative(loan: LoanState, day: date, amount: int) -> int:
    """Pay out an amount; returns the down payment that falls due with it."""
    settings = loan.settings
    if not loan.instalments:
        spans = periods(settings, day)
        loan.instalments = [Instalment(start, due) for start, due in spans]
    loan.disbursements.append(Disbursement(day, amount))
    down_payment = add_down_payment(loan, day, amount)
    if day > loan.last_due_on:
        loan.added_instalment(day).charged[Component.PRINCIPAL] += amount - down_payment
        return down_payment
    regular = regular_of(loan)
    parts = parts_of(settings, [(i.start, i.due_on) for i in regular], tranches_of(loan))
    for instalment, part in zip(regular, parts, strict=True):
        instalment.charged[Component.PRINCIPAL] = part.principal + instalment.credited_principal
        instalment.charged[Component.INTEREST] = part.interest
        instalment.note_settlement(day)
    return down_payment


def regular_of(loan: LoanState) -> list[Instalment]:
    """The instalments of the schedule itself."""
    return [i for i in loan.instalments if i.kind is InstalmentKind.REGULAR]


def tranches_of(loan: LoanState) -> list[Tranche]:
    """What was paid out inside the schedule and did not fall due at once."""
    settings = loan.settings
    return [
        Tranche(d.on, d.amount - (down_payment_of(settings, d.amount) if settings.down_payment_percent else 0))
        for d in loan.disbursements
        if d.on <= loan.last_due_on
    ]
