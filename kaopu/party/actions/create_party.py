"""Record one party, or the parties of a whole book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party import store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kaopu.party.core.party import NewParty


def create_party(party: NewParty, *, actor: str, now: datetime) -> int:
    """Record one party; its id."""
    with transaction.atomic():
        (party_id,) = store.copy_in([party], now)
        audit.record(act="party.created", subject=f"party:{party_id}", actor=actor, at=now)
    return party_id


def create_parties(parties: Sequence[NewParty], *, actor: str, now: datetime, batch: str) -> list[int]:
    """Record many by COPY, in one transaction and with one audit row that names the `batch`; their ids in order."""
    with transaction.atomic():
        party_ids = store.copy_in(parties, now)
        if party_ids:
            details: dict[str, object] = {"count": len(party_ids), "first": party_ids[0], "last": party_ids[-1]}
            audit.record(act="party.created", subject=f"batch:{batch}", actor=actor, at=now, details=details)
    return party_ids
