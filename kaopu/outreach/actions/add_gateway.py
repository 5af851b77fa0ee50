"""A gateway of SMS, voice or e-mail: where messages go, and the secret that signs both ways, shown once."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit, ids, vault
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.webhook import checked_url
from kaopu.outreach.models import Gateway

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

CHANNELS = ("sms", "voice", "email")


@dataclass(frozen=True, slots=True)
class Added:
    """The gateway, and its secret: it is not shown again."""

    gateway_id: UUID
    secret: str


def add_gateway(name: str, url: str, channels: Sequence[str], *, actor: str, now: datetime) -> Added:
    """Hand messages of these channels over to `url` from now on.

    Raises:
        BadInput: no https address, no name, or another channel.
    """
    if not name.strip() or not channels or any(channel not in CHANNELS for channel in channels):
        raise BadInput(f"gateway: expected a name and channels among {', '.join(CHANNELS)}")
    checked_url(url)
    gateway_id = ids.new_id(now)
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    with transaction.atomic():
        Gateway.objects.create(
            id=gateway_id, name=name.strip()[:40], channels=list(channels), url=url, added_at=now, added_by=actor,
            secret_sealed=vault.ring().seal(secret, "outreach_gateway", "secret_sealed", gateway_id),
        )  # fmt: skip
        audit.record(
            act="outreach.gateway_added", subject=f"gateway:{gateway_id}", actor=actor, at=now,
            details={"channels": list(channels)},
        )  # fmt: skip
    return Added(gateway_id, secret)


def end_gateway(gateway_id: UUID, *, actor: str, now: datetime) -> bool:
    """Hand nothing more over; whether it was in use. What it still tells of its messages is heard."""
    with transaction.atomic():
        ended = Gateway.objects.filter(pk=gateway_id, ended_at=None).update(ended_at=now) == 1
        if ended:
            audit.record(act="outreach.gateway_ended", subject=f"gateway:{gateway_id}", actor=actor, at=now)
    return ended
