"""Webhooks out: every outbox event becomes deliveries, and what is due is sent, signed by the Standard Webhooks scheme.

A delivery carries ids and codes only, as the outbox does: the receiver asks the API for more. It may come twice (the
answer was lost); its `webhook-id` is the same then.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.db import transaction
from standardwebhooks import Webhook

from kaopu.kernel import events, vault
from kaopu.kernel.core.webhook import wait_after, wants
from kaopu.kernel.models import WebhookDelivery, WebhookEndpoint

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

TABLE, COLUMN = "kernel_webhook_endpoint", "secret_sealed"
TIMEOUT_SECONDS = 10
# Longer than an answer may take: a delivery whose sender was killed is sent again after it.
LEASE = timedelta(seconds=60)


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would hand the body to an address that nobody approved."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_opener = build_opener(_NoRedirect)


@events.handles(events.EVERY)
def fan_out(event: events.Event) -> None:
    """A delivery for each endpoint that wants the event; hearing of it twice adds nothing."""
    endpoints = WebhookEndpoint.objects.filter(ended_at=None)
    wanted = [each for each in endpoints if wants(each.topics, event.name)]
    WebhookDelivery.objects.bulk_create(
        [WebhookDelivery(endpoint=each, event_id=event.id, next_attempt_at=event.occurred_at) for each in wanted],
        ignore_conflicts=True,
    )


def send_due(now: datetime, limit: int = 50) -> int:
    """Send what is due, the oldest first; how many were answered with a 2xx. Several workers share the work."""
    return sum(send(delivery_id, now) for delivery_id in _claim(now, limit))


def _claim(now: datetime, limit: int) -> list[int]:
    with transaction.atomic():
        due = WebhookDelivery.objects.filter(state="waiting", next_attempt_at__lte=now, endpoint__ended_at=None)
        rows = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_attempt_at", "id")[:limit]
        ids = [row.pk for row in rows]
        WebhookDelivery.objects.filter(pk__in=ids).update(next_attempt_at=now + LEASE)
    return ids


def send(delivery_id: int, now: datetime) -> bool:
    """Send one delivery and note the answer. No transaction is open while the receiver thinks."""
    row = WebhookDelivery.objects.select_related("endpoint", "event").get(pk=delivery_id)
    answer = _post(row, now)
    row.attempts += 1
    row.last_answer = answer
    wait = wait_after(row.attempts)
    if answer.startswith("2"):
        row.state, row.delivered_at = "done", now
    elif wait is None:
        row.state = "failed"
    else:
        row.next_attempt_at = now + wait
    row.save(update_fields=["attempts", "last_answer", "state", "delivered_at", "next_attempt_at"])
    return row.state == "done"


def _post(row: WebhookDelivery, now: datetime) -> str:
    """The receiver's status code, or the kind of error: texts may quote what must not be kept."""
    event = row.event
    body = json.dumps(
        {"type": event.name, "timestamp": event.occurred_at.isoformat(), "data": event.payload}, ensure_ascii=False
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "kaopu",
        "webhook-id": str(event.pk),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret(row.endpoint)).sign(str(event.pk), now, body),
    }
    request = Request(row.endpoint.url, body.encode(), headers, method="POST")  # noqa: S310 - checked_url allowed it
    try:
        with _opener.open(request, timeout=TIMEOUT_SECONDS) as response:
            return str(response.status)
    except HTTPError as refused:
        return str(refused.code)
    except Exception as problem:  # noqa: BLE001 - whatever it was, it is tried again
        return type(problem).__name__


def secret(endpoint: WebhookEndpoint) -> str:
    """The signing secret of an endpoint, `whsec_…`."""
    return vault.ring().open(endpoint.secret_sealed, TABLE, COLUMN, endpoint.pk)


def sealed(endpoint_id: UUID, text: str) -> bytes:
    """A secret under the vault."""
    return vault.ring().seal(text, TABLE, COLUMN, endpoint_id)
