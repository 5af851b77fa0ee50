"""The person's own inbox in the app: it is delivered when it lies there, and read when they open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.outreach.channels.channel import Handed, Parcel, Receipt
from kaopu.outreach.models import InboxItem

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """The inbox."""

    put_at: datetime
    name: str = "inbox"

    def send(self, parcel: Parcel) -> Receipt:
        """Lay it down, once."""
        InboxItem.objects.get_or_create(
            message_id=parcel.message_id, defaults={"person": parcel.person, "put_at": self.put_at}
        )
        return Receipt(Handed.DELIVERED)
