"""What a person agreed to: one purpose, one channel, one version of the words, with proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

ANY_CHANNEL = "any"


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent and, where it was taken back, when. PIPL 14 to 16: of free will, for a purpose, as easily withdrawn."""

    id: int
    purpose: str
    channel: str
    text_version: str
    granted_at: datetime
    withdrawn_at: datetime | None

    def covers(self, purpose: str, channel: str, at: datetime) -> bool:
        """Whether it allows this at this instant: granted at or before, not yet withdrawn."""
        if purpose != self.purpose or self.channel not in {channel, ANY_CHANNEL}:
            return False
        return self.granted_at <= at and (self.withdrawn_at is None or at < self.withdrawn_at)
