"""The API root: who may call, which rooms answer, and how a refusal reads."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime  # noqa: TC003 - ninja reads the annotation
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from kaopu.book.api import router as book
from kaopu.kernel.api.problem import Problem
from kaopu.kernel.api.scope import Caller
from kaopu.kernel.clock import system_clock
from kaopu.kernel.core.errors import BadInput
from kaopu.web.models import ApiKey

if TYPE_CHECKING:
    from django.http import HttpResponse


class KeyAuth(HttpBearer):
    """`Authorization: Bearer <key id>.<secret>`."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:  # noqa: ARG002 - the interface
        """The caller, or None for a key that is unknown, wrong, revoked or past its time."""
        key_id, _, secret = token.partition(".")
        key = ApiKey.objects.filter(key_id=key_id, revoked_at=None).first()
        digest = hashlib.sha256(secret.encode()).hexdigest()
        if key is None or not hmac.compare_digest(digest, key.secret_sha256):
            return None
        if key.expires_at is not None and key.expires_at <= system_clock().now():
            return None
        return Caller(key.key_id, frozenset(key.scopes))


api = NinjaAPI(
    title="kaopu",
    version="1",
    description="Quotes, debts, events and positions. Amounts under the book are whole minor units.",
    auth=KeyAuth(),
    urls_namespace="api",
    docs_url="/docs",
)
api.add_router("", book)


def _answer(request: HttpRequest, problem: Problem) -> HttpResponse:  # noqa: ARG001 - the interface
    return JsonResponse(problem.as_json(), status=int(problem.status), content_type="application/problem+json")


@api.exception_handler(Problem)
def _on_problem(request: HttpRequest, raised: Problem) -> HttpResponse:
    return _answer(request, raised)


@api.exception_handler(BadInput)
def _on_bad_input(request: HttpRequest, raised: BadInput) -> HttpResponse:
    return _answer(request, Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-input", str(raised)))


@api.exception_handler(ValidationError)
def _on_invalid(request: HttpRequest, raised: ValidationError) -> HttpResponse:
    errors = [{"field": ".".join(map(str, error["loc"])), "expected": error["msg"]} for error in raised.errors]
    detail = "; ".join(f"{error['field']}: {error['expected']}" for error in errors)
    return _answer(request, Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-input", detail, errors=errors))


@api.exception_handler(AuthenticationError)
def _on_unknown_caller(request: HttpRequest, raised: Any) -> HttpResponse:  # noqa: ARG001 - the interface
    detail = "Send `Authorization: Bearer <key>`. An administrator makes a key with `kaopu api-key create`."
    return _answer(request, Problem(HTTPStatus.UNAUTHORIZED, "not-signed-in", detail))


@api.exception_handler(Http404)
def _on_missing(request: HttpRequest, raised: Http404) -> HttpResponse:
    return _answer(request, Problem(HTTPStatus.NOT_FOUND, "not-found", str(raised) or "There is nothing here."))


@api.get("/now", auth=None, include_in_schema=False)
def now(request: HttpRequest) -> dict[str, datetime]:  # noqa: ARG001 - the interface
    """The server's instant: a liveness answer that needs no key."""
    return {"now": system_clock().now()}
