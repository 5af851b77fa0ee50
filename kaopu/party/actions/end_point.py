"""Stop using a point: its value stays readable for those who must, until it is erased."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.core.points import EndReason
from kaopu.party.models import ContactPoint

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why a point was not ended."""

    NO_SUCH_POINT = "no_such_point"
    ALREADY_ENDED = "already_ended"


def end_point(
    point_id: int, *, actor: str, now: datetime, reason: EndReason | str = EndReason.REPLACED, erase: bool = False
) -> Refusal | None:
    """End a point for good. `erase` also destroys its value and blind index at once."""
    reason = EndReason(reason)
    with transaction.atomic():
        row = ContactPoint.objects.select_for_update().filter(pk=point_id).first()
        if row is None:
            return Refusal.NO_SUCH_POINT
        if row.ended_at is not None and (not erase or row.erased_at is not None):
            return Refusal.ALREADY_ENDED
        if row.ended_at is None:
            row.ended_at, row.end_reason = now, str(reason)
        if erase:
            row.erased_at, row.value_sealed, row.value_index = now, None, None
        row.save()
        act = "party.point_erased" if erase else "party.point_ended"
        details: dict[str, object] = {"party": row.party_id, "reason": str(reason)}
        audit.record(act=act, subject=f"point:{point_id}", actor=actor, at=now, details=details)
    return None
