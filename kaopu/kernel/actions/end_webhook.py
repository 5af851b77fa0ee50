"""Stop telling an address. What waits for it is no longer sent; what was sent stays on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import WebhookEndpoint

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def end_webhook(endpoint_id: UUID, actor: str, now: datetime) -> None:
    """End an endpoint at once. Raises `BadInput` where there is none that is told."""
    with transaction.atomic():
        if not WebhookEndpoint.objects.filter(pk=endpoint_id, ended_at=None).update(ended_at=now):
            raise BadInput(f"webhook: {endpoint_id} given, expected one of `kaopu webhook list` that is not ended")
        audit.record(act="webhook.ended", subject=f"webhook:{endpoint_id}", actor=actor, at=now)
