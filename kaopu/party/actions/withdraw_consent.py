"""Record that a person took a consent back: it holds at once and for ever."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit, events
from kaopu.party.models import ConsentRow, ConsentWithdrawal

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why nothing was taken back."""

    NO_SUCH_CONSENT = "no_such_consent"
    ALREADY_WITHDRAWN = "already_withdrawn"


def withdraw_consent(consent_id: int, *, actor: str, now: datetime) -> Refusal | None:
    """Take one consent back."""
    with transaction.atomic():
        row = ConsentRow.objects.select_for_update(no_key=True).filter(pk=consent_id).first()
        if row is None:
            return Refusal.NO_SUCH_CONSENT
        if ConsentWithdrawal.objects.filter(pk=consent_id).exists():
            return Refusal.ALREADY_WITHDRAWN
        _withdraw(row, actor, now)
    return None


def withdraw_all(party_id: int, *, actor: str, now: datetime, purpose: str | None = None) -> int:
    """Take back every consent of a party (of one purpose, where given) that is still in force; how many."""
    with transaction.atomic():
        rows = ConsentRow.objects.select_for_update(no_key=True, of=("self",)).filter(party_id=party_id)
        open_rows = list((rows if purpose is None else rows.filter(purpose=purpose)).filter(withdrawal=None))
        for row in open_rows:
            _withdraw(row, actor, now)
    return len(open_rows)


def _withdraw(row: ConsentRow, actor: str, now: datetime) -> None:
    ConsentWithdrawal.objects.create(consent=row, withdrawn_at=now, recorded_by=actor)
    details: dict[str, object] = {"party": row.party_id, "purpose": row.purpose, "channel": row.channel}
    audit.record(act="party.consent_withdrawn", subject=f"consent:{row.pk}", actor=actor, at=now, details=details)
    events.emit("party.consent_withdrawn", {"consent": row.pk, "party": row.party_id}, now)
