"""How long money has waited, in days since the bank booked it, and in which bucket that falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

BUCKETS = ("0-3", "4-10", "11-30", "31-90", "90+")
LAST_DAYS = (3, 10, 30, 90)


def age_days(booked_on: date, as_of: date) -> int:
    """Whole days, 0 on the day itself and before it."""
    return max((as_of - booked_on).days, 0)


def bucket(days: int) -> str:
    """The bucket of an age; 90 days are still 31-90."""
    return next((name for name, last in zip(BUCKETS, LAST_DAYS, strict=False) if days <= last), BUCKETS[-1])


def days_of(name: str) -> tuple[int, int | None]:
    """First and last age of a bucket; None: without end."""
    place = BUCKETS.index(name)
    first = LAST_DAYS[place - 1] + 1 if place else 0
    return first, LAST_DAYS[place] if place < len(LAST_DAYS) else None
