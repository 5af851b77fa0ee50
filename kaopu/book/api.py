"""REST for the book: quotes, debts, events, positions. Ninja reads annotations at run time, so imports are real."""

from __future__ import annotations

import hashlib
from datetime import date  # noqa: TC003 - read by ninja
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest  # noqa: TC002 - read by ninja
from ninja import Router

from kaopu.book import api_values as values
from kaopu.book import store
from kaopu.book.actions.book_debt import BookDebt, DebtBooked, book_debt
from kaopu.book.actions.classify_debt import position_json
from kaopu.book.actions.event_request import AMOUNT_MAX
from kaopu.book.actions.record_event import EventRecorded, RecordEvent, Refusal, record_event
from kaopu.book.core import terms_json
from kaopu.book.core.classification import BUCKETS, CLASSES, class_reason
from kaopu.book.core.penalty_rule import PenaltyRule
from kaopu.book.core.quote import quote
from kaopu.book.core.subsidy import Subsidy
from kaopu.book.models import COMPONENTS, RULE_COLUMNS, Debt, Event, PositionRow, ScheduleVersion
from kaopu.kernel.api import idempotency
from kaopu.kernel.api.cursor import Cursor, Limit, page
from kaopu.kernel.api.idempotency import KeyHeader  # noqa: TC001 - read by ninja
from kaopu.kernel.api.problem import Kind, Problem
from kaopu.kernel.api.scope import Scope, needs, require
from kaopu.kernel.clock import system_clock
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.book.core.terms import Terms

router = Router(tags=["book"])


@router.post("/quotes", summary="What terms would cost", response=values.QuoteOut, exclude_unset=True,
             **needs(Scope.QUOTES_READ))  # fmt: skip
def create_quote(request: HttpRequest, body: values.QuoteIn) -> dict[str, Any]:
    """Rows, totals and yearly cost of terms, in major units; nothing is stored."""
    require(request, Scope.QUOTES_READ)
    return quote(_terms(body), store.reference_rates())


@router.get("/debts", summary="Debts, page by page", response=values.DebtPage, **needs(Scope.DEBTS_READ))
def list_debts(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 100, party_id: int | None = None
) -> dict[str, Any]:
    """Debts by number. Follow `next_cursor` until it is null."""
    require(request, Scope.DEBTS_READ)
    rows = Debt.objects.all() if party_id is None else Debt.objects.filter(party_id=party_id)
    return page(rows.select_related("product_version__product"), "debt_id", cursor, limit, _debt)


@router.post("/debts", summary="Book a debt", response={201: values.Booked}, **needs(Scope.DEBTS_WRITE))
def create_debt(request: HttpRequest, body: values.DebtIn, idempotency_key: KeyHeader) -> Any:
    """Book a debt with the schedule of its quote. The same key with the same body gives the first answer again."""
    caller = require(request, Scope.DEBTS_WRITE)

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        command = BookDebt(
            terms=_terms(body),
            penalty=PenaltyRule(**body.penalty.dict()) if body.penalty else None,
            subsidy=Subsidy(**body.subsidy.dict()) if body.subsidy else None,
            **body.dict(exclude={"terms", "penalty", "subsidy"}),
        )
        outcome = book_debt(command, actor=caller.actor, now=system_clock().now())
        if not isinstance(outcome, DebtBooked):
            raise Problem(Kind.REFUSED, f"The debt was not booked: {outcome.replace('_', ' ')}.", reason=str(outcome))
        return HTTPStatus.CREATED, {"debt_id": outcome.debt_id}

    return idempotency.answer(request, caller, idempotency_key, act)


@router.get("/debts/{int:debt_id}", summary="One debt", response=values.DebtOut, **needs(Scope.DEBTS_READ))
def read_debt(request: HttpRequest, debt_id: int) -> dict[str, Any]:
    """Who owes, what was lent, under which terms."""
    require(request, Scope.DEBTS_READ)
    return _debt(_found(debt_id))


@router.get("/debts/{int:debt_id}/schedules", summary="All schedule versions of a debt",
            response=values.ScheduleList, **needs(Scope.DEBTS_READ))  # fmt: skip
def list_schedules(request: HttpRequest, debt_id: int) -> dict[str, Any]:
    """Each version whole: past and future instalments."""
    require(request, Scope.DEBTS_READ)
    rows = ScheduleVersion.objects.filter(debt=_found(debt_id)).order_by("version")
    return {"items": [_schedule(row) for row in rows]}


@router.get("/debts/{int:debt_id}/events", summary="What happened to a debt", response=values.EventPage,
            **needs(Scope.EVENTS_READ))  # fmt: skip
def list_events(request: HttpRequest, debt_id: int, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """Events in the order in which they became known."""
    require(request, Scope.EVENTS_READ)
    return page(Event.objects.filter(debt=_found(debt_id)), "event_id", cursor, limit, _event)


@router.post("/debts/{int:debt_id}/events", summary="Record an event", response={201: values.Recorded},
             **needs(Scope.EVENTS_WRITE))  # fmt: skip
def create_event(request: HttpRequest, debt_id: int, body: values.EventIn, idempotency_key: KeyHeader) -> Any:
    """Record what happened. A day in the past is a correction: positions from that day on follow it."""
    caller = require(request, Scope.EVENTS_WRITE)
    # The book keeps keys of all ways in together; this one is of this caller alone, whatever its length.
    key = f"api:{hashlib.sha256(f'{caller.key_id} {idempotency_key}'.encode()).hexdigest()}"

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        command = RecordEvent(debt_id=debt_id, key=key, **body.dict())
        outcome = record_event(command, actor=caller.actor, now=system_clock().now())
        if outcome is Refusal.DEBT_UNKNOWN:
            raise _unknown(debt_id)
        if not isinstance(outcome, EventRecorded):
            detail = f"The event was not recorded: {outcome.in_words}."
            raise Problem(Kind.REFUSED, detail, reason=str(outcome))
        return HTTPStatus.CREATED, {"event_id": outcome.event_id, "schedule_version": outcome.schedule_version}

    return idempotency.answer(request, caller, idempotency_key, act)


@router.get("/debts/{int:debt_id}/position", summary="What is owed on a day", response=values.ClassifiedPosition,
            by_alias=True, **needs(Scope.POSITIONS_READ))  # fmt: skip
def read_position(request: HttpRequest, debt_id: int, as_of: date) -> dict[str, Any]:
    """The replay of the debt's history to the end of a day; all zero before the debt begins."""
    require(request, Scope.POSITIONS_READ)
    return position_json(_found(debt_id), as_of)


@router.get("/positions", summary="Positions of the last close, page by page", response=values.PositionPage,
            by_alias=True, **needs(Scope.POSITIONS_READ))  # fmt: skip
def list_positions(request: HttpRequest, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
    """Every debt of the current close at its as-of day. A debt with an event since then is shown with it."""
    require(request, Scope.POSITIONS_READ)
    close = store.current_close()
    if close is None:
        return {"as_of": None, "items": [], "next_cursor": None}
    found = page(PositionRow.objects.filter(close_run=close), "debt_id", cursor, limit, _position_row)
    return {"as_of": close.as_of, **found}


def _terms(body: values.QuoteIn) -> Terms:
    terms = terms_json.from_json(body.terms)
    if terms.principal_minor > AMOUNT_MAX:
        raise BadInput(f"principal_minor: {terms.principal_minor} given, expected at most {AMOUNT_MAX}")
    return terms


def _found(debt_id: int) -> Debt:
    row = Debt.objects.select_related("product_version__product").filter(debt_id=debt_id).first()
    if row is None:
        raise _unknown(debt_id)
    return row


def _unknown(debt_id: int) -> Problem:
    return Problem(Kind.NOT_FOUND, f"There is no debt {debt_id}.")


def _debt(row: Debt) -> dict[str, Any]:
    version = row.product_version
    product = version.product.code if version else None
    made = {"product": product, "rules": {name: getattr(row, name) for name in RULE_COLUMNS}}
    return {name: getattr(row, name) for name in values.DebtOut.model_fields if name not in made} | made


def _schedule(row: ScheduleVersion) -> dict[str, Any]:
    names = ("seq", "due_on", "principal", "interest", "fee")
    columns = zip(*(getattr(row, name) for name in names), strict=True)
    rows = [dict(zip(names, line, strict=True)) for line in columns]
    return {"version": row.version, "from_on": row.from_on, "cause_event": row.cause_event_id, "rows": rows}


def _event(row: Event) -> dict[str, Any]:
    names = ("event_id", "kind", "on", "amount", "component", "payload", "recorded_at")
    return {name: getattr(row, name) for name in names} | {"reverses": row.reverses_id}


def _position_row(row: PositionRow) -> dict[str, Any]:
    same = ("debt_id", "party_id", "currency", "days_past_due", "worst_days_past_due", "next_due")
    more = ("accrued_interest", "paid_to_date", "credit_balance")
    return {
        **{name: getattr(row, name) for name in (*same, *more)},
        "outstanding": {name: getattr(row, f"outstanding_{name}") for name in COMPONENTS},
        "overdue": {name: getattr(row, f"overdue_{name}") for name in COMPONENTS},
        "class": CLASSES[row.class_code],
        "class_reason": class_reason(row.class_rule, row.days_past_due),
        "bucket": BUCKETS[row.bucket_code],
    }
