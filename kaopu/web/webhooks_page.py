"""Webhooks as a page: who is told, how they answered, and what to send again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID  # noqa: TC003 - a view's argument

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaopu.kernel.actions.add_webhook import add_webhook
from kaopu.kernel.actions.end_webhook import end_webhook
from kaopu.kernel.actions.retry_delivery import retry_delivery
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import MANAGE_WEBHOOKS, needs
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import WebhookDelivery, WebhookEndpoint

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

SHOWN_MAX = 100
STATES = {
    "waiting": ("info", "…", gettext_lazy("waits")),
    "done": ("allowed", "✓", gettext_lazy("delivered")),
    "failed": ("refused", "✕", gettext_lazy("given up")),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An address, and how many deliveries stand how."""

    id: UUID
    url: str
    topics: str
    added_at: datetime
    ended_at: datetime | None
    waiting: int
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery. `can_retry`: it is given up, or waits for its next attempt."""

    id: int
    event: str
    url: str
    tone: str
    glyph: str
    state: str
    attempts: int
    answer: str
    next_attempt_at: datetime | None
    can_retry: bool


@dataclass(frozen=True, slots=True)
class WebhooksPage:
    """The page as shown. `secret` once, right after adding."""

    answer: str
    endpoints: tuple[Told, ...]
    deliveries: tuple[Sent, ...]
    state: str
    states: tuple[tuple[str, str], ...]
    url: str = ""
    topics: str = ""
    wrong: str = ""
    secret: str = ""


@needs(MANAGE_WEBHOOKS)
def webhooks(request: HttpRequest) -> HttpResponse:
    """The lists; a posted address is added, and its secret shown in the answer alone."""
    if request.method != "POST":
        return render(request, "web/webhooks.html", {"page": _page(request)})
    url, topics = request.POST.get("url", "").strip(), request.POST.get("topics", "").split()
    try:
        _endpoint, secret = add_webhook(url, topics, _actor(request), system_clock().now())
    except BadInput as fault:
        page = _page(request, url=url, topics=" ".join(topics), wrong=str(fault))
        return render(request, "web/webhooks.html", {"page": page}, status=422)
    return render(request, "web/webhooks.html", {"page": _page(request, secret=secret)})


@require_POST
@needs(MANAGE_WEBHOOKS)
def webhook_end(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Stop telling an address."""
    try:
        end_webhook(webhook_id, _actor(request), system_clock().now())
    except BadInput:
        messages.success(request, _("It was ended before."), "info")
    else:
        messages.success(request, _("Ended. To go on, add the address again; it gets a new secret."), "allowed")
    return HttpResponseRedirect(reverse("webhooks"))


@require_POST
@needs(MANAGE_WEBHOOKS)
def webhook_retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send a delivery again."""
    try:
        retry_delivery(delivery_id, _actor(request), system_clock().now())
    except BadInput:
        messages.success(request, _("Not sent: its address is ended."), "refused")
    else:
        messages.success(request, _("It is sent within a second or two."), "info")
    return HttpResponseRedirect(reverse("webhooks"))


def _actor(request: HttpRequest) -> str:
    return f"staff:{request.user.pk}"


def _page(request: HttpRequest, **more: str) -> WebhooksPage:
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else ""
    counted = {name: Count("deliveries", filter=Q(deliveries__state=name)) for name in STATES}
    endpoints = tuple(
        Told(row.pk, row.url, ", ".join(row.topics) or _("everything"), row.added_at, row.ended_at,
             row.waiting, row.done, row.failed)
        for row in WebhookEndpoint.objects.annotate(**counted).order_by("ended_at", "-added_at")
    )  # fmt: skip
    rows = WebhookDelivery.objects.select_related("endpoint", "event").order_by("-id")
    deliveries = tuple(_sent(row) for row in (rows.filter(state=state) if state else rows)[:SHOWN_MAX])
    states = tuple((name, str(words)) for name, (_tone, _glyph, words) in STATES.items())
    return WebhooksPage(_answer(endpoints), endpoints, deliveries, state, states, **more)


def _answer(endpoints: tuple[Told, ...]) -> str:
    live = [one for one in endpoints if one.ended_at is None]
    if not live:
        return _("Nobody is told yet.")
    values = {"n": len(live), "failed": sum(one.failed for one in live), "waiting": sum(one.waiting for one in live)}
    return _("%(n)d addresses are told; %(waiting)d deliveries wait, %(failed)d were given up.") % values


def _sent(row: WebhookDelivery) -> Sent:
    tone, glyph, words = STATES[row.state]
    return Sent(
        id=row.pk,
        event=row.event.name,
        url=row.endpoint.url,
        tone=tone,
        glyph=glyph,
        state=str(words),
        attempts=row.attempts,
        answer=row.last_answer,
        next_attempt_at=row.next_attempt_at if row.state == "waiting" else None,
        can_retry=row.state != "done" and row.attempts > 0 and row.endpoint.ended_at is None,
    )
