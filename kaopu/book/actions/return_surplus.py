"""Pay a credit balance back to where payments came from, the oldest payment first, one payout event for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.book import store
from kaopu.book.actions.record_event import EventRecorded, RecordEvent, Refusal, record_event
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.position import position
from kaopu.book.core.return_to_source import Paid, Payout, return_to_source
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from kaopu.book.models import Event

PAYING = (EventKind.PAYMENT, EventKind.EARLY_SETTLEMENT)


@dataclass(frozen=True, slots=True)
class SurplusReturned:
    """What went where, and what stays as credit balance since nobody noted its source, in minor units."""

    debt: int
    payouts: tuple[Payout, ...]
    kept: int


def return_surplus(debt_id: int, on: date, actor: str, now: datetime) -> SurplusReturned | Refusal:
    """Record the payouts, all or none. Asked again on the same day it finds nothing left to return.

    A payment tells its source as `{"source": "…"}` in its payload. Raises `BadInput` where there is no credit balance.
    """
    with transaction.atomic():
        store.hold_key(f"return surplus {debt_id}")
        debt = store.debt(debt_id)
        surplus = position(store.history(debt), on).credit_balance
        if surplus == 0:
            raise BadInput(f"debt D-{debt_id}: no credit balance on {on}, so there is nothing to return")
        known = [event for event in store.happened(debt) if event.on <= on]
        back = return_to_source(surplus, _payments(known), _returned(known))
        for payout in back.payouts:
            outcome = record_event(_event(debt_id, on, payout, _returned(known)), actor, now)
            if not isinstance(outcome, EventRecorded):
                transaction.set_rollback(True)
                return outcome
    return SurplusReturned(debt_id, back.payouts, back.kept)


def _payments(known: Iterable[Event]) -> list[Paid]:
    return [
        Paid(event.on, event.event_id, event.amount, (event.payload or {}).get("source"))
        for event in known
        if event.kind in PAYING
    ]


def _returned(known: Iterable[Event]) -> int:
    """What went back before by this act: payouts that name the payment that they give back."""
    return sum(
        event.amount for event in known if event.kind == EventKind.PAYOUT and "of_event" in (event.payload or {})
    )


def _event(debt_id: int, on: date, payout: Payout, before: int) -> RecordEvent:
    key = f"return:{debt_id}:{on.isoformat()}:{before}:{payout.of_event}"
    payload = {"source": payout.source, "of_event": payout.of_event}
    return RecordEvent(debt_id, EventKind.PAYOUT, on, key, payout.amount, payload=payload)
