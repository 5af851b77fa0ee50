"""Record a duty to keep a party until a day, and how long the record of someone who owes nothing may stay."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.models import Party, Retention

if TYPE_CHECKING:
    from datetime import date, datetime


class Refusal(StrEnum):
    """Why nothing was recorded."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"


def keep_party(party_id: int, basis: str, keep_until: date, *, actor: str, now: datetime) -> int | Refusal:
    """Record that a law (`basis`, a code such as cn-aml-34) orders to keep the party until a day; the duty's id."""
    with transaction.atomic():
        refusal = _why_not(party_id)
        if refusal is not None:
            return refusal
        row = Retention.objects.create(
            party_id=party_id, basis=basis, keep_until=keep_until, recorded_at=now, recorded_by=actor
        )
        details: dict[str, object] = {"basis": basis, "until": keep_until.isoformat()}
        audit.record(act="party.kept", subject=f"party:{party_id}", actor=actor, at=now, details=details)
    return row.pk


def limit_party(party_id: int, expires_at: datetime | None, *, actor: str, now: datetime) -> Refusal | None:
    """Let the record of someone who owes nothing lapse at an instant; None: it does not (someone became a customer)."""
    with transaction.atomic():
        refusal = _why_not(party_id)
        if refusal is not None:
            return refusal
        Party.objects.filter(pk=party_id).update(expires_at=expires_at)
        details: dict[str, object] = {"expires": expires_at and expires_at.isoformat()}
        audit.record(act="party.limited", subject=f"party:{party_id}", actor=actor, at=now, details=details)
    return None


def _why_not(party_id: int) -> Refusal | None:
    party = Party.objects.select_for_update(no_key=True).filter(pk=party_id).first()
    if party is None:
        return Refusal.NO_SUCH_PARTY
    return Refusal.PARTY_IS_ERASED if party.erased_at is not None else None
