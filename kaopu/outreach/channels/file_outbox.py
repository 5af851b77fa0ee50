"""The default: a file a message under the home, `outbox/messages/`, for who has no gateway yet."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.outreach.channels.channel import Handed, Parcel, Receipt

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileOutbox:
    """A folder that only the service's user may read: the files hold addresses."""

    folder: Path
    name: str = "outbox"

    def send(self, parcel: Parcel) -> Receipt:
        """Write it whole or not at all. Whoever takes the file on says later what became of it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / f".{parcel.message_id}.part"
        words = {
            "message": str(parcel.message_id), "channel": parcel.channel, "to": parcel.address,
            "subject": parcel.subject, "text": parcel.body,
        }  # fmt: skip
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(words, file, ensure_ascii=False)
            part.rename(self.folder / f"{parcel.message_id}.json")
        except OSError as problem:
            return Receipt(Handed.NOT_SENT, type(problem).__name__)
        return Receipt(Handed.ACCEPTED)
