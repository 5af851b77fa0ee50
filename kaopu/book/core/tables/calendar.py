"""Due dates counted from the day the loan starts, so that a loan of the 31st returns to the 31st."""

from __future__ import annotations

import calendar
import itertools
from datetime import MAXYEAR, date, timedelta

from kaopu.book.core.tables.settings import Settings, SpacingUnit


def step(start: date, count: int, unit: SpacingUnit) -> date:
    """The day `count` units after `start`; in a shorter month its last day."""
    if unit is SpacingUnit.MONTHS:
        months = start.month - 1 + count
        year, month = start.year + months // 12, months % 12 + 1
        if year > MAXYEAR:
            raise OverflowError(f"the year {year} is beyond the calendar")
        return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    return start + timedelta(days=count * (7 if unit is SpacingUnit.WEEKS else 1))


def periods(settings: Settings, start: date) -> tuple[tuple[date, date], ...]:
    """The first and the due day of each period of a loan; a due day is the first day of the next period.

    A fixed length puts the last due day that many days after the start.
    """
    days = [step(start, settings.every * index, settings.unit) for index in range(settings.instalments + 1)]
    if settings.fixed_length_days is not None:
        days[-1] = max(start + timedelta(days=settings.fixed_length_days), days[-2])
    return tuple(itertools.pairwise(days))
