"""The second person's yes to a bulk pause or to its undoing. What follows is carried out by `carry_out_pause`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.book.actions.pause_selection import PauseAsked, list_fingerprint
from kaopu.book.actions.propose_pause import KIND, UNDO_KIND
from kaopu.book.models import BulkPause, BulkPauseDebt
from kaopu.kernel import approval
from kaopu.kernel.actions import decide_proposal
from kaopu.kernel.actions.use_approval import use
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.kernel.approval import Proposal, Refusal

State = BulkPause.State


def begin(bulk_id: int, approver: str, now: datetime, *, undo: bool) -> None:
    """Note the agreement, in its transaction. Raises `BadInput` where the pause is no longer what was proposed."""
    bulk = BulkPause.objects.select_for_update().filter(pk=bulk_id).first()
    if bulk is None or bulk.state != (State.APPLIED if undo else State.PROPOSED):
        raise BadInput(f"pause {bulk_id}: expected one that is {'applied' if undo else 'proposed'}")
    listed = BulkPauseDebt.objects.filter(bulk=bulk).values_list("debt_id", flat=True)
    if list_fingerprint(PauseAsked(bulk.where, bulk.from_on, bulk.to_on), listed) != bulk.fingerprint:
        raise BadInput(f"pause {bulk_id}: its list is not the one that was proposed, so nobody agreed to it")
    if undo:
        bulk.state, bulk.undo_agreed_by, bulk.undo_agreed_at = State.UNDOING, approver, now
    else:
        bulk.state, bulk.agreed_by, bulk.agreed_at = State.APPLYING, approver, now
    bulk.save()


def waiting_for(bulk_id: int, now: datetime) -> Proposal | None:
    """The proposal about this pause that somebody may decide; the one to pause, else the one to undo."""
    for kind in (KIND, UNDO_KIND):
        for proposal in approval.waiting(now, kind):
            if proposal.value["bulk"] == bulk_id:
                return proposal
    return None


def agree_pause(proposal: Proposal, approver: str, now: datetime) -> Refusal | None:
    """Decide, spend the approval and note it, all or nothing: of two who agree at once, one wins."""
    with transaction.atomic():
        refusal = decide_proposal.approve(
            proposal.id, approver=approver, fingerprint=proposal.fingerprint, now=now
        ) or use(proposal.id, kind=proposal.kind, value=proposal.value, now=now)
        if refusal:
            transaction.set_rollback(True)
            return refusal
        begin(proposal.value["bulk"], approver, now, undo=proposal.kind == UNDO_KIND)
    return None
