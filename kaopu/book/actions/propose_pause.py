"""Ask a second person to agree to a bulk pause, or to its undoing: to exactly the debts that the preview showed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.book.models import BulkPause, BulkPauseDebt
from kaopu.kernel import audit
from kaopu.kernel.actions import propose_change
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kaopu.book.actions.pause_selection import Selected

KIND, UNDO_KIND = "book.bulk_pause", "book.bulk_pause_undo"
OPEN_FOR = timedelta(days=14)


def propose_pause(selected: Selected, proposer: str, now: datetime) -> BulkPause:
    """Keep the list and propose it. Raises `BadInput` where the filter found nothing."""
    if not selected.debt_ids:
        raise BadInput("where: the filter finds no debt that owes anything, so there is nothing to pause")
    preview, asked = selected.as_json(), selected.asked
    with transaction.atomic():
        bulk = BulkPause.objects.create(
            where=asked.where,
            from_on=asked.from_on,
            to_on=asked.to_on,
            as_of=selected.as_of,
            debts=len(selected.debt_ids),
            fingerprint=selected.fingerprint,
            preview=preview,
            proposed_at=now,
            proposed_by=proposer,
        )
        rows = [BulkPauseDebt(bulk=bulk, debt_id=debt_id) for debt_id in selected.debt_ids]
        BulkPauseDebt.objects.bulk_create(rows, batch_size=5_000)
        bulk.proposal = _propose(KIND, bulk.pk, preview, proposer, now)
        bulk.save(update_fields=["proposal"])
        details = {"debts": bulk.debts, "fingerprint": bulk.fingerprint}
        audit.record(act="book.pause_proposed", subject=f"pause:{bulk.pk}", actor=proposer, at=now, details=details)
    return bulk


def propose_undo(bulk_id: int, proposer: str, now: datetime) -> UUID:
    """Propose to take a bulk pause back whole. Raises `BadInput` for one that was not applied."""
    bulk = BulkPause.objects.filter(pk=bulk_id).first()
    if bulk is None or bulk.state != BulkPause.State.APPLIED:
        state = f"it is {bulk.state}" if bulk else "there is none"
        raise BadInput(f"pause {bulk_id}: {state}, expected one that is applied")
    return _propose(UNDO_KIND, bulk.pk, bulk.preview, proposer, now)


def _propose(kind: str, bulk_id: int, preview: dict[str, Any], proposer: str, now: datetime) -> UUID:
    return propose_change.propose(
        kind=kind,
        subject=f"pause:{bulk_id}",
        value={"bulk": bulk_id, **preview},
        proposer=proposer,
        now=now,
        expires_at=now + OPEN_FOR,
    )
