"""The API root: who may call, which rooms answer, and how a refusal reads."""

from __future__ import annotations

import hashlib
import hmac
import logging
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db import DataError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from kaopu.book.api import router as book
from kaopu.book.api_imports import router as imports
from kaopu.book.api_products import router as products
from kaopu.decision.api import router as decisions
from kaopu.kernel.api import description
from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.api.scope import Caller
from kaopu.kernel.api.webhooks import router as webhooks
from kaopu.kernel.clock import system_clock
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.ids import new_id
from kaopu.ledger.api import router as ledger
from kaopu.receipts.api import router as receipts
from kaopu.revolving.api import router as revolving
from kaopu.web.api_docs import PlainPage
from kaopu.web.models import ApiKey

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
LIVE_KEY = (
    f"SELECT secret_sha256, expires_at, scopes FROM {ApiKey._meta.db_table} WHERE key_id = %s AND revoked_at IS NULL"  # noqa: S608, SLF001 - our own table
)
SIGN_IN = "Send `Authorization: Bearer <key>`. An administrator makes a key with `kaopu api-key create`."


class KeyAuth(HttpBearer):
    """`Authorization: Bearer <key id>.<secret>`."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:  # noqa: ARG002 - the interface
        """The caller, or None for a key that is unknown, wrong, revoked or past its time."""
        key_id, _, secret = token.partition(".")
        # Asked at every request, so in words that the mapper need not put together each time.
        with connection.cursor() as cursor:
            cursor.execute(LIVE_KEY, [key_id])
            key = cursor.fetchone()
        digest = hashlib.sha256(secret.encode()).hexdigest()
        if key is None or not hmac.compare_digest(digest, key[0]):
            return None
        expires_at, scopes = key[1], key[2]
        if expires_at is not None and expires_at <= system_clock().now():
            return None
        return Caller(key_id, frozenset(scopes))


class Api(NinjaAPI):
    """Ninja's API, in which every refusal is a problem, those of the address included."""

    @property
    def urls(self) -> tuple[list[Any], str, str]:
        """All addresses, and a last one for those that there are not."""
        patterns, app, namespace = super().urls
        for pattern in patterns:
            pattern.callback = self._with_problems(pattern.callback)
        return [*patterns, path("<path:rest>", self._with_problems(_nothing_here))], app, namespace

    def get_openapi_schema(self, **options: Any) -> dict[str, Any]:
        """The description with scopes and problems."""
        schema = super().get_openapi_schema(**options)
        description.complete(schema, KeyAuth.__name__)
        return schema

    def _with_problems(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt  # keys are sent on purpose; no browser adds them by itself
        @wraps(view, updated=())
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                response = view(request, *args, **kwargs)
            except Exception as problem:  # noqa: BLE001 - handed on to the handlers below
                return self.on_exception(request, problem)
            if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
                return response
            allowed = response.headers["Allow"]
            refusal = Problem(Kind.METHOD_NOT_ALLOWED, f"{request.method} given, expected {allowed}.")
            answered = refusal.response(request.path)
            answered.headers["Allow"] = allowed
            return answered

        return answer


def _nothing_here(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - the interface
    raise Http404


api = Api(
    title="kaopu",
    version="1",
    description="Quotes, debts, events and positions. Amounts are whole minor units, those of a quote major units.",
    auth=KeyAuth(),
    urls_namespace="api",
    docs=PlainPage(),
    docs_url="/docs",
)
for router in (book, products, imports, webhooks, revolving, receipts, ledger, decisions):
    api.add_router("", router)


@api.exception_handler(Problem)
def _on_problem(request: HttpRequest, raised: Problem) -> HttpResponse:
    return raised.response(request.path)


@api.exception_handler(BadInput)
def _on_bad_input(request: HttpRequest, raised: BadInput) -> HttpResponse:
    return Problem(Kind.BAD_INPUT, str(raised)).response(request.path)


@api.exception_handler(DataError)
def _on_unstorable(request: HttpRequest, raised: DataError) -> HttpResponse:
    log.info("the database refused a value: %s", type(raised.__cause__).__name__)
    detail = "A number that is too large, or a text with a sign that PostgreSQL cannot hold, as U+0000."
    return Problem(Kind.BAD_INPUT, detail).response(request.path)


@api.exception_handler(ValidationError)
def _on_invalid(request: HttpRequest, raised: ValidationError) -> HttpResponse:
    errors = [
        {"field": ".".join(str(part) for part in error["loc"][1:]) or error["loc"][0], "expected": error["msg"]}
        for error in raised.errors
    ]
    detail = "; ".join(f"{error['field']}: {error['expected']}" for error in errors)
    return Problem(Kind.BAD_INPUT, detail, errors=errors).response(request.path)


@api.exception_handler(AuthenticationError)
def _on_unknown_caller(request: HttpRequest, raised: AuthenticationError) -> HttpResponse:  # noqa: ARG001 - same
    response = Problem(Kind.NOT_SIGNED_IN, SIGN_IN).response(request.path)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _on_unreadable(request: HttpRequest, raised: HttpError) -> HttpResponse:
    # Ninja's own word for a body that is no JSON.
    return Problem(Kind.BAD_INPUT, f"{raised}: expected a body of JSON in UTF-8.").response(request.path)


@api.exception_handler(Http404)
def _on_missing(request: HttpRequest, raised: Http404) -> HttpResponse:  # noqa: ARG001 - same
    return Problem(Kind.NOT_FOUND, f"There is nothing at {request.path}. See /api/v1/docs.").response(request.path)


@api.exception_handler(Exception)
def _on_unexpected(request: HttpRequest, raised: Exception) -> HttpResponse:
    reference = str(new_id(system_clock().now()))
    log.error("api %s %s failed, reference %s", request.method, request.path, reference, exc_info=raised)
    detail = f"Nothing was written. Tell an administrator the reference {reference}."
    return Problem(Kind.UNEXPECTED, detail, reference=reference).response(request.path)


@api.get("/now", auth=None, include_in_schema=False)
def now(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 - the interface
    """The server's instant: a liveness answer that needs no key."""
    return {"now": system_clock().now()}
