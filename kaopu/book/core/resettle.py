"""A new schedule version after part of the principal is repaid early: lower instalments, or fewer of them.

Both keep the due dates and the numbers of the instalments that remain, and the rounding rules of the terms. The
interest of the running period follows the money: the old balance up to the day, the new one from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core import due_dates
from kaopu.book.core.plan_part import Part
from kaopu.book.core.plans_annuity import amortise
from kaopu.book.core.rounding import Rounding, round_minor
from kaopu.book.core.split import split_by_weight, split_evenly
from kaopu.book.core.terms import Moratorium, Plan
from kaopu.kernel.core.day_count import year_fraction
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kaopu.book.core.schedule import Row, Schedule
    from kaopu.book.core.terms import Terms

IN_EQUAL_PARTS = frozenset({Plan.EQUAL_PRINCIPAL, Plan.FEE_INSTALMENT})


@dataclass(frozen=True, slots=True)
class _Rest:
    """The instalments not yet due, with the years of interest on the new balance and the annual rate of each.

    The running period's years hold its days before the prepayment too, weighed by the larger balance of that time.
    """

    rows: tuple[Row, ...]
    balance: int
    years: tuple[Fraction, ...]
    rates: tuple[Fraction, ...]

    @property
    def factors(self) -> tuple[Fraction, ...]:
        """Interest of each period for a balance of 1."""
        return tuple(rate * length for rate, length in zip(self.rates, self.years, strict=True))


def lower(
    terms: Terms, schedule: Schedule, prepaid_minor: int, on: date, *, accrued_is_paid: bool = False
) -> tuple[Row, ...]:
    """The instalments after `on` when `prepaid_minor` of principal is repaid that day and their number stays.

    Equal instalments get a new level payment, plans of equal parts are split anew; every other plan keeps its shape,
    each principal scaled down by largest remainder. `accrued_is_paid`: the interest up to `on` is paid with the
    prepayment instead of the next instalment.
    """
    rest = _rest(terms, schedule, prepaid_minor, on, accrued_is_paid=accrued_is_paid)
    waiting = sum(row.seq <= terms.moratorium_periods for row in rest.rows)
    balloon = min(terms.balloon_minor, rest.balance)
    if terms.plan is not Plan.EQUAL_INSTALMENT:
        return _rows(rest, _interest_on(terms, rest, _lower_principals(terms, rest, waiting, balloon)))
    resting = [Part(0, round_minor(rest.balance * factor, terms.rounding)) for factor in rest.factors[:waiting]]
    parts = amortise(terms, rest.balance, rest.years[waiting:], rest.rates[waiting:], balloon)
    return _rows(rest, [*resting, *parts])


def shorten(
    terms: Terms, schedule: Schedule, prepaid_minor: int, on: date, *, accrued_is_paid: bool = False
) -> tuple[Row, ...]:
    """The instalments after `on` when `prepaid_minor` is repaid that day and the debt ends earlier.

    Equal instalments keep their payment, every other plan its principal a period, until the balance is repaid; the
    instalments beyond fall away with their fees. `accrued_is_paid` as in `lower`.
    """
    rest = _rest(terms, schedule, prepaid_minor, on, accrued_is_paid=accrued_is_paid)
    balance, parts = rest.balance, []
    for row, factor in zip(rest.rows, rest.factors, strict=True):
        interest = round_minor(balance * factor, terms.rounding)
        kept = row.principal
        if terms.plan is Plan.EQUAL_INSTALMENT and row.seq > terms.moratorium_periods:
            kept = max(row.principal + row.interest - interest, 0)
        principal = balance if row is rest.rows[-1] else min(kept, balance)
        parts.append(Part(principal, interest))
        balance -= principal
        if balance == 0:
            break
    return _rows(rest, parts)


def _rest(terms: Terms, schedule: Schedule, prepaid_minor: int, on: date, *, accrued_is_paid: bool) -> _Rest:
    rows = tuple(row for row in schedule.rows if row.due_on > on)
    before = sum(row.principal for row in rows)
    _refuse(terms, rows, before, prepaid_minor, on)
    spans = {span.seq: span for span in due_dates.periods(terms)}
    rate_of = {fixing.seq: Fraction(fixing.rate_annual) for fixing in schedule.fixings}
    rates = tuple(rate_of[row.seq] for row in rows)
    running, balance = spans[rows[0].seq], before - prepaid_minor
    years_before = Fraction(0)
    if on > running.start:
        years_before = min(year_fraction(running.start, on, terms.day_count), running.years)
    first = running.years - years_before
    if not accrued_is_paid:
        # Interest of the old balance, spread over the new one: the level payment then covers it and stays level.
        first += years_before * before / balance
    return _Rest(rows, balance, (first, *(spans[row.seq].years for row in rows[1:])), rates)


def _refuse(terms: Terms, rows: Sequence[Row], before: int, prepaid_minor: int, on: date) -> None:
    if not rows:
        raise BadInput(f"on: {on} given, expected a day before the last due date")
    if on < terms.start:
        raise BadInput(f"on: {on} given, expected the start {terms.start} or later")
    if not 0 < prepaid_minor < before:
        raise BadInput(
            f"prepaid: {prepaid_minor} given, expected above 0 and below the principal not yet due, {before}"
            " (the whole of it is an early settlement in full)"
        )
    put_off = terms.moratorium_periods > 0 and terms.moratorium is Moratorium.PRINCIPAL_AND_INTEREST
    if put_off and rows[0].seq <= terms.moratorium_periods + 1:
        raise BadInput(f"on: {on} given, expected a day after the instalment that collects the moratorium's interest")


def _lower_principals(terms: Terms, rest: _Rest, waiting: int, balloon: int) -> list[int]:
    if terms.plan not in IN_EQUAL_PARTS:
        return split_by_weight(rest.balance, [Fraction(row.principal) for row in rest.rows])
    amounts = split_evenly(rest.balance - balloon, len(rest.rows) - waiting, terms.split, Rounding.DOWN)
    amounts[-1] += balloon
    return [0] * waiting + amounts


def _interest_on(terms: Terms, rest: _Rest, amounts: Sequence[int]) -> list[Part]:
    balance, parts = rest.balance, []
    for amount, factor in zip(amounts, rest.factors, strict=True):
        parts.append(Part(amount, round_minor(balance * factor, terms.rounding)))
        balance -= amount
    return parts


def _rows(rest: _Rest, parts: Sequence[Part]) -> tuple[Row, ...]:
    outstanding, rows = rest.balance, []
    for row, (principal, interest) in zip(rest.rows, parts, strict=False):
        outstanding -= principal
        total = principal + interest + row.fee
        rows.append(replace(row, principal=principal, interest=interest, total=total, outstanding=outstanding))
    return tuple(rows)
