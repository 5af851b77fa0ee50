"""The day controls of the debt page: which day is shown, which are one step away, all as addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

DAY = timedelta(days=1)
LAST = date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Days:
    """The chosen day, the second one if two are compared, and where each step leads ("" where there is none)."""

    as_of: date
    compare: date | None
    before: str
    after: str
    event_before: str
    event_after: str
    without_compare: str
    with_compare: str


def read(query: QueryDict, *, default: date) -> tuple[date, date | None]:
    """The days of an address; a text that is no date counts as absent."""
    return _day(query.get("as_of", "")) or default, _day(query.get("compare", ""))


def _day(text: str) -> date | None:
    try:
        return min(date.fromisoformat(text), LAST)
    except ValueError:
        return None


def build(debt_id: int, as_of: date, compare: date | None, event_days: Sequence[date]) -> Days:
    """The steps from `as_of`, by day and by event."""

    def address(day: date | None, second: date | None = compare) -> str:
        if day is None:
            return ""
        pairs = {"as_of": day.isoformat(), **({"compare": second.isoformat()} if second else {})}
        return f"{reverse('debt', args=[debt_id])}?{urlencode(pairs)}"

    earlier = max((day for day in event_days if day < as_of), default=None)
    later = min((day for day in event_days if day > as_of), default=None)
    return Days(
        as_of=as_of,
        compare=compare,
        before=address(as_of - DAY) if as_of > date.min + DAY else "",
        after=address(as_of + DAY),
        event_before=address(earlier),
        event_after=address(later),
        without_compare=address(as_of, None),
        with_compare=address(as_of, as_of - timedelta(days=30)),
    )
