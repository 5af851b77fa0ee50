"""One write per key: the same key with the same body gives the first answer again, another body is a conflict."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.http import JsonResponse

from kaopu.kernel.api.problem import Problem
from kaopu.kernel.models import IdempotentAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from kaopu.kernel.api.scope import Caller

KEY_LENGTH_MAX = 128


def answer(
    request: HttpRequest, caller: Caller, key: str, act: Callable[[], tuple[HTTPStatus, dict[str, Any]]]
) -> HttpResponse:
    """Run `act` once per caller and key, in one transaction with the kept answer.

    The body is compared byte for byte, with method and path: "any body" includes one that would be refused, because a
    refusal raises, rolls back and keeps nothing, so a mended body may use the key again.
    """
    if not 1 <= len(key) <= KEY_LENGTH_MAX:
        detail = f"Idempotency-Key: expected 1 to {KEY_LENGTH_MAX} characters"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-input", detail)
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
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
            detail = "This Idempotency-Key was used before with another body. Use a new key for a new request."
            raise Problem(HTTPStatus.CONFLICT, "key-used-with-other-body", detail)
    return JsonResponse(kept.body, status=kept.status)
