"""The official days off that permits respect, as local dates, for the jurisdictions in play."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from kaopu.kernel.core.calendars import china_years, is_business_day

if TYPE_CHECKING:
    from collections.abc import Iterable

# Who may be reached next is looked for at most 60 × 24 h ahead; a day on each side for other time zones.
DAYS_AHEAD = 62
DAY = timedelta(days=1)


def holidays(jurisdictions: Iterable[str], today: date) -> list[str] | None:
    """Days off from yesterday to two months ahead, ISO; None where those of today are not known for certain.

    China: statutory days off as the State Council set them; beyond the last year that is known, the projected ones
    (they only say when to ask again, and asking again judges anew). United States, India: federal and national days.
    """
    first, last = today - DAY, today + DAYS_AHEAD * DAY
    found: set[date] = set()
    for code in jurisdictions:
        if code == "CN" and not china_years()[0] <= first.year <= (today + DAY).year <= china_years()[1]:
            return None
        for year in range(first.year, last.year + 1):
            found |= _of_year(code, year)
    return [day.isoformat() for day in sorted(found) if first <= day <= last]


@cache
def _of_year(code: str, year: int) -> frozenset[date]:
    if code == "CN" and china_years()[0] <= year <= china_years()[1]:
        days = (date(year, 1, 1) + n * DAY for n in range(366))
        # A worked weekend day is no holiday; an ordinary weekend is none either: the rules know the weekdays.
        return frozenset(day for day in days if day.year == year and _is_statutory(day))
    from holidays import country_holidays

    return frozenset(country_holidays(code, years=year))


def _is_statutory(day: date) -> bool:
    # `is_business_day` is false for weekends too: those count only where the calendar itself names them.
    if is_business_day(day, "china"):
        return False
    from chinese_calendar.constants import holidays as named

    return day in named
