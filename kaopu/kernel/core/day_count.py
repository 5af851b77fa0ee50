"""Day counts: how the days between two dates become years, exactly."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kaopu.kernel.core.errors import BadInput


class DayCount(StrEnum):
    """A convention a contract can name. The strings are public."""

    THIRTY_360_US = "30/360-us"
    THIRTY_E_360 = "30e/360"
    ACT_365F = "act/365f"
    ACT_360 = "act/360"
    ACT_ACT = "act/act"


class Thirty360(StrEnum):
    """How a 30/360 count treats month ends. The three differ only there."""

    BOND = "bond"  # 30/360 US without the end-of-February rule: ISDA 2006 Definitions, 4.16(f)
    EUROBOND = "eurobond"  # 30E/360: ISDA 2006 Definitions, 4.16(g)
    US_FEBRUARY = "us-february"  # the end of February counts as the 30th: SIA, Standard Securities Calculation Methods


def year_fraction(start: date, end: date, day_count: DayCount) -> Fraction:
    """Years from `start` (counted) to `end` (not counted), exact. Raises `BadInput` where `end` is before `start`.

    30/360 US: `Thirty360.BOND`. 30E/360: `Thirty360.EUROBOND`. ACT/365F and ACT/360: ISDA 2006 Definitions, 4.16(d)
    and (e). ACT/ACT: 4.16(b), days of a leap year over 366 and the others over 365; a day belongs to the year in which
    it starts, so the cut is 1 January 00:00 (1 November 2003 to 1 May 2004 is 61/365 + 121/366).
    """
    if end < start:
        raise BadInput(f"end: {end} given, expected {start} or later")
    if day_count is DayCount.THIRTY_360_US:
        return Fraction(thirty_360_days(start, end, Thirty360.BOND), 360)
    if day_count is DayCount.THIRTY_E_360:
        return Fraction(thirty_360_days(start, end, Thirty360.EUROBOND), 360)
    if day_count is DayCount.ACT_ACT:
        return _actual_actual(start, end)
    return Fraction((end - start).days, 365 if day_count is DayCount.ACT_365F else 360)


def thirty_360_days(start: date, end: date, rule: Thirty360) -> int:
    """Days between two dates when each month has 30."""
    first, last = start.day, end.day
    if rule is Thirty360.EUROBOND:
        first, last = min(first, 30), min(last, 30)
    else:
        if rule is Thirty360.US_FEBRUARY and _ends_february(start):
            first, last = 30, 30 if _ends_february(end) else last
        first = min(first, 30)
        if last == 31 and first == 30:
            last = 30
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def _ends_february(day: date) -> bool:
    return day.month == 2 and day.day == monthrange(day.year, 2)[1]


def _actual_actual(start: date, end: date) -> Fraction:
    if start.year == end.year:
        return Fraction((end - start).days, _days_in(start.year))
    # Measured in days since 1 January, because the year after 9999 has no 1 January to subtract from.
    passed_in_first = (start - date(start.year, 1, 1)).days
    passed_in_last = (end - date(end.year, 1, 1)).days
    whole_years = end.year - start.year - 1
    first = 1 - Fraction(passed_in_first, _days_in(start.year))
    return first + whole_years + Fraction(passed_in_last, _days_in(end.year))


def _days_in(year: int) -> int:
    return 366 if isleap(year) else 365
