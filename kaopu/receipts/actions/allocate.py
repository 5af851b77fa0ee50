"""Give money of a receipt to a debt, inside the caller's transaction: one payment of the book, one allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.actions.record_event import RecordEvent, record_event
from kaopu.book.actions.record_event import Refusal as BookRefusal
from kaopu.book.core.event_kind import EventKind
from kaopu.kernel import audit, events
from kaopu.receipts.models import Allocation

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.receipts.core.match import Part
    from kaopu.receipts.core.why import Rule
    from kaopu.receipts.models import Receipt


def allocate(row: Receipt, part: Part, rule: Rule, actor: str, now: datetime) -> Allocation | BookRefusal:
    """Record the payment on the day on which the bank booked the money. The caller holds the receipt's standing."""
    # The number of the allocation in its receipt: after an unmatch the same debt may be paid by it again.
    number = Allocation.objects.filter(receipt=row).count() + 1
    command = RecordEvent(
        debt_id=part.debt_id,
        kind=EventKind.PAYMENT,
        on=row.booked_on,
        key=f"receipt:{row.pk}:{number}",
        amount=part.amount,
        payload={"receipt": row.pk},
    )
    outcome = record_event(command, actor, now)
    if isinstance(outcome, BookRefusal):
        return outcome
    made = Allocation.objects.create(
        receipt=row, debt_id=part.debt_id, event_id=outcome.event_id, amount=part.amount, rule=rule, at=now, by=actor
    )
    details: dict[str, object] = {"debt": part.debt_id, "event": outcome.event_id, "amount": part.amount, "rule": rule}
    audit.record(act="receipt.matched", subject=f"receipt:{row.pk}", actor=actor, at=now, details=details)
    events.emit("receipt.matched", {"receipt": row.pk, **details}, now)
    return made
