"""The share of a year's interest that falls on a stretch of days of a progressive schedule.

The system the tables come from works in 19 significant digits, halves to even. Half cents depend on that, so the same
width is used here; the order of the operations is part of the rule for the same reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from kaopu.book.core.tables.settings import DaysInMonth, DaysInYear, InterestCalculated, Settings, SpacingUnit

DIGITS = Context(prec=19, rounding=ROUND_HALF_EVEN)
_WIDTH = Decimal(1).scaleb(-19)
_NOMINAL_DAYS = {SpacingUnit.DAYS: 1, SpacingUnit.WEEKS: 7, SpacingUnit.MONTHS: 30}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `start` (counted) to `end` (not counted) inside the period from `period_start` to `period_due_on`."""

    start: date
    end: date
    period_start: date
    period_due_on: date


@lru_cache(maxsize=65536)
def period_factor(stretch: Stretch, rate_percent: Decimal, settings: FactorTerms) -> Decimal:
    """Interest on one unit of balance over the stretch, as a fraction."""
    rate = DIGITS.divide(rate_percent, Decimal(100))
    days = Decimal((stretch.end - stretch.start).days)
    period_days = Decimal((stretch.period_due_on - stretch.period_start).days)
    if period_days == 0:
        return Decimal(0)
    if settings.same_as_period and settings.unit is not SpacingUnit.DAYS:
        periods_a_year = Decimal(12 if settings.unit is SpacingUnit.MONTHS else 52)
        return _factor(rate, DIGITS.divide(Decimal(settings.every), periods_a_year), days, period_days)
    if _splits_at_new_year(stretch, settings):
        return DIGITS.multiply(rate, _share_of_years(stretch, settings)).quantize(_WIDTH, context=_WIDE)
    year = Decimal(_days_in_year(stretch, settings))
    if settings.days_in_month is DaysInMonth.ACTUAL:
        return _factor(rate, DIGITS.divide(Decimal(1), year), days, Decimal(1))
    nominal = Decimal(_NOMINAL_DAYS[settings.unit] * settings.every)
    return _factor(rate, DIGITS.divide(nominal, year), days, period_days)


_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class FactorTerms:
    """The settings a factor depends on."""

    unit: SpacingUnit
    every: int
    days_in_year: DaysInYear
    days_in_month: DaysInMonth
    same_as_period: bool
    leap_day_periods_only: bool
    year_turns_on_first_of_january: bool

    @staticmethod
    def of(settings: Settings) -> FactorTerms:
        """The factor terms of a loan."""
        return FactorTerms(
            unit=settings.unit,
            every=settings.every,
            days_in_year=settings.days_in_year,
            days_in_month=settings.days_in_month,
            same_as_period=settings.interest_calculated is InterestCalculated.SAME_AS_REPAYMENT_PERIOD,
            leap_day_periods_only=settings.leap_day_periods_only,
            year_turns_on_first_of_january=settings.year_turns_on_first_of_january,
        )


def _factor(rate: Decimal, share: Decimal, days: Decimal, period_days: Decimal) -> Decimal:
    whole = DIGITS.multiply(DIGITS.multiply(rate, share), days)
    return DIGITS.divide(whole, period_days).quantize(_WIDTH, context=_WIDE)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _holds_leap_day(stretch: Stretch) -> bool:
    """Is 29 February of the period's first year after its first day and not after its due day?"""
    year = stretch.period_start.year
    return _is_leap(year) and stretch.period_start < date(year, 2, 29) <= stretch.period_due_on


def _splits_at_new_year(stretch: Stretch, settings: FactorTerms) -> bool:
    if settings.days_in_year is not DaysInYear.ACTUAL or stretch.start.year == stretch.end.year:
        return False
    return not settings.leap_day_periods_only or _holds_leap_day(stretch)


def _days_in_year(stretch: Stretch, settings: FactorTerms) -> int:
    if settings.days_in_year is not DaysInYear.ACTUAL:
        return int(settings.days_in_year.value)
    leap = _is_leap(stretch.start.year)
    if settings.leap_day_periods_only:
        leap = leap and _holds_leap_day(stretch)
    return 366 if leap else 365


def _share_of_years(stretch: Stretch, settings: FactorTerms) -> Decimal:
    """Days of each calendar year over its length; the night of New Year's Eve counts to the new year unless told."""
    share, start = Decimal(0), stretch.start
    for year in range(stretch.start.year, stretch.end.year + 1):
        turn = date(year + 1, 1, 1) if settings.year_turns_on_first_of_january else date(year, 12, 31)
        end = stretch.end if year == stretch.end.year else turn
        length = Decimal(366 if _is_leap(year) else 365)
        share = DIGITS.add(share, DIGITS.divide(Decimal((end - start).days), length))
        start = end
    return share
