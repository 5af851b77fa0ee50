"""What it costs to close a debt early, and what it saves."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core import due_dates
from kaopu.book.core.rounding import round_minor
from kaopu.book.core.terms import Moratorium
from kaopu.kernel.core.day_count import year_fraction
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.schedule import Row, Schedule
    from kaopu.book.core.terms import Charge, Terms


@dataclass(frozen=True, slots=True)
class EarlySettlement:
    """A settlement quote, in minor units.

    `principal` is the balance, `interest` what has accrued and not been paid, `fee` fees already due plus the
    settlement fee; `total` is their sum. `interest_saved` and `fee_saved` are what the schedule would still have asked.
    """

    on: date
    principal: int
    interest: int
    fee: int
    total: int
    interest_saved: int
    fee_saved: int


def early_settlement_quote(
    terms: Terms, schedule: Schedule, on: date, paid_through: int, settlement_fee: Charge | None = None
) -> EarlySettlement:
    """The amount that closes the debt on `on` when instalments up to seq `paid_through` are paid and no later one.

    Instalments due on or before `on` count in full; the running period counts by its days up to `on` (not counted),
    never more than the period itself. Fees of periods that have not come due are not charged. Penalties for overdue
    instalments are not part of this quote. `settlement_fee` as a rate applies to the principal settled before it is
    due.
    """
    unpaid = [row for row in schedule.rows if row.seq > paid_through]
    if not unpaid:
        raise BadInput(
            f"paid_through: {paid_through} given, expected below the last instalment {schedule.rows[-1].seq}"
        )
    if on < schedule.start:
        raise BadInput(f"on: {on} given, expected the start {schedule.start} or later")
    due = [row for row in unpaid if row.due_on <= on]
    ahead = unpaid[len(due) :]
    not_due = sum(row.principal for row in ahead)
    principal = sum(row.principal for row in due) + not_due
    interest = sum(row.interest for row in due) + accrued_interest(terms, schedule, on)
    fee = sum(row.fee for row in due) + _settlement_fee(terms, not_due, settlement_fee)
    return EarlySettlement(
        on=on,
        principal=principal,
        interest=interest,
        fee=fee,
        total=principal + interest + fee,
        interest_saved=sum(row.interest for row in unpaid) - interest,
        fee_saved=sum(row.fee for row in ahead),
    )


def accrued_interest(terms: Terms, schedule: Schedule, on: date) -> int:
    """Interest since the last due date, in minor units, on the planned balance: not yet due on `on`, rounded once.

    Interest that a moratorium has put off is part of it until the instalment that collects it.
    """
    rates = {fixing.seq: Fraction(fixing.rate_annual) for fixing in schedule.fixings}
    rows = {row.seq: row for row in schedule.rows}
    spans = due_dates.periods(terms)
    running = next((span for span in spans if span.seq in rows and span.due_on > on), None)
    if running is None:
        return 0
    accrued = _put_off(terms, spans[: running.seq - 1], rates)
    if on > running.start:
        balance = _balance_before(rows[running.seq])
        years = min(year_fraction(running.start, on, terms.day_count), running.years)
        accrued += round_minor(balance * rates[running.seq] * years, terms.rounding)
    return accrued


def _balance_before(row: Row) -> int:
    return row.outstanding + row.principal


def _put_off(terms: Terms, passed: tuple[due_dates.Period, ...], rates: dict[int, Fraction]) -> int:
    waits = terms.moratorium is Moratorium.PRINCIPAL_AND_INTEREST
    if not waits or len(passed) > terms.moratorium_periods:
        return 0
    balance = terms.financed_minor
    return sum(round_minor(balance * rates[span.seq] * span.years, terms.rounding) for span in passed)


def _settlement_fee(terms: Terms, principal: int, charge: Charge | None) -> int:
    if charge is None:
        return 0
    if charge.minor is not None:
        return charge.minor
    return round_minor(principal * Fraction(charge.rate or 0), terms.rounding)
