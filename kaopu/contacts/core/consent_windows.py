"""A consent cut to the hours that the person chose: what a permit reads as single consents, `from` to `to`.

The rulebook's own hours hold everywhere; a contact may narrow them. Written as one window a day, a chosen hour is part
of the consent itself (PIPL 14: a consent covers what was agreed to, and no more), and the next allowed minute is found
like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

DAYS_AHEAD = 62  # the search for the next allowed minute looks 60 days ahead


@dataclass(frozen=True, slots=True)
class Granted:
    """A consent for one channel, `[granted_at, withdrawn_at)`; None: open."""

    channel: str
    granted_at: datetime
    withdrawn_at: datetime | None = None


def windows(
    consents: Iterable[Granted], hours: tuple[time, time], timezone: str, at: datetime
) -> list[dict[str, str | None]]:
    """The windows of each consent from the local day before `at` on, as `consents` of the permit facts."""
    return [
        {"channel": consent.channel, "from": start.isoformat(), "to": end.isoformat()}
        for consent in consents
        for start, end in _days(consent, hours, ZoneInfo(timezone), at)
    ]


def whole(consents: Iterable[Granted]) -> list[dict[str, str | None]]:
    """Consents as they were given, for people who chose no hours."""
    return [
        {
            "channel": consent.channel,
            "from": consent.granted_at.isoformat(),
            "to": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
        }
        for consent in consents
    ]


def _days(
    consent: Granted, hours: tuple[time, time], zone: ZoneInfo, at: datetime
) -> Iterable[tuple[datetime, datetime]]:
    first = at.astimezone(zone).date() - timedelta(days=1)
    for day in (first + timedelta(days=n) for n in range(DAYS_AHEAD + 1)):
        opens, closes = (datetime.combine(day, hour, zone) for hour in hours)
        start = max(opens, consent.granted_at)
        end = closes if consent.withdrawn_at is None else min(closes, consent.withdrawn_at)
        if start < end:
            yield start.astimezone(zone), end.astimezone(zone)
