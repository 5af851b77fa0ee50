"""A loan is given up: interest stops following the days, and the product says what becomes of interest to come."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from kaopu.book.core.tables.instalment import Component, Instalment, InstalmentKind
from kaopu.book.core.tables.last_instalment import up_to
from kaopu.book.core.tables.settings import ChargeOff

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.tables.loan_state import LoanState


def charge_off(loan: LoanState, on: date) -> None:
    """Charge a loan off on a day; one that owes nothing stays as it is."""
    if loan.is_settled:
        return
    if loan.settings.charge_off is ChargeOff.ZERO_INTEREST:
        _drop_interest_to_come(loan, on)
    elif loan.settings.charge_off is ChargeOff.ACCELERATE_MATURITY:
        _make_all_due(loan, on)
    loan.charged_off = True


def _interest_until(loan: LoanState, instalment: Instalment, on: date) -> int:
    """Interest of the running instalment up to a day, in minor units."""
    period = loan.period_of(instalment)
    if loan.follows_interest and loan.model is not None and period is not None:
        counted = up_to(loan.model, on)
        return counted.periods[loan.model.periods.index(period)].accrued
    days = (instalment.due_on - instalment.start).days
    exact = Decimal(instalment.outstanding(Component.INTEREST)) / days * (on - instalment.start).days
    earned = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    return min(earned + instalment.paid[Component.INTEREST], instalment.charged[Component.INTEREST])


def _running(loan: LoanState, on: date) -> Instalment | None:
    regular = (i for i in loan.instalments if i.kind is InstalmentKind.REGULAR)
    return next((i for i in regular if i.start <= on < i.due_on), None)


def _drop_interest_to_come(loan: LoanState, on: date) -> None:
    """Instalments keep their size: interest that will not be earned is principal, and the last one takes the rest."""
    before = sum(i.charged[Component.PRINCIPAL] for i in loan.instalments)
    running = _running(loan, on)
    if running is not None:
        _turn_into_principal(running, _interest_until(loan, running, on))
    coming = [i for i in loan.instalments if i.start > on and i.kind is InstalmentKind.REGULAR and not i.is_settled]
    for instalment in coming:
        _turn_into_principal(instalment, instalment.paid[Component.INTEREST])
    excess = sum(i.charged[Component.PRINCIPAL] for i in loan.instalments) - before
    for instalment in reversed([i for i in loan.instalments if i.kind is InstalmentKind.REGULAR and not i.is_settled]):
        part = min(excess, instalment.outstanding(Component.PRINCIPAL))
        instalment.charged[Component.PRINCIPAL] -= part
        instalment.note_settlement(on)
        excess -= part


def _turn_into_principal(instalment: Instalment, interest: int) -> None:
    dropped = instalment.charged[Component.INTEREST] - interest
    instalment.charged[Component.INTEREST] -= dropped
    instalment.charged[Component.PRINCIPAL] += dropped


def _make_all_due(loan: LoanState, on: date) -> None:
    """The running instalment ends on the day and takes the principal of all that would have followed."""
    regular = [i for i in loan.instalments if i.kind is InstalmentKind.REGULAR]
    running = next((i for i in regular if i.start < on <= i.due_on), regular[0])
    if on >= loan.last_due_on:
        return
    if not running.is_settled:
        running.charged[Component.INTEREST] = _interest_until(loan, running, on)
    later = [i for i in loan.instalments if i.start > running.start and i.kind is not InstalmentKind.DOWN_PAYMENT]
    running.due_on = on
    for instalment in later:
        running.charged[Component.PRINCIPAL] += instalment.charged[Component.PRINCIPAL]
        running.paid[Component.PRINCIPAL] += instalment.paid[Component.PRINCIPAL]
        running.in_advance += instalment.paid[Component.PRINCIPAL]
        running.credited_principal += instalment.credited_principal
        for component in (Component.FEE, Component.PENALTY):
            running.charged[component] += instalment.charged[component]
            running.paid[component] += instalment.paid[component]
    running.settled_on = running.settled_on if running.is_settled else None
    gone = {id(i) for i in later}
    loan.instalments = [i for i in loan.instalments if id(i) not in gone]
