"""Due dates counted from the day the loan starts, so that a loan of the 31st returns to the 31st."""

from __future__ import annotations

import calendar
import itertools
from datetime import MAXYEAR, date, timedelta

from kaopu.book.core.tables.settings import SpacingUnit


def step(start: date, count: int, unit: SpacingUnit) -> date:
    """The day `count` units after `start`; in a shorter month its last day."""
    if unit is SpacingUnit.MONTHS:
        months = start.month - 1 + count
        year, month = start.year + months // 12, months % 12 + 1
        if year > MAXYEAR:
            raise OverflowError(f"the year {year} is beyond the calendar")
        return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    return start + timedelta(days=count * (7 if unit is SpacingUnit.WEEKS else 1))


def periods(start: date, count: int, every: int, unit: SpacingUnit) -> tuple[tuple[date, date], ...]:
    """The first and the due day of each of `count` periods; a due day is the first day of the next period."""
    days = [step(start, every * index, unit) for index in range(count + 1)]
    return tuple(itertools.pairwise(days))
