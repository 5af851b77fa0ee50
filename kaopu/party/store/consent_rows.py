"""Rows of consents as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.party.core.consents import Consent
from kaopu.party.core.records import Scope
from kaopu.party.models import ConsentRow
from kaopu.party.store import keys

if TYPE_CHECKING:
    from datetime import datetime

TABLE, COLUMN = "party_consent", "proof_sealed"


def consents(party_id: int) -> list[Consent]:
    """All consents of a party, taken back or not, the oldest first."""
    rows = ConsentRow.objects.filter(party_id=party_id).select_related("withdrawal").order_by("granted_at", "pk")
    return [_consent(row) for row in rows]


def consent(consent_id: int) -> Consent | None:
    """One consent."""
    row = ConsentRow.objects.filter(pk=consent_id).select_related("withdrawal").first()
    return _consent(row) if row else None


def consent_in_force(party_id: int, purpose: str, channel: str, at: datetime) -> Consent | None:
    """The latest consent that allows this purpose on this channel at this instant."""
    return next((each for each in reversed(consents(party_id)) if each.covers(purpose, channel, at)), None)


def append_consent(row: ConsentRow, proof: str, now: datetime) -> int:
    """Write a consent; its proof stands under the key of what law may order to keep."""
    (row.pk,) = keys.take_ids(TABLE, 1)
    row.proof_sealed = keys.for_sealing(row.party_id, Scope.KEPT, now).seal(proof, TABLE, COLUMN, row.pk)
    row.save(force_insert=True)
    return row.pk


def _consent(row: ConsentRow) -> Consent:
    withdrawal = getattr(row, "withdrawal", None)
    return Consent(
        id=row.pk,
        purpose=row.purpose,
        channel=row.channel,
        text_version=row.text_id,
        granted_at=row.granted_at,
        withdrawn_at=withdrawal.withdrawn_at if withdrawal else None,
    )
