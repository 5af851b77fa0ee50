"""Read a payer's name, account and words in full, for a reason that is written down first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.receipts import store
from kaopu.receipts.actions.outcome import Refusal, Refused
from kaopu.receipts.models import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.party.core.party import RevealReason
    from kaopu.receipts.core.line import Line


def reveal_payer(receipt_id: int, *, reason: RevealReason, actor: str, now: datetime) -> Line | Refused:
    """The receipt as the bank told it; who read it and why is an audit row."""
    with transaction.atomic():
        row = Receipt.objects.filter(pk=receipt_id).first()
        if row is None:
            return Refused(Refusal.RECEIPT_UNKNOWN)
        details: dict[str, object] = {"reason": str(reason)}
        audit.record(act="receipt.revealed", subject=f"receipt:{receipt_id}", actor=actor, at=now, details=details)
        return store.line_of(row)
