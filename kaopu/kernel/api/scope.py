"""What a program's key may do. A scope is `<noun>:read` or `<noun>:write`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.kernel.api.problem import Kind, Problem

if TYPE_CHECKING:
    from django.http import HttpRequest


class Scope(StrEnum):
    """All scopes there are. The strings are public."""

    QUOTES_READ = "quotes:read"
    DEBTS_READ = "debts:read"
    DEBTS_WRITE = "debts:write"
    EVENTS_READ = "events:read"
    EVENTS_WRITE = "events:write"
    POSITIONS_READ = "positions:read"
    PRODUCTS_READ = "products:read"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    RECEIPTS_READ = "receipts:read"
    RECEIPTS_WRITE = "receipts:write"
    LEDGER_READ = "ledger:read"
    DECISIONS_READ = "decisions:read"
    DECISIONS_WRITE = "decisions:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the id of a key, as audit rows name it, and its scopes."""

    key_id: str
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        """The name in audit rows."""
        return f"key:{self.key_id}"


def needs(scope: Scope) -> dict[str, Any]:
    """What an operation says of the scope that it requires, for its OpenAPI description."""
    return {"openapi_extra": {"x-scope": str(scope)}}


def require(request: HttpRequest, scope: Scope) -> Caller:
    """The caller, who holds `scope`; else a 403 that says which scope is missing."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if scope not in caller.scopes:
        raise Problem(Kind.SCOPE_MISSING, f"This key does not hold the scope {scope}.", scope=str(scope))
    return caller
