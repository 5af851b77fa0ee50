"""Is this person known already? Asked before a new party is made; nothing is merged here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.party.core.person_match import Reason, matched
from kaopu.party.models import Party
from kaopu.party.store import linkage_rows

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.party.core.person_record import PersonRecord

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Similar:
    """A party that is probably the same person: the probability in 0 to 1 and what speaks for and against it."""

    party_id: int
    probability: float
    reasons: tuple[Reason, ...]


def find_similar(record: PersonRecord, *, threshold: float = THRESHOLD, limit: int = 20) -> list[Similar]:
    """Parties at or above `threshold`, the surest first."""
    others = linkage_rows.count()
    judged = [
        (party, matched(record, known, others=others)) for party, known in linkage_rows.candidates(record).items()
    ]
    found = [Similar(party, each.probability, each.reasons) for party, each in judged if each.probability >= threshold]
    return sorted(found, key=lambda similar: (-similar.probability, similar.party_id))[:limit]


def remember(party_id: int, record: PersonRecord, *, now: datetime) -> bool:
    """Let a party be found by its record from now on; False for one that is erased or unknown."""
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).filter(pk=party_id, erased_at=None).first()
        if party is None:
            return False
        linkage_rows.write(party_id, record, now)
    return True
