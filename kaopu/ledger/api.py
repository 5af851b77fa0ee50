"""REST for the ledger: trial balance, postings, journal. Ninja reads annotations at run time, so imports are real."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime  # noqa: TC003 - read by ninja
from typing import Any

from django.http import HttpRequest  # noqa: TC002 - read by ninja
from ninja import Field, Router, Schema

from kaopu.kernel.api.cursor import Cursor, Limit, page
from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.api.scope import Scope, needs, require
from kaopu.ledger import statements
from kaopu.ledger.core.cause import BY_CODE
from kaopu.ledger.core.chart import Chart, chart_from_json
from kaopu.ledger.models import CORRECTION, JournalRow, PostingRun

router = Router(tags=["ledger"])


class AccountOut(Schema):
    """An account's balance, on one of the two sides, in minor units."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    debit: int
    credit: int


class TrialBalanceOut(Schema):
    """The balances of one currency."""

    as_of: date
    posted_to: date | None = Field(None, description="Day of the last posting up to then; null: nothing was posted.")
    currency: str
    currencies: list[str]
    accounts: list[AccountOut]
    balanced: bool


class PostingOut(Schema):
    """One posting."""

    posting_id: int
    as_of: date
    from_on: date | None = Field(None, description="Day of the posting before; null: from the beginning.")
    debts: int
    corrections: int
    posted_at: datetime


class PostingPage(Schema):
    """Postings and the cursor of the next page."""

    items: list[PostingOut]
    next_cursor: str | None


class BookingOut(Schema):
    """One cause: what it debits and credits, in minor units, never negative."""

    cause: str
    debit: str
    credit: str
    amount: int


class EntryOut(Schema):
    """What one posting booked for one debt. `effective_on`: the earliest closed day that a correction changes."""

    posting_id: int
    posted_on: date
    debt_id: int
    currency: str
    correction: bool
    effective_on: date | None
    bookings: list[BookingOut]


class EntryPage(Schema):
    """Journal entries and the cursor of the next page."""

    items: list[EntryOut]
    next_cursor: str | None


@router.get("/ledger/trial-balance", summary="Balances of all accounts", response=TrialBalanceOut,
            **needs(Scope.LEDGER_READ))  # fmt: skip
def read_trial_balance(request: HttpRequest, as_of: date, currency: str | None = None) -> dict[str, Any]:
    """Of all postings up to a day. One currency at a time: the one asked for, else CNY, else the first."""
    require(request, Scope.LEDGER_READ)
    if not PostingRun.objects.filter(as_of__lte=as_of).exists():
        nothing: dict[str, Any] = {"posted_to": None, "currency": currency or "CNY", "currencies": [], "accounts": []}
        return {"as_of": as_of, **nothing, "balanced": True}
    sums = statements.sums_to(as_of)
    chosen = sums.currency(currency)
    found = statements.trial_balance_of(sums, chosen)
    return {
        "as_of": as_of,
        "posted_to": sums.posted_to,
        "currency": chosen,
        "currencies": list(sums.currencies),
        "accounts": [
            {
                "code": line.account.code, "name_zh": line.account.name_zh, "name_en": line.account.name_en,
                "kind": line.account.kind, "debit": line.debit, "credit": line.credit,
            }
            for line in found.lines
        ],
        "balanced": found.balanced,
    }  # fmt: skip


@router.get("/ledger/postings", summary="Postings, page by page", response=PostingPage, **needs(Scope.LEDGER_READ))
def list_postings(request: HttpRequest, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """The oldest first. Follow `next_cursor` until it is null."""
    require(request, Scope.LEDGER_READ)
    return page(PostingRun.objects.all(), "id", cursor, limit, _posting)


@router.get("/ledger/journal", summary="The journal, page by page", response=EntryPage, **needs(Scope.LEDGER_READ))
def list_journal(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 100,
    posting_id: int | None = None,
    debt_id: int | None = None,
) -> dict[str, Any]:
    """What was booked, by posting and debt, each booking with both of its accounts."""
    require(request, Scope.LEDGER_READ)
    rows = JournalRow.objects.select_related("run__chart")
    if posting_id is not None:
        rows = rows.filter(run_id=posting_id)
    if debt_id is not None:
        rows = rows.filter(debt_id=debt_id)
    if cursor:
        rows = rows.filter(pk__gt=_decode(cursor))
    found = list(rows.order_by("run_id", "debt_id", "nature")[: limit + 1])
    charts: dict[int, Chart] = {}
    for row in found:
        charts.setdefault(row.run.chart_id, chart_from_json(row.run.chart.content))
    return {
        "items": [_entry(row, charts[row.run.chart_id]) for row in found[:limit]],
        "next_cursor": _encode(found[limit - 1]) if len(found) > limit else None,
    }


def _posting(run: PostingRun) -> dict[str, Any]:
    return {
        "posting_id": run.pk, "as_of": run.as_of, "from_on": run.from_on, "debts": run.debts,
        "corrections": run.corrections, "posted_at": run.posted_at,
    }  # fmt: skip


def _entry(row: JournalRow, chart: Chart) -> dict[str, Any]:
    bookings = []
    for code, amount in zip(row.codes, row.amounts, strict=True):
        debit, credit = chart.posting(BY_CODE[code])
        if amount < 0:
            debit, credit = credit, debit
        bookings.append({"cause": BY_CODE[code].name, "debit": debit, "credit": credit, "amount": abs(amount)})
    return {
        "posting_id": row.run_id,
        "posted_on": row.run.as_of,
        "debt_id": row.debt_id,
        "currency": row.currency,
        "correction": row.nature == CORRECTION,
        "effective_on": row.effective_on,
        "bookings": bookings,
    }


def _encode(row: JournalRow) -> str:
    text = f"after:{row.run_id}:{row.debt_id}:{row.nature}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[int, int, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        word, run, debt, nature = text.split(":")
        if word == "after":
            return int(run), int(debt), int(nature)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise Problem(Kind.BAD_INPUT, "cursor: expected the next_cursor of an earlier page")
