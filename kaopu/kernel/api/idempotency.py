"""One write per key: the same key with the same body gives the first answer again, another body is a conflict."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated, Any

from django.db import connection, transaction
from django.http import JsonResponse
from ninja import Header

from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.models import IdempotentAnswer

if TYPE_CHECKING:
    from collections.abc import Callable
    from http import HTTPStatus

    from django.http import HttpRequest, HttpResponse

    from kaopu.kernel.api.scope import Caller

KEY_LENGTH_MAX = 128
KeyHeader = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_LENGTH_MAX,
        description="Chosen by you, one for each intended write: asking twice writes once.",
    ),
]


def answer(
    request: HttpRequest, caller: Caller, key: str, act: Callable[[], tuple[HTTPStatus, dict[str, Any]]]
) -> HttpResponse:
    """Run `act` once per caller and key, in one transaction with the kept answer.

    A refusal raises, rolls back and keeps nothing, so a mended body may use the key again.
    """
    asked = _digest(request)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"{caller.key_id} {key}"])
        kept = IdempotentAnswer.objects.filter(caller=caller.key_id, key=key).first()
        if kept is None:
            status, body = act()
            kept = IdempotentAnswer.objects.create(
                caller=caller.key_id, key=key, asked_sha256=asked, status=int(status), body=body
            )
        elif kept.asked_sha256 != asked:
            raise Problem(Kind.KEY_USED_WITH_OTHER_BODY, "Use a new Idempotency-Key for a new request.")
    return JsonResponse(kept.body, status=kept.status)


def _digest(request: HttpRequest) -> str:
    # Method, path and what the body says: the order of fields and blanks between them say nothing.
    said = json.dumps(json.loads(request.body), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{request.method} {request.path}\n{said}".encode()).hexdigest()
