"""REST for webhooks: addresses that are told of events, and what became of each delivery."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - read by ninja
from http import HTTPStatus
from typing import Any
from uuid import UUID  # noqa: TC003 - read by ninja

from django.http import HttpRequest, JsonResponse
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from kaopu.kernel.actions.add_webhook import add_webhook
from kaopu.kernel.actions.end_webhook import end_webhook
from kaopu.kernel.api import idempotency
from kaopu.kernel.api.cursor import Cursor, Limit, page
from kaopu.kernel.api.idempotency import KeyHeader  # noqa: TC001 - read by ninja
from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.api.scope import Scope, needs, require
from kaopu.kernel.clock import system_clock
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import WebhookDelivery, WebhookEndpoint

router = Router(tags=["webhooks"])


class WebhookIn(Schema):
    """An address and what it wants to hear."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(description="https, or http on this machine.")
    topics: list[str] = Field([], description="`debt`, `book.closed` …: an event's name or its beginning; none: all.")


class WebhookAdded(Schema):
    """The endpoint and the secret that signs what it is told. The answer that is kept for repeats is without it."""

    webhook_id: UUID
    secret: str | None = Field(None, description="Once, to the first asking; a repeated request gets null.")


class NothingIn(Schema):
    """An empty object."""

    model_config = ConfigDict(extra="forbid")


class WebhookEnded(Schema):
    """The endpoint that is told nothing more."""

    webhook_id: UUID


class WebhookOut(Schema):
    """An endpoint without its secret."""

    webhook_id: UUID
    url: str
    topics: list[str]
    added_at: datetime
    ended_at: datetime | None


class WebhookList(Schema):
    """All endpoints."""

    items: list[WebhookOut]


class DeliveryOut(Schema):
    """One event on its way to one endpoint."""

    delivery_id: int
    webhook_id: UUID
    type: str
    state: str
    attempts: int
    last_answer: str
    next_attempt_at: datetime
    delivered_at: datetime | None


class DeliveryPage(Schema):
    """One page."""

    items: list[DeliveryOut]
    next_cursor: str | None


@router.get("/webhooks", summary="Addresses that are told of events", response=WebhookList,
            **needs(Scope.WEBHOOKS_READ))  # fmt: skip
def list_webhooks(request: HttpRequest) -> dict[str, Any]:
    """All endpoints, ended ones too."""
    require(request, Scope.WEBHOOKS_READ)
    return {"items": [_endpoint(row) for row in WebhookEndpoint.objects.order_by("added_at", "id")]}


@router.post("/webhooks", summary="Add an address", response={201: WebhookAdded}, **needs(Scope.WEBHOOKS_WRITE))
def create_webhook(request: HttpRequest, body: WebhookIn, idempotency_key: KeyHeader) -> Any:
    """Tell an address of events from now on, signed by the Standard Webhooks scheme with the secret in the answer."""
    caller = require(request, Scope.WEBHOOKS_WRITE)
    shown: list[dict[str, Any]] = []

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        endpoint_id, secret = add_webhook(body.url, body.topics, caller.actor, system_clock().now())
        shown.append({"webhook_id": endpoint_id, "secret": secret})
        return HTTPStatus.CREATED, {"webhook_id": str(endpoint_id), "secret": None}

    answered = idempotency.answer(request, caller, idempotency_key, act)
    return JsonResponse(shown[0], status=HTTPStatus.CREATED) if shown else answered


@router.post("/webhooks/{uuid:webhook_id}/end", summary="Stop telling an address", response={200: WebhookEnded},
             **needs(Scope.WEBHOOKS_WRITE))  # fmt: skip
def create_end(request: HttpRequest, webhook_id: UUID, body: NothingIn, idempotency_key: KeyHeader) -> Any:  # noqa: ARG001 - an empty object
    """End an endpoint at once. What waits for it is no longer sent."""
    caller = require(request, Scope.WEBHOOKS_WRITE)

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        try:
            end_webhook(webhook_id, caller.actor, system_clock().now())
        except BadInput:
            raise Problem(Kind.NOT_FOUND, f"There is no webhook {webhook_id} that is not ended.") from None
        return HTTPStatus.OK, {"webhook_id": str(webhook_id)}

    return idempotency.answer(request, caller, idempotency_key, act)


@router.get("/webhook-deliveries", summary="Deliveries, page by page", response=DeliveryPage,
            **needs(Scope.WEBHOOKS_READ))  # fmt: skip
def list_deliveries(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 100, state: str | None = None
) -> dict[str, Any]:
    """Deliveries in the order in which they arose; `state` is waiting, done or failed."""
    require(request, Scope.WEBHOOKS_READ)
    rows = WebhookDelivery.objects.select_related("event")
    return page(rows if state is None else rows.filter(state=state), "id", cursor, limit, _delivery)


def _endpoint(row: WebhookEndpoint) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("url", "topics", "added_at", "ended_at")} | {"webhook_id": row.pk}


def _delivery(row: WebhookDelivery) -> dict[str, Any]:
    same = ("state", "attempts", "last_answer", "next_attempt_at", "delivered_at")
    return {name: getattr(row, name) for name in same} | {
        "delivery_id": row.pk,
        "webhook_id": row.endpoint_id,
        "type": row.event.name,
    }
