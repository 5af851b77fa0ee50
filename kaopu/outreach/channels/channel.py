"""What a channel is: it takes one message for one address under one permit, and says for certain what it knows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from uuid import UUID


class Handed(StrEnum):
    """What a channel knows right after it was asked to send."""

    ACCEPTED = "accepted"  # taken; what becomes of it is told later
    DELIVERED = "delivered"  # it is where the person reads it
    BOUNCED = "bounced"  # the other side said that there is nobody
    NOT_SENT = "not-sent"  # for certain nothing left the house
    UNKNOWN = "unknown"  # it may have left: counted as if it had


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel says. `detail` is a code, never a text of the other side: those quote addresses."""

    handed: Handed
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to hand over. `message_id` is the same however often it were handed over."""

    message_id: UUID
    permit_id: UUID
    channel: str
    person: str
    address: str
    subject: str
    body: str


class Channel(Protocol):
    """One way out."""

    name: str

    def send(self, parcel: Parcel) -> Receipt:
        """Hand it over, once, without trying again."""
        ...
