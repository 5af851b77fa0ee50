"""Read a point in full: to send to it, or for a reason that is written down first."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.party.core.points import SEND
from kaopu.party.models import ContactPoint
from kaopu.party.store import point_rows

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why a point was not opened."""

    NO_SUCH_POINT = "no_such_point"
    ENDED = "ended"
    ERASED = "erased"


def open_point(point_id: int, *, reason: str, actor: str, now: datetime) -> str | Refusal:
    """The value in full; who read it and why is an audit row.

    `reason` is a code: a `RevealReason` for people, `SEND` for outreach, which never opens a point that has ended. Note
    that a `Refusal` is a `str` too: compare by type.
    """
    with transaction.atomic():
        # Locked: a point that is being ended or erased is waited for, not raced.
        row = ContactPoint.objects.select_for_update().filter(pk=point_id).first()
        if row is None:
            return Refusal.NO_SUCH_POINT
        if row.value_sealed is None:
            return Refusal.ERASED
        if row.ended_at is not None and reason == SEND:
            return Refusal.ENDED
        details: dict[str, object] = {"party": row.party_id, "reason": reason}
        audit.record(act="party.point_opened", subject=f"point:{point_id}", actor=actor, at=now, details=details)
        return point_rows.open_value(row)
