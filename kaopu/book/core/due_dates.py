"""Due dates and the span of time whose interest each of them collects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from kaopu.book.core.month_day import on_day
from kaopu.book.core.terms import InterestPaid, Plan, Spacing, Terms
from kaopu.kernel.core.calendars import BusinessDays, adjust
from kaopu.kernel.core.day_count import DayCount, year_fraction
from kaopu.kernel.core.errors import BadInput

NOMINAL = frozenset({DayCount.THIRTY_360_US, DayCount.THIRTY_E_360})
# Under 30/360 a month is 30 days, a week 7 and a day 1, whatever the calendar says.
NOMINAL_DAYS = {Spacing.MONTHS: 30, Spacing.WEEKS: 7, Spacing.DAYS: 1}


@dataclass(frozen=True, slots=True)
class Period:
    """One instalment's time: interest runs from `start` (counted) to `end` (not counted), due on `due_on`."""

    seq: int
    start: date
    end: date
    due_on: date
    years: Fraction


def periods(terms: Terms) -> tuple[Period, ...]:
    """The periods of `terms`, first to last. Raises `BadInput` where due dates would not strictly increase."""
    nominal = _nominal_dates(terms)
    adjusted = [adjust(day, terms.business_days, terms.calendar) for day in nominal[1:]]
    _refuse_disorder(terms, adjusted)
    ends = nominal if terms.day_count in NOMINAL else [terms.start, *adjusted]
    spans = [(terms.start, ends[1]), *pairwise(ends[1:])]
    # A first period is broken when the due date one spacing before the first is not the start day.
    regular_first = nominal[0] == terms.start
    return tuple(
        Period(seq, start, end, due_on, _years(terms, start, end, regular=seq > 1 or regular_first))
        for seq, ((start, end), due_on) in enumerate(zip(spans, adjusted, strict=True), start=1)
    )


def is_one_span(terms: Terms) -> bool:
    """Whether everything falls due once, at maturity."""
    at_maturity = terms.interest_paid is InterestPaid.AT_MATURITY
    return terms.plan is Plan.BULLET or (terms.plan is Plan.ON_DEMAND and at_maturity)


def _nominal_dates(terms: Terms) -> list[date]:
    """Unadjusted due dates, preceded by the date one spacing before the first of them.

    Each is counted from the first, so the 31st gives 28 Feb and then 31 Mar, not 28 Mar.
    """
    if terms.table:
        return [terms.table[0].due_on, *(line.due_on for line in terms.table)]
    try:
        dates = [_nominal_date(terms, n) for n in range(terms.periods + 1)]
    except (OverflowError, ValueError) as problem:
        raise BadInput(
            f"periods: {terms.periods} × {terms.spacing_every} {terms.spacing} pass the year 9999"
        ) from problem
    if is_one_span(terms):
        return [dates[0], dates[-1]]
    return dates


def _nominal_date(terms: Terms, n: int) -> date:
    every = terms.spacing_every
    if terms.spacing is not Spacing.MONTHS:
        step = timedelta(days=NOMINAL_DAYS[terms.spacing] * every)
        return terms.start + n * step if terms.first_due is None else terms.first_due + (n - 1) * step
    if terms.first_due is None:
        return on_day(terms.start.year, terms.start.month - 1 + n * every, terms.due_day or terms.start.day)
    first = terms.first_due
    return on_day(first.year, first.month - 1 + (n - 1) * every, terms.due_day or first.day)


def _years(terms: Terms, start: date, end: date, *, regular: bool) -> Fraction:
    """Years of interest between two dates; a regular 30/360 period is its nominal length, month ends or not."""
    if terms.day_count not in NOMINAL or not regular or terms.table:
        return year_fraction(start, end, terms.day_count)
    steps = terms.spacing_every * (terms.periods if is_one_span(terms) else 1)
    return Fraction(NOMINAL_DAYS[terms.spacing] * steps, 360)


def _refuse_disorder(terms: Terms, due: list[date]) -> None:
    for before, after in pairwise([terms.start, *due]):
        if after <= before:
            moved = (
                "" if terms.business_days is BusinessDays.NONE else f" after {terms.business_days} on {terms.calendar}"
            )
            raise BadInput(
                f"due dates: {after} is not later than {before}{moved}; expected each date later than the one before"
            )
