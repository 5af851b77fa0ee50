"""The events of a case: read, undone ones left out, and put into the order in which they take effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.book.core.tables.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class EventKind(StrEnum):
    """What can happen to a loan."""

    DISBURSE = "disburse"
    REPAYMENT = "repayment"
    DOWN_PAYMENT = "down_payment"
    MERCHANT_ISSUED_REFUND = "merchant_issued_refund"
    PAYOUT_REFUND = "payout_refund"
    GOODWILL_CREDIT = "goodwill_credit"
    INTEREST_REFUND = "interest_refund"
    CHARGE_ADJUSTMENT = "charge_adjustment"
    INTEREST_PAYMENT_WAIVER = "interest_payment_waiver"
    PAY_OFF = "pay_off"
    CHARGEBACK = "chargeback"
    CREDIT_BALANCE_REFUND = "credit_balance_refund"
    FEE = "fee"
    PENALTY = "penalty"
    CHARGE_OFF = "charge_off"
    INTEREST_PAUSE = "interest_pause"
    RESCHEDULE = "reschedule"
    UNDO = "undo"
    CLOSE_OF_BUSINESS = "close_of_business"


PAYMENTS = frozenset(
    {
        EventKind.REPAYMENT,
        EventKind.DOWN_PAYMENT,
        EventKind.MERCHANT_ISSUED_REFUND,
        EventKind.PAYOUT_REFUND,
        EventKind.GOODWILL_CREDIT,
        EventKind.INTEREST_REFUND,
        EventKind.CHARGE_ADJUSTMENT,
        EventKind.INTEREST_PAYMENT_WAIVER,
        EventKind.PAY_OFF,
    }
)
CHARGES = frozenset({EventKind.FEE, EventKind.PENALTY})
_WITHOUT_AMOUNT = frozenset(
    {
        EventKind.PAY_OFF,
        EventKind.CHARGE_OFF,
        EventKind.INTEREST_PAUSE,
        EventKind.RESCHEDULE,
        EventKind.UNDO,
        EventKind.CLOSE_OF_BUSINESS,
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `on` is its effective day, `entered_on` the business day on which it was entered; minor units."""

    nr: int
    kind: EventKind
    on: date
    entered_on: date
    amount: int = 0
    until: date | None = None
    rate_percent: Decimal | None = None
    undoes: EventKind | None = None
    down_payment_undone: bool = False
    ordinal: int = 1

    @property
    def effective_on(self) -> date:
        """The day on which a replay meets the event.

        A charge counts from the day it was entered, or from its due day when that had passed already.
        """
        return min(self.on, self.entered_on) if self.kind in CHARGES else self.on


def read_events(case: Fields) -> tuple[Event, ...]:
    """The events of a case in the order in which they were entered."""
    entries = case.items("events")
    return tuple(_event(nr, Fields(entry, case.case_id, f"events[{nr}]")) for nr, entry in enumerate(entries, 1))


def _event(nr: int, fields: Fields) -> Event:
    kind = fields.choice("type", EventKind)
    entered_on = fields.date("as_of")
    day: dict[EventKind, str] = {
        EventKind.FEE: "due_date",
        EventKind.PENALTY: "due_date",
        EventKind.INTEREST_PAUSE: "start",
        EventKind.RESCHEDULE: "from",
    }
    undoes = fields.choice("what", EventKind, EventKind.REPAYMENT) if kind is EventKind.UNDO else None
    return Event(
        nr=nr,
        kind=kind,
        on=fields.date(day.get(kind, "date"), entered_on),
        entered_on=entered_on,
        amount=fields.minor("amount", Decimal(0)) if kind in _WITHOUT_AMOUNT else fields.minor("amount"),
        until=fields.date("end") if kind is EventKind.INTEREST_PAUSE else None,
        rate_percent=_new_rate(fields) if kind is EventKind.RESCHEDULE else None,
        undoes=undoes,
        ordinal=_ordinal(kind, fields),
    )


def _new_rate(fields: Fields) -> Decimal:
    return fields.number("new_annual_rate_percent")


def _ordinal(kind: EventKind, fields: Fields) -> int:
    return fields.count("of_payment_nr" if kind is EventKind.CHARGEBACK else "nr", 1, least=1)


def standing_events(events: Sequence[Event], case: Fields) -> tuple[Event, ...]:
    """The events without the undone ones, the undo entries and the nightly job, still as they were entered.

    An undo names the nr-th transaction of its kind and day; where that one is undone already, the nr-th that stands.
    """
    gone: set[int] = set()
    unpaid: set[int] = set()
    for undo in events:
        if undo.kind is not EventKind.UNDO:
            continue
        if undo.undoes is EventKind.DOWN_PAYMENT and (paid_out := _paid_itself(events, undo)):
            unpaid.add(paid_out.nr)
            continue
        made = [e for e in events if e.nr < undo.nr and e.kind is undo.undoes and e.on == undo.on]
        standing = [e for e in made if e.nr not in gone]
        choices = made if len(made) >= undo.ordinal and made[undo.ordinal - 1].nr not in gone else standing
        if len(choices) < undo.ordinal:
            raise Fields({}, case.case_id, f"events[{undo.nr}]").refuse("nr", f"a {undo.undoes} of that day to undo")
        gone.add(choices[undo.ordinal - 1].nr)
    silent = (EventKind.UNDO, EventKind.CLOSE_OF_BUSINESS)
    kept = (e for e in events if e.nr not in gone and e.kind not in silent)
    return tuple(replace(e, down_payment_undone=True) if e.nr in unpaid else e for e in kept)


def _paid_itself(events: Sequence[Event], undo: Event) -> Event | None:
    """The disbursement whose down payment paid itself on the day of an undo; none where it was entered as an event."""
    that_day = [e for e in events if e.nr < undo.nr and e.on == undo.on]
    if any(e.kind is EventKind.DOWN_PAYMENT for e in that_day):
        return None
    return next((e for e in that_day if e.kind is EventKind.DISBURSE), None)


def in_order_of_effect(events: Sequence[Event]) -> list[Event]:
    """By effective day, then by the day of entry, then as entered.

    A changed rate or a pause is a term of the loan, so it stands before what else happens on its day.
    """
    terms = (EventKind.INTEREST_PAUSE, EventKind.RESCHEDULE)

    def place(event: Event) -> tuple[Any, ...]:
        return (event.effective_on, event.kind not in terms, event.entered_on, event.nr)

    return sorted(events, key=place)


def in_cumulative_order(entered: Sequence[Event], standing: Sequence[Event]) -> list[Event]:
    """The order of a cumulative loan: as entered; a back-dated entry or an undo makes the loan be gone through anew.

    Gone through anew, disbursements come first and all charges known by then stand on the schedule before payments.
    """
    anew = 0
    latest: date | None = None
    for event in entered:
        if event.kind is EventKind.UNDO or (latest is not None and event.on < latest):
            anew = event.nr
        if event.kind not in CHARGES and event.kind is not EventKind.CLOSE_OF_BUSINESS:
            latest = event.on if latest is None else max(latest, event.on)

    known = [e for e in standing if e.nr <= anew]
    first = [e for e in known if e.kind is EventKind.DISBURSE][:1]
    charges = [e for e in known if e.kind in CHARGES]
    rest = sorted((e for e in known if e not in first and e not in charges), key=lambda e: (e.on, e.nr))
    return [*first, *charges, *rest, *(e for e in standing if e.nr > anew)]
