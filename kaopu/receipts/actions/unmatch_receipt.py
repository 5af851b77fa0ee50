"""Take a match back: its payment is reversed, as if it had never come, and the money waits in suspense again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.book import store as book
from kaopu.book.actions.record_event import RecordEvent, record_event
from kaopu.book.actions.record_event import Refusal as BookRefusal
from kaopu.book.core.event_kind import EventKind
from kaopu.kernel import audit, events
from kaopu.receipts import store
from kaopu.receipts.actions.outcome import Refusal, Refused, Unmatched
from kaopu.receipts.core.why import Why
from kaopu.receipts.models import Allocation, Note, Unmatch

if TYPE_CHECKING:
    from datetime import datetime


def unmatch_receipt(receipt_id: int, allocation_id: int, actor: str, now: datetime) -> Unmatched | Refused:
    """Reverse the payment on its own day. The database writes the unmatch with the reversal, however it came."""
    with transaction.atomic():
        book.hold_positions()
        if store.lock_standing(receipt_id) is None:
            return Refused(Refusal.RECEIPT_UNKNOWN)
        row = Allocation.objects.filter(pk=allocation_id, receipt_id=receipt_id).select_related("event").first()
        if row is None:
            return Refused(Refusal.NOT_MATCHED)
        if Unmatch.objects.filter(allocation=row).exists():
            return Refused(Refusal.ALREADY_UNMATCHED)
        command = RecordEvent(
            debt_id=row.debt_id,
            kind=EventKind.REVERSAL,
            on=row.event.on,
            key=f"receipt:unmatch:{row.pk}",
            reverses=row.event_id,
            payload={"receipt": receipt_id},
        )
        outcome = record_event(command, actor, now)
        if isinstance(outcome, BookRefusal):
            return Refused(Refusal.BOOK_REFUSED, str(outcome))
        Note.objects.create(receipt_id=receipt_id, why=Why.UNMATCHED, candidates=[row.debt_id], at=now, by=actor)
        details: dict[str, object] = {"debt": row.debt_id, "event": outcome.event_id, "amount": row.amount}
        audit.record(act="receipt.unmatched", subject=f"receipt:{receipt_id}", actor=actor, at=now, details=details)
        events.emit("receipt.unmatched", {"receipt": receipt_id, **details}, now)
        standing = store.lock_standing(receipt_id)
        left = standing.suspense if standing else 0
        return Unmatched(receipt_id, row.debt_id, outcome.event_id, row.amount, left)
