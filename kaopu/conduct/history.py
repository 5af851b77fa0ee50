"""History as permits see it: entries with the outcome that counts, permits that lapsed unused left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kaopu.conduct.core.ask import Ask

# What is told later never frees what was counted: the strongest outcome stands, of equals the first.
RANK = """CASE o.outcome WHEN 'conversation' THEN 4 WHEN 'notice' THEN 3 WHEN 'delivered' THEN 2
    WHEN 'not-sent' THEN 0 ELSE 1 END"""
ROWS = f"""
SELECT e.id, COALESCE(u.at, e.at) AS at, e.person, e.role, e.channel, e.number, e.purpose, e.caller, e.episode,
       COALESCE(o.outcome, e.outcome) AS outcome
FROM conduct_entry e
LEFT JOIN conduct_permit p ON p.id = e.permit_id
LEFT JOIN conduct_permituse u ON u.permit_id = p.id AND u.at <= %(now)s
LEFT JOIN LATERAL (
    SELECT o.outcome FROM conduct_outcome o WHERE o.entry_id = e.id AND o.id <= %(seen_outcome)s
    ORDER BY {RANK} DESC, o.id LIMIT 1
) o ON true
WHERE e.id <= %(seen_entry)s
  AND (e.permit_id IS NULL OR u.id IS NOT NULL OR p.lapses_at > %(now)s)
  AND (e.permit_id IS NULL OR e.permit_id IS DISTINCT FROM %(own)s)
  AND COALESCE(o.outcome, '') <> 'not-sent'
  AND (e.person IN (%(person)s, %(debtor)s)
       OR (e.episode = %(episode)s AND e.episode <> '' AND e.role = 'contact')
       OR (e.number = %(number)s AND e.number <> '' AND e.at > %(now)s - interval '3 days'))
ORDER BY 2, e.id
"""  # noqa: S608 - RANK is a constant of this file
EVERYTHING = 2**62


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the tables had grown when they were read."""

    entry: int
    outcome: int


def history(
    ask: Ask, episode: str, now: datetime, *, own_permit: UUID | None = None, seen: Seen | None = None
) -> list[dict[str, Any]]:
    """Every entry that a row of the rulebook may count for this ask, oldest first, as permit facts.

    All entries of person and debtor; those of other contacts in the episode; calls of the last days on this number,
    whoever was called. `own_permit`'s pending entry is left out. What another worker's clock dates later than `now` has
    happened all the same: it counts as now.
    """
    given = {
        "now": now, "person": ask.person, "debtor": ask.debtor, "episode": episode, "number": ask.number,
        "own": own_permit, "seen_entry": seen.entry if seen else EVERYTHING,
        "seen_outcome": seen.outcome if seen else EVERYTHING,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ROWS, given)
        return [_entry(row, now) for row in cursor.fetchall()]


def _entry(row: tuple[Any, ...], now: datetime) -> dict[str, Any]:
    _id, at, person, role, channel, number, purpose, caller, episode, outcome = row
    return {
        "at": min(at, now).isoformat(), "person": person, "role": role, "channel": channel, "number": number or None,
        "purpose": purpose, "outcome": outcome, "caller": caller, "episode": episode or None,
    }  # fmt: skip
