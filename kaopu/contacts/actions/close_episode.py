"""End an episode. From then on no contact is asked in it, whatever was planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts.models import Episode
from kaopu.kernel import audit, events

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kaopu.contacts.core.episode import End


def close_episode(episode_id: UUID, end: End, *, actor: str, now: datetime) -> bool:
    """Close it; False where it is closed already. Audited; emits contacts.episode_closed."""
    with transaction.atomic():
        row = Episode.objects.select_for_update().filter(pk=episode_id, closed_at=None).first()
        if row is None:
            return False
        row.closed_at, row.end, row.closed_by = max(now, row.opened_at), end, actor
        row.save(update_fields=["closed_at", "end", "closed_by"])
        details: dict[str, object] = {"end": str(end)}
        audit.record(
            act="contacts.episode_closed", subject=f"party:{row.borrower_id}", actor=actor, at=now, details=details
        )
        told: dict[str, object] = {"episode": str(row.pk), "borrower": row.borrower_id, "end": str(end)}
        events.emit("contacts.episode_closed", told, now)
    return True
