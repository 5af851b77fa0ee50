"""REST for the book: quotes, debts, events, positions. Amounts are whole minor units; quotes answer in major units.

Ninja reads the annotations at run time, so the types of arguments are imported for real.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - read by ninja
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest  # noqa: TC002 - read by ninja
from ninja import Field, Header, Router, Schema, Status

from kaopu.book import store
from kaopu.book.actions.book_debt import BookDebt, DebtBooked, book_debt
from kaopu.book.actions.record_event import EventRecorded, RecordEvent, record_event
from kaopu.book.core import terms_json
from kaopu.book.core.position import position
from kaopu.book.core.quote import quote
from kaopu.book.models import Debt, Event, PositionRow, ScheduleVersion
from kaopu.kernel.api import idempotency
from kaopu.kernel.api.cursor import page
from kaopu.kernel.api.problem import Problem
from kaopu.kernel.api.scope import Scope, require
from kaopu.kernel.clock import system_clock

router = Router(tags=["book"])
NO_SUCH_DEBT = "There is no debt of this number."


class QuoteIn(Schema):
    """Terms by field name: amounts in minor units, rates as decimal strings, days as YYYY-MM-DD."""

    terms: dict[str, Any]


class DebtIn(QuoteIn):
    """What to book. The schedule is the one that a quote of the same terms shows."""

    party_id: int
    external_id: str = Field(min_length=1, max_length=64)
    product: str | None = None
    portfolio: str = "default"
    merchant_id: str | None = None
    category: str | None = None
    opened_at: datetime | None = None
    time_zone: str | None = None


class EventIn(Schema):
    """What happened to a debt, and the day for which it counts."""

    kind: str
    on: date
    amount: int = Field(ge=0, description="minor units; days for pause and extension")
    component: str | None = None
    reverses: int | None = None
    payload: dict[str, Any] | None = None


@router.post("/quotes", summary="What terms would cost")
def create_quote(request: HttpRequest, body: QuoteIn) -> dict[str, Any]:
    """Rows, totals and yearly cost of terms; nothing is stored."""
    require(request, Scope.QUOTES_READ)
    return quote(terms_json.from_json(body.terms), store.reference_rates())


@router.get("/debts", summary="Debts, page by page")
def list_debts(
    request: HttpRequest, cursor: str | None = None, limit: int = 100, party_id: int | None = None
) -> dict[str, Any]:
    """Debts by number. Follow `next_cursor` until it is null."""
    require(request, Scope.DEBTS_READ)
    rows = Debt.objects.all() if party_id is None else Debt.objects.filter(party_id=party_id)
    return page(rows.select_related("product_version__product"), "debt_id", cursor, limit, _debt)


@router.post("/debts", summary="Book a debt")
def create_debt(
    request: HttpRequest, body: DebtIn, idempotency_key: Annotated[str, Header(alias="Idempotency-Key")]
) -> Any:
    """Book a debt with the schedule of its quote. The same key with the same body gives the first answer again."""
    caller = require(request, Scope.DEBTS_WRITE)
    values = body.dict(exclude={"terms"})

    def act() -> tuple[HTTPStatus, dict[str, Any]]:
        outcome = book_debt(
            BookDebt(terms=terms_json.from_json(body.terms), **values), actor=caller.actor, now=system_clock().now()
        )
        if not isinstance(outcome, DebtBooked):
            raise Problem(HTTPStatus.CONFLICT, outcome.value, f"The debt was not booked: {outcome.value}.")
        return HTTPStatus.CREATED, {"debt_id": outcome.debt_id}

    return idempotency.answer(request, caller, idempotency_key, act)


@router.get("/debts/{int:debt_id}", summary="One debt")
def read_debt(request: HttpRequest, debt_id: int) -> dict[str, Any]:
    """Who owes, what was lent, under which terms."""
    require(request, Scope.DEBTS_READ)
    return _debt(_found(debt_id))


@router.get("/debts/{int:debt_id}/schedules", summary="All schedule versions of a debt")
def list_schedules(request: HttpRequest, debt_id: int) -> dict[str, Any]:
    """Each version whole: past and future instalments."""
    require(request, Scope.DEBTS_READ)
    _found(debt_id)
    return {"items": [_schedule(row) for row in ScheduleVersion.objects.filter(debt_id=debt_id).order_by("version")]}


@router.get("/debts/{int:debt_id}/events", summary="What happened to a debt")
def list_events(request: HttpRequest, debt_id: int, cursor: str | None = None, limit: int = 100) -> dict[str, Any]:
    """Events in the order in which they became known."""
    require(request, Scope.EVENTS_READ)
    _found(debt_id)
    return page(Event.objects.filter(debt_id=debt_id), "event_id", cursor, limit, _event)


@router.post("/debts/{int:debt_id}/events", summary="Record an event", response={201: dict[str, Any]})
def create_event(
    request: HttpRequest, debt_id: int, body: EventIn, idempotency_key: Annotated[str, Header(alias="Idempotency-Key")]
) -> Any:
    """Record what happened. A day in the past is a correction: positions from that day on follow it."""
    caller = require(request, Scope.EVENTS_WRITE)
    _found(debt_id)

    # The action keeps the answer under its key, in the transaction of the event.
    command = RecordEvent(debt_id=debt_id, key=f"{caller.key_id}:{idempotency_key}", **body.dict())
    outcome = record_event(command, actor=caller.actor, now=system_clock().now())
    if not isinstance(outcome, EventRecorded):
        raise Problem(HTTPStatus.CONFLICT, outcome.value, f"The event was not recorded: {outcome.value}.")
    return Status(HTTPStatus.CREATED, {"event_id": outcome.event_id, "schedule_version": outcome.schedule_version})


@router.get("/debts/{int:debt_id}/position", summary="What is owed on a day")
def read_position(request: HttpRequest, debt_id: int, as_of: date) -> dict[str, Any]:
    """The replay of the debt's history to a day; the keys of `kaopu book position`."""
    require(request, Scope.POSITIONS_READ)
    row = _found(debt_id)
    if as_of < row.disbursed_on:
        detail = f"as_of: {as_of} given, expected {row.disbursed_on} (the debt begins) or later"
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-input", detail)
    return position(store.history(row), as_of).as_json()


@router.get("/positions", summary="Positions of the last close, page by page")
def list_positions(request: HttpRequest, cursor: str | None = None, limit: int = 100) -> dict[str, Any]:
    """Every debt of the current close at its as-of day; an empty book has no close and no items."""
    require(request, Scope.POSITIONS_READ)
    close = store.current_close()
    if close is None:
        return {"as_of": None, "items": [], "next_cursor": None}
    found = page(PositionRow.objects.filter(close_run=close), "debt_id", cursor, limit, _position_row)
    return {"as_of": close.as_of, **found}


def _found(debt_id: int) -> Debt:
    row = Debt.objects.select_related("product_version__product").filter(debt_id=debt_id).first()
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", NO_SUCH_DEBT)
    return row


def _debt(row: Debt) -> dict[str, Any]:
    same = ("debt_id", "external_id", "party_id", "currency", "principal", "disbursed_on", "portfolio", "owner")
    more = ("participation_ppm", "on_balance", "merchant_id", "category", "opened_at", "time_zone", "terms")
    product = row.product_version.product.code if row.product_version else None
    return {name: getattr(row, name) for name in (*same, *more)} | {"product": product}


def _schedule(row: ScheduleVersion) -> dict[str, Any]:
    names = ("seq", "due_on", "principal", "interest", "fee")
    columns = zip(*(getattr(row, name) for name in names), strict=True)
    return {
        "version": row.version,
        "from_on": row.from_on,
        "cause_event": row.cause_event_id,
        "rows": [dict(zip(names, line, strict=True)) for line in columns],
    }


def _event(row: Event) -> dict[str, Any]:
    names = ("event_id", "kind", "on", "amount", "component", "payload", "recorded_at")
    return {name: getattr(row, name) for name in names} | {"reverses": row.reverses_id}


def _position_row(row: PositionRow) -> dict[str, Any]:
    names = ("debt_id", "party_id", "currency", "outstanding", "overdue", "days_past_due", "worst_days_past_due")
    more = ("next_due", "class_code", "bucket_code", "accrued_interest", "paid_to_date", "credit_balance")
    return {name: getattr(row, name) for name in (*names, *more)}
