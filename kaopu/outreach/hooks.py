"""Where gateways tell what became of messages: signed, so no session and no cookie is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kaopu.kernel.clock import system_clock
from kaopu.outreach.actions.take_news import Heard, take_news

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

BODY_BYTES_MAX = 64_000
# Told before is as good as told: the gateway stops asking. What we don't know may be known in a moment: it asks again.
STATUS = {
    Heard.TAKEN: 200, Heard.KNOWN: 200, Heard.NOT_SIGNED: 401, Heard.NOT_UNDERSTOOD: 422, Heard.NO_SUCH_MESSAGE: 404,
}  # fmt: skip


@csrf_exempt
@require_POST
def gateway_news(request: HttpRequest, gateway_id: UUID) -> JsonResponse:
    """Take one piece of news."""
    if int(request.headers.get("content-length") or 0) > BODY_BYTES_MAX:
        return JsonResponse({"heard": "too-long"}, status=413)
    heard = take_news(gateway_id, request.headers, request.body, now=system_clock().now())
    return JsonResponse({"heard": heard.value}, status=STATUS[heard])


gateway_news.opened_by = "a gateway's signature"  # type: ignore[attr-defined] - a test asks each page for its keeper
