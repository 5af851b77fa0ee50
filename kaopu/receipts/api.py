"""REST for receipts: take in rows or a file, read page by page, match. Ninja reads annotations at run time."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - read by ninja
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpRequest  # noqa: TC002 - read by ninja
from ninja import Field, Router, Schema
from pydantic import ConfigDict, StringConstraints

from kaopu.kernel.api import idempotency
from kaopu.kernel.api.cursor import Cursor, Limit, page
from kaopu.kernel.api.idempotency import KeyHeader  # noqa: TC001 - read by ninja
from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.api.scope import Scope, needs, require
from kaopu.kernel.clock import system_clock
from kaopu.receipts import answers, store
from kaopu.receipts.actions.match_receipt import match_receipt
from kaopu.receipts.actions.outcome import Refusal, Refused
from kaopu.receipts.actions.take_receipts import Taken, take_content, take_rows
from kaopu.receipts.core.line import Fault
from kaopu.receipts.models import Receipt

router = Router(tags=["receipts"])
ROWS_MOST = 2_000
CSV_MOST = 2_000_000
State = Literal["waiting", "matched", "returned"]
Text = Annotated[str, StringConstraints(max_length=500)]


class Asked(Schema):
    """A body: a field that is not known is a mistake, not a wish to be overlooked."""

    model_config = ConfigDict(extra="forbid")


class ReceiptIn(Asked):
    """One receipt as the bank told it; `amount` is a decimal string of major units."""

    booked_on: date
    amount: Annotated[str, StringConstraints(max_length=40)]
    currency: str = "CNY"
    bank_reference: Text = Field("", description="One receipt an account, for ever; without it the content counts.")
    reference: Text = Field("", description="The remittance text.")
    payer_name: Text = ""
    payer_account: Text = ""
    account: Text = Field("", description="Code of your own bank account.")


class ReceiptsIn(Asked):
    """Rows, or the text of a CSV file; not both."""

    rows: list[ReceiptIn] | None = Field(None, max_length=ROWS_MOST)
    csv: str | None = Field(None, max_length=CSV_MOST)


class RejectOut(Schema):
    """A row that was not taken."""

    row: int
    column: str
    expectation: str


class TakenOut(Schema):
    """The sums of what was sent, as decimal strings; total = matched + suspense + returned."""

    matched: str
    suspense: str
    returned: str
    total: str
    currency: str
    count: int
    rejected: int
    repeated: int
    file: int
    already_taken: bool
    rejects: list[RejectOut]


class ReceiptOut(Schema):
    """One receipt in whole minor units. The payer is not told."""

    receipt_id: int
    booked_on: date
    amount: int
    currency: str
    account: str
    bank_reference: str
    matched: int
    returned: int
    suspense: int
    why: str | None


class ReceiptPage(Schema):
    """Follow `next_cursor` until it is null."""

    items: list[ReceiptOut]
    next_cursor: str | None


class MatchIn(Asked):
    """Where the money goes; without `amount` all that is left, in minor units."""

    debt_id: int
    amount: int | None = Field(None, gt=0)


class MatchOut(Schema):
    """The payment that was recorded, and what is left in suspense, in minor units."""

    receipt_id: int
    debt_id: int
    event_id: int
    amount: int
    left: int


@router.post("/receipts", summary="Take in receipts", response={201: TakenOut}, **needs(Scope.RECEIPTS_WRITE))
def create_receipts(request: HttpRequest, body: ReceiptsIn, idempotency_key: KeyHeader) -> Any:
    """Each bank reference is taken once; the rules match it or hold it in suspense. Bad rows are told and left out."""
    caller = require(request, Scope.RECEIPTS_WRITE)
    if (body.rows is None) == (body.csv is None):
        raise Problem(Kind.BAD_INPUT, "rows, csv: expected one of the two.")

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        now, told = system_clock().now(), list[Fault]()
        if body.csv is not None:
            taken = take_content(body.csv.encode(), "csv", caller.actor, now, told=told.extend)
        else:
            rows = [row.dict() | {"booked_on": row.booked_on.isoformat()} for row in body.rows or ()]
            taken = take_rows(rows, caller.actor, now, told=told.extend)
        return HTTPStatus.CREATED, _taken(taken, told)

    return idempotency.answer(request, caller, idempotency_key, act)


def _taken(taken: Taken, told: list[Fault]) -> dict[str, Any]:
    answer = answers.of_file(taken)
    rejects = [{"row": fault.row, "column": fault.column, "expectation": fault.expectation} for fault in told]
    return {name: answer[name] for name in TakenOut.model_fields if name != "rejects"} | {"rejects": rejects}


@router.get("/receipts", summary="Receipts, page by page", response=ReceiptPage, **needs(Scope.RECEIPTS_READ))
def list_receipts(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 100, state: State | None = None
) -> dict[str, Any]:
    """Receipts by number; `waiting` are those with money in suspense. Follow `next_cursor` until it is null."""
    require(request, Scope.RECEIPTS_READ)
    rows = store.with_why(Receipt.objects.all())
    column = {"waiting": "suspense", "matched": "matched", "returned": "returned"}.get(state or "")
    return page(rows.filter(**{f"standing__{column}__gt": 0}) if column else rows, "id", cursor, limit, _receipt)


@router.get("/receipts/{int:receipt_id}", summary="One receipt", response=ReceiptOut, **needs(Scope.RECEIPTS_READ))
def read_receipt(request: HttpRequest, receipt_id: int) -> dict[str, Any]:
    """Where its money is, and why it waits."""
    require(request, Scope.RECEIPTS_READ)
    row = store.with_why(Receipt.objects.filter(pk=receipt_id)).first()
    if row is None:
        raise _unknown(receipt_id)
    return _receipt(row)


@router.post("/receipts/{int:receipt_id}/match", summary="Match a receipt to a debt", response={201: MatchOut},
             **needs(Scope.RECEIPTS_WRITE))  # fmt: skip
def create_match(request: HttpRequest, receipt_id: int, body: MatchIn, idempotency_key: KeyHeader) -> Any:
    """Pay a debt with money in suspense, on the day on which the bank booked it. Of two at once, one is refused."""
    caller = require(request, Scope.RECEIPTS_WRITE)

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        outcome = match_receipt(receipt_id, body.debt_id, caller.actor, system_clock().now(), amount=body.amount)
        if isinstance(outcome, Refused):
            if outcome.why is Refusal.RECEIPT_UNKNOWN:
                raise _unknown(receipt_id)
            detail = f"The receipt was not matched: {str(outcome).replace('_', ' ')}."
            raise Problem(Kind.REFUSED, detail, reason=str(outcome.why))
        answer = {"receipt_id": outcome.receipt, "debt_id": outcome.debt, "event_id": outcome.event_id}
        return HTTPStatus.CREATED, answer | {"amount": outcome.amount, "left": outcome.left}

    return idempotency.answer(request, caller, idempotency_key, act)


def _unknown(receipt_id: int) -> Problem:
    return Problem(Kind.NOT_FOUND, f"There is no receipt {receipt_id}.")


def _receipt(row: Receipt) -> dict[str, Any]:
    standing = row.standing
    same = ("booked_on", "amount", "currency", "account", "bank_reference")
    return {
        "receipt_id": row.pk,
        **{name: getattr(row, name) for name in same},
        "matched": standing.matched,
        "returned": standing.returned,
        "suspense": standing.suspense,
        "why": (row.why or "part_left") if standing.suspense else None,  # type: ignore[attr-defined]
    }
