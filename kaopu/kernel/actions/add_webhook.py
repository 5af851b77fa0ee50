"""Add an address that is told of events. Its secret is shown once, to whoever adds it."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit, ids, webhooks
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.webhook import checked_url
from kaopu.kernel.models import WebhookEndpoint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

SECRET_BYTES = 32


def add_webhook(url: str, topics: Sequence[str], actor: str, now: datetime) -> tuple[UUID, str]:
    """The endpoint's id and its secret. Without topics it is told of everything. Raises `BadInput`."""
    checked_url(url)
    if WebhookEndpoint.objects.filter(url=url, ended_at=None).exists():
        raise BadInput(f"url: {url} is told already; end it first (`kaopu webhook end`) or choose another address")
    endpoint_id = ids.new_id(now)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with transaction.atomic():
        WebhookEndpoint.objects.create(
            id=endpoint_id,
            url=url,
            topics=sorted(set(topics)),
            secret_sealed=webhooks.sealed(endpoint_id, secret),
            added_at=now,
            added_by=actor,
        )
        audit.record(act="webhook.added", subject=f"webhook:{endpoint_id}", actor=actor, at=now)
    return endpoint_id, secret
