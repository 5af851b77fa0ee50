"""The days to which the analyses replay a book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kaopu.book.core.vintage import month_of

EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class AnalysisDays:
    """`month_ends` are the last ends of months, oldest first, up to and including the as-of day where it is one."""

    as_of: date
    month_before: date
    month_ends: tuple[date, ...]

    def next(self, count: int) -> list[date]:
        """The days after the as-of day."""
        return [self.as_of + timedelta(days=each) for each in range(1, count + 1)]


def days_of(as_of: date, months: int) -> AnalysisDays:
    """The as-of day, the same day a month before (or that month's last), and the last `months` month ends."""
    last = month_of(as_of)
    is_end = as_of == last_day(last)
    newest = last if is_end else last - 1
    ends = tuple(last_day(newest - each) for each in range(months - 1, -1, -1))
    # From a month's end to a month's end, whatever their lengths.
    before = last_day(last - 1)
    return AnalysisDays(as_of, before if is_end else before.replace(day=min(before.day, as_of.day)), ends)


def last_day(month: int) -> date:
    """The last day of the month of this number (see core.vintage.month_of)."""
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)


def number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH
