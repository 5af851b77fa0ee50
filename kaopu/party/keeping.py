"""Until when a law orders to keep what says who a party is. Rooms above name what they know; the latest day holds.

Anti-Money-Laundering Law of 2024, article 34: identity and transactions are kept ten years after the relation ended.
A source that fails raises, and nothing is erased then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.party.models import Retention

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_sources: dict[str, Callable[[int, date], date | None]] = {}


def register(name: str, source: Callable[[int, date], date | None]) -> None:
    """Ask `source(party_id, today)` too; it answers the last day to keep, or None. Called in `AppConfig.ready`."""
    _sources[name] = source


def keep_until(party_id: int, today: date) -> date | None:
    """The last day on which the party must be kept; None where no duty holds today."""
    recorded = Retention.objects.filter(party_id=party_id).values_list("keep_until", flat=True)
    days = [*recorded, *(source(party_id, today) for source in _sources.values())]
    return max((day for day in days if day is not None and day >= today), default=None)
