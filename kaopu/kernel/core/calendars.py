"""Business days: which days are worked, and where a date on a day off moves."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from kaopu.kernel.core.errors import BadInput

DAY = timedelta(days=1)
CALENDARS = ("weekend", "china")


class BusinessDays(StrEnum):
    """What happens to a date on a day off (ISDA 2006 Definitions, 4.12). The strings are public."""

    NONE = "none"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified-following"  # the next business day, unless that is in the next month: then the last
    PRECEDING = "preceding"


def is_business_day(day: date, calendar: str = "weekend") -> bool:
    """Whether `day` is worked.

    "weekend": Monday to Friday. "china": statutory holidays of the State Council off, make-up weekend days worked; a
    year whose holidays are not known raises `BadInput` naming the years that are.
    """
    if calendar == "weekend":
        return day.weekday() < 5
    if calendar == "china":
        return _is_worked_in_china(day)
    raise BadInput(f"calendar: {calendar} given, expected {' or '.join(CALENDARS)}")


def adjust(day: date, convention: BusinessDays, calendar: str = "weekend") -> date:
    """`day` itself if it is worked or the convention leaves dates alone, else the business day the convention names."""
    if convention is BusinessDays.NONE or is_business_day(day, calendar):
        return day
    if convention is BusinessDays.PRECEDING:
        return _nearest(day, -DAY, calendar)
    following = _nearest(day, DAY, calendar)
    if convention is BusinessDays.MODIFIED_FOLLOWING and following.month != day.month:
        return _nearest(day, -DAY, calendar)
    return following


def _nearest(day: date, step: timedelta, calendar: str) -> date:
    # Never past the ends of time: 1 January 0001 is a Monday, 31 December 9999 a Friday.
    while not is_business_day(day, calendar):
        day += step
    return day


def _is_worked_in_china(day: date) -> bool:
    first, last = china_years()
    if not first <= day.year <= last:
        raise BadInput(f"calendar: china given for {day}, expected a day from {first} to {last}, the years it covers")
    from chinese_calendar import is_workday

    return bool(is_workday(day))


@cache
def china_years() -> tuple[int, int]:
    """The first and last year whose statutory holidays are known to the calendar "china"."""
    # Imported late: most quotes need no holidays, and the command starts in half a second.
    from chinese_calendar.constants import holidays

    years = [day.year for day in holidays]
    return min(years), max(years)
