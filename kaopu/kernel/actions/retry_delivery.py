"""Send a delivery again by hand, whatever became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import WebhookDelivery

if TYPE_CHECKING:
    from datetime import datetime


def retry_delivery(delivery_id: int, actor: str, now: datetime) -> None:
    """Put it at the head of what is due; its attempts count anew. Raises `BadInput` for one that cannot be sent."""
    with transaction.atomic():
        found = WebhookDelivery.objects.filter(pk=delivery_id, endpoint__ended_at=None)
        if not found.update(state="waiting", attempts=0, next_attempt_at=now):
            raise BadInput(f"delivery: {delivery_id} given, expected one of an endpoint that is not ended")
        audit.record(act="webhook.retried", subject=f"delivery:{delivery_id}", actor=actor, at=now)
