"""Say that a paper, an address or an employment holds no longer."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.models import Address, Employment, IdentityDocument

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

RECORDS: dict[str, type[Model]] = {"document": IdentityDocument, "address": Address, "employment": Employment}


class Refusal(StrEnum):
    """Why nothing was ended."""

    NO_SUCH_RECORD = "no_such_record"
    ALREADY_ENDED = "already_ended"


def end_record(record: str, record_id: int, *, actor: str, now: datetime) -> Refusal | None:
    """End a record for good. `record`: document, address or employment."""
    with transaction.atomic():
        row = RECORDS[record].objects.select_for_update().filter(pk=record_id).first()  # type: ignore[attr-defined]
        if row is None:
            return Refusal.NO_SUCH_RECORD
        if row.ended_at is not None:
            return Refusal.ALREADY_ENDED
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        details: dict[str, object] = {"party": row.party_id}
        audit.record(act=f"party.{record}_ended", subject=f"{record}:{record_id}", actor=actor, at=now, details=details)
    return None
