"""Read one party: masked for everyone, in full for a reason that is written down first."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party import store
from kaopu.party.core.party import RevealReason
from kaopu.party.models import Party

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.party.core.party import PartyView


class Refusal(StrEnum):
    """Why a party was not shown."""

    NO_SUCH_PARTY = "no_such_party"
    RESTRICTED = "restricted"  # erased but for what a law orders to keep: read for a legal duty only


def show_masked(party_id: int) -> PartyView | Refusal:
    """Name and phone with stars."""
    row = Party.objects.filter(pk=party_id).first()
    return store.view(row, masked=True) if row else Refusal.NO_SUCH_PARTY


def reveal(party_id: int, *, reason: RevealReason, actor: str, now: datetime) -> PartyView | Refusal:
    """Name and phone in full; who read them and why is an audit row."""
    with transaction.atomic():
        row = Party.objects.filter(pk=party_id).first()
        if row is None:
            return Refusal.NO_SUCH_PARTY
        if row.restricted_until is not None and reason is not RevealReason.LEGAL_DUTY:
            return Refusal.RESTRICTED
        audit.record(
            act="party.revealed", subject=f"party:{party_id}", actor=actor, at=now, details={"reason": str(reason)}
        )
        return store.view(row, masked=False)
