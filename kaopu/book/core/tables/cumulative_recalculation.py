"""A cumulative loan whose interest follows the days: drawn up again at every payment and at the reading.

Early money lowers the balance by its whole amount from its day and is principal of the running instalment; where that
is more than the instalment planned, the instalments after it are lowered. Overdue principal bears interest up to the
day of payment or reading. One rounding per period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.tables.cumulative import Part, cents, days_in_year, level_of, yearly_rate
from kaopu.book.core.tables.cumulative_loan import regular_of, tranches_of
from kaopu.book.core.tables.instalment import Component
from kaopu.book.core.tables.named_orders import allocate_by_name
from kaopu.book.core.tables.settings import Amortization, InterestCalculated, InterestType, ScheduleKind

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from kaopu.book.core.tables.instalment import Instalment
    from kaopu.book.core.tables.loan_state import LoanState, Payment


def redraws(loan: LoanState) -> bool:
    """Is this a loan whose schedule is drawn up again as payments come?"""
    settings = loan.settings
    return (
        settings.schedule is ScheduleKind.CUMULATIVE
        and settings.recalculates
        and settings.interest_type is InterestType.DECLINING_BALANCE
        and settings.interest_calculated is InterestCalculated.DAILY
        and settings.amortization is Amortization.EQUAL_INSTALLMENTS
        and not loan.charged_off
        and not any((settings.grace_principal, settings.grace_interest, settings.interest_free_periods))
    )


def redraw(loan: LoanState, as_of: date) -> None:
    """Draw the schedule up again from what is known on a day."""
    regular = regular_of(loan)
    for instalment, part in zip(regular, _parts(loan, regular, as_of), strict=True):
        was_settled = instalment.is_settled
        instalment.charged[Component.PRINCIPAL] = part.principal + instalment.credited_principal
        instalment.charged[Component.INTEREST] = max(part.interest, instalment.paid[Component.INTEREST])
        if not was_settled or not instalment.is_settled:
            instalment.note_settlement(as_of)


def pay_and_redraw(loan: LoanState, payment: Payment, amount: int) -> int:
    """Use a payment: what is due in the loan's order, then early principal; returns what found no place."""
    due = [i for i in loan.instalments if i.due_on <= payment.on]
    amount = allocate_by_name(loan, payment, amount, due)
    running = next((i for i in regular_of(loan) if i.due_on > payment.on and not i.is_settled), None)
    if running is None or amount <= 0:
        return amount
    for component in (Component.PENALTY, Component.FEE):
        amount -= _use(payment, running, component, min(amount, running.due_charge(component, payment.on)))
    owed = sum(i.outstanding(Component.PRINCIPAL) for i in regular_of(loan) if i.due_on > payment.on)
    early = min(amount, owed)
    loan.early.append((payment.on, early))
    redraw(loan, payment.on)
    _use(payment, running, Component.PRINCIPAL, early)
    return allocate_by_name(loan, payment, amount - early)


def _use(payment: Payment, instalment: Instalment, component: Component, amount: int) -> int:
    used = instalment.pay(component, amount, payment.on)
    payment.used[component] += used
    return used


def _parts(loan: LoanState, regular: list[Instalment], as_of: date) -> list[Part]:
    settings = loan.settings
    parts: list[Part] = []
    balance = level = 0
    for place, instalment in enumerate(regular):
        start, due_on = instalment.start, instalment.due_on
        last = place == len(regular) - 1
        paid_out = [(t.on, t.amount) for t in tranches_of(loan) if start <= t.on < due_on or (last and t.on == due_on)]
        early = [(on, -amount) for on, amount in loan.early if start <= on < due_on]
        exact = _interest(loan, instalment, [(start, balance), *paid_out, *early])
        for earlier, part in zip(regular, parts, strict=False):
            exact += _interest(loan, instalment, _overdue(earlier, part.principal, as_of))
        interest = cents(exact)
        balance += sum(amount for _, amount in paid_out)
        if paid_out:
            level = level_of(settings, balance, len(regular) - place)
        prepaid = -sum(amount for _, amount in early)
        principal = balance if last else max(0, min(max(level - interest, prepaid), balance))
        balance -= principal
        if prepaid > level - interest and not last:
            level = level_of(settings, balance, len(regular) - place - 1)
        parts.append(Part(principal, interest))
    return parts


def _overdue(earlier: Instalment, principal: int, as_of: date) -> list[tuple[date, int]]:
    """What an earlier instalment leaves unpaid, as movements of a balance; all of it ends on the day of reading."""
    known = [(on, used) for on, used in earlier.principal_paid if on <= as_of]
    left = principal - sum(used for on, used in known if on <= earlier.due_on)
    moves = [(earlier.due_on, left)]
    for on, used in sorted(known):
        if on > earlier.due_on:
            moves.append((on, -used))
            left -= used
    return [*moves, (as_of, -left)] if as_of > earlier.due_on else []


def _interest(loan: LoanState, instalment: Instalment, moves: list[tuple[date, int]]) -> Decimal:
    """Interest inside a period on a balance that moves on given days; not yet rounded."""
    a_day = yearly_rate(loan.settings) / days_in_year(loan.settings)
    days = (
        (instalment.due_on - max(on, instalment.start)).days * amount for on, amount in moves if on < instalment.due_on
    )
    return sum(days, 0) * a_day
