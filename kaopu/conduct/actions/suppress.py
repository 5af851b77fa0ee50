"""Never again: a number, an address or a person that nobody may be reached at any more. There is no way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct.models import Suppression
from kaopu.conduct.store import suppressed, suppression_index
from kaopu.kernel import audit, events

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["KINDS", "suppress", "suppressed"]

# What a point is, one channel of a phone, or an id of another room: "party:12", "point:7".
KINDS = ("phone", "email", "app", "address", "sms", "voice", "person", "number")


def suppress(kind: str, value: str, *, reason: str, actor: str, now: datetime) -> datetime:
    """Suppress `value` for every room, borrower and purpose; since when it is. `reason` is a code."""
    if kind not in KINDS:
        raise ValueError(f"kind {kind}: expected one of {', '.join(KINDS)}")
    index = suppression_index(kind, value)
    with transaction.atomic():
        row, made = Suppression.objects.get_or_create(
            kind=kind, value_index=index, defaults={"reason": reason, "at": now, "by": actor}
        )
        if made:
            audit.record(
                act="conduct.suppressed", subject=f"suppression:{row.pk}", actor=actor, at=now,
                details={"kind": kind, "index": index.hex(), "reason": reason},
            )  # fmt: skip
            events.emit("conduct.suppressed", {"suppression": row.pk, "kind": kind, "reason": reason}, now)
    return row.at
