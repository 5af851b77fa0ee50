"""REST for revolving accounts: accounts, postings, statements, positions. Ninja reads annotations at run time."""

from __future__ import annotations

import hashlib
from datetime import date  # noqa: TC003 - read by ninja
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest  # noqa: TC002 - read by ninja
from ninja import Query, Router

from kaopu.kernel.api import idempotency
from kaopu.kernel.api.cursor import LIMIT_MAX, page
from kaopu.kernel.api.idempotency import KeyHeader  # noqa: TC001 - read by ninja
from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.api.scope import Scope, needs, require
from kaopu.kernel.clock import system_clock
from kaopu.revolving import api_values as values
from kaopu.revolving import store
from kaopu.revolving.actions.open_account import OpenAccount, OpenRefusal, open_account
from kaopu.revolving.actions.post import Post, Refusal, post
from kaopu.revolving.models import IssuedStatement, Posting, RevolvingAccount

router = Router(tags=["revolving"])
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Most items of a page.")]
ROOT = "/revolving/accounts"


@router.get(ROOT, summary="Revolving accounts, page by page", response=values.AccountPage, **needs(Scope.DEBTS_READ))
def list_accounts(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 100, party_id: int | None = None
) -> dict[str, Any]:
    """Accounts by number. Follow `next_cursor` until it is null."""
    require(request, Scope.DEBTS_READ)
    rows = RevolvingAccount.objects.select_related("terms")
    return page(rows if party_id is None else rows.filter(party_id=party_id), "account_id", cursor, limit, _account)


@router.post(ROOT, summary="Open a revolving account", response={201: values.Opened}, **needs(Scope.DEBTS_WRITE))
def create_account(request: HttpRequest, body: values.AccountIn, idempotency_key: KeyHeader) -> Any:
    """Open an account under the terms in force on its first day. The same key and body give the first answer again."""
    caller = require(request, Scope.DEBTS_WRITE)

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        done = open_account(OpenAccount(**body.dict()), caller.actor, system_clock().now())
        if isinstance(done, OpenRefusal):
            raise Problem(Kind.REFUSED, f"The account was not opened: {done.replace('_', ' ')}.", reason=str(done))
        return HTTPStatus.CREATED, {"account_id": done.account_id}

    return idempotency.answer(request, caller, idempotency_key, act)


@router.get(f"{ROOT}/{{int:account_id}}", summary="One revolving account", response=values.AccountOut,
            **needs(Scope.DEBTS_READ))  # fmt: skip
def read_account(request: HttpRequest, account_id: int) -> dict[str, Any]:
    """Whose it is and under which terms."""
    require(request, Scope.DEBTS_READ)
    return _account(_found(account_id))


@router.get(f"{ROOT}/{{int:account_id}}/postings", summary="What was posted to an account",
            response=values.PostingPage, **needs(Scope.EVENTS_READ))  # fmt: skip
def list_postings(request: HttpRequest, account_id: int, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """Postings in the order in which they became known."""
    require(request, Scope.EVENTS_READ)
    rows = Posting.objects.filter(account=_found(account_id))
    gone = set(rows.filter(kind="reversal").values_list("refers_to_id", flat=True))
    return page(rows, "posting_id", cursor, limit, lambda row: _posting(row, gone))


@router.post(f"{ROOT}/{{int:account_id}}/postings", summary="Post to an account", response={201: values.Posted},
             **needs(Scope.EVENTS_WRITE))  # fmt: skip
def create_posting(request: HttpRequest, account_id: int, body: values.PostingIn, idempotency_key: KeyHeader) -> Any:
    """Post. What was stated before stays as it was sent; the next statement carries the correction."""
    caller = require(request, Scope.EVENTS_WRITE)
    key = f"api:{hashlib.sha256(f'{caller.key_id} {idempotency_key}'.encode()).hexdigest()}"

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        done = post(Post(account_id=account_id, key=key, **body.dict()), caller.actor, system_clock().now())
        if done is Refusal.ACCOUNT_UNKNOWN:
            raise _unknown(account_id)
        if isinstance(done, Refusal):
            raise Problem(Kind.REFUSED, f"Nothing was posted: {done.replace('_', ' ')}.", reason=str(done))
        return HTTPStatus.CREATED, {"posting_id": done.posting_id}

    return idempotency.answer(request, caller, idempotency_key, act)


@router.get(f"{ROOT}/{{int:account_id}}/position", summary="Where an account stands on a day",
            response=values.StandingOut, by_alias=True, **needs(Scope.POSITIONS_READ))  # fmt: skip
def read_standing(request: HttpRequest, account_id: int, as_of: date) -> dict[str, Any]:
    """The replay of the account to the end of a day; on a day before it was opened, of its first day."""
    require(request, Scope.POSITIONS_READ)
    row = _found(account_id)
    return store.history(row).standing(as_of).as_json(row.currency)


@router.get(f"{ROOT}/{{int:account_id}}/statements", summary="Statements as they were issued",
            response=values.IssuedPage, **needs(Scope.POSITIONS_READ))  # fmt: skip
def list_statements(request: HttpRequest, account_id: int, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """Oldest first: what each said when it was sent, and what the replay says of the same cycle now."""
    require(request, Scope.POSITIONS_READ)
    row = _found(account_id)
    known = store.history(row)
    today = system_clock().now().date()
    told = known.walked(today).told_on(today) if known.issued else []
    now = {cycle.statement_on: cycle.as_json(row.currency) for cycle in told}
    rows = IssuedStatement.objects.filter(account=row)
    return page(rows, "number", cursor, limit, lambda each: _issued(each, now.get(each.statement_on, {})))


def _found(account_id: int) -> RevolvingAccount:
    row = store.find(account_id)
    if row is None:
        raise _unknown(account_id)
    return row


def _unknown(account_id: int) -> Problem:
    return Problem(Kind.NOT_FOUND, f"There is no revolving account {account_id}.")


def _account(row: RevolvingAccount) -> dict[str, Any]:
    same = ("account_id", "external_id", "source", "party_id", "currency", "opened_on", "opening")
    return {
        **{name: getattr(row, name) for name in same},
        "product": row.terms.product,
        "terms_version": row.terms.version,
    }


def _posting(row: Posting, gone: set[int]) -> dict[str, Any]:
    same = ("posting_id", "kind", "on", "amount", "payload", "recorded_at")
    return {
        **{name: getattr(row, name) for name in same},
        "refers_to": row.refers_to_id,
        "reversed": row.posting_id in gone,
    }


def _issued(row: IssuedStatement, now: dict[str, Any]) -> dict[str, Any]:
    same = ("number", "statement_on", "due_on", "issued_at", "fingerprint")
    return {**{name: getattr(row, name) for name in same}, "said": row.content, "now": now}
