"""A day of the month in any month, long or short."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def on_day(year: int, month_index: int, day: int) -> date:
    """Day `day` of the month `month_index` months after January of `year`, or that month's last day if shorter."""
    year, month = year + month_index // 12, month_index % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))
