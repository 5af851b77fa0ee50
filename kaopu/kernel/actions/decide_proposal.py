"""The second pair of eyes: agree to a proposal or turn it down. Of two who decide at once, one wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import audit
from kaopu.kernel.approval import Refusal
from kaopu.kernel.models import Approval

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def approve(proposal_id: UUID, *, approver: str, fingerprint: str, now: datetime) -> Refusal | None:
    """Agree to what `fingerprint` names: the one shown to the approver, so that nothing else can be slipped in."""
    return _decide(proposal_id, "approved", decider=approver, fingerprint=fingerprint, now=now)


def reject(proposal_id: UUID, *, approver: str, fingerprint: str, now: datetime, reason: str = "") -> Refusal | None:
    """Turn a proposal down. `reason` is a code, no free text."""
    return _decide(proposal_id, "rejected", decider=approver, fingerprint=fingerprint, now=now, reason=reason)


def _decide(
    proposal_id: UUID, state: str, *, decider: str, fingerprint: str, now: datetime, reason: str = ""
) -> Refusal | None:
    with transaction.atomic():
        row = Approval.objects.select_for_update().filter(pk=proposal_id).first()  # row lock until commit
        refusal = _why_not(row, decider, fingerprint, now)
        if refusal or row is None:
            return refusal
        row.state, row.decider, row.decided_at, row.reason = state, decider, now, reason
        row.save()
        audit.record(
            act=f"approval.{state}",
            subject=f"approval:{proposal_id}",
            actor=decider,
            at=now,
            details={"kind": row.kind, "about": row.subject, "fingerprint": fingerprint, "reason": reason},
        )
    return None


def _why_not(row: Approval | None, decider: str, fingerprint: str, now: datetime) -> Refusal | None:
    if row is None:
        return Refusal.NO_SUCH_PROPOSAL
    if row.state == "expired" or (row.state == "proposed" and row.expires_at <= now):
        return Refusal.EXPIRED
    if row.state != "proposed":
        return Refusal.ALREADY_DECIDED
    if not decider or decider == row.proposer:
        return Refusal.PROPOSER_CANNOT_DECIDE
    if fingerprint != row.fingerprint:
        return Refusal.DIFFERS_FROM_WHAT_WAS_PROPOSED
    return None
