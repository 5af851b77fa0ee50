"""The person opened a message in their inbox: told to reach, as a sign that the app reaches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.outreach.actions.send_message import tell
from kaopu.outreach.models import InboxItem

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def read_inbox(person: str, message_id: UUID, *, now: datetime) -> bool:
    """Mark a message of this person as read; whether there is one. Reading twice is reading once."""
    with transaction.atomic():
        rows = InboxItem.objects.select_for_update(of=("self",)).select_related("message")
        row = rows.filter(person=person, message_id=message_id).first()
        if row is None:
            return False
        if row.read_at is None:
            row.read_at = now
            row.save(update_fields=["read_at"])
            tell("outreach.read", row.message, now)
    return True
