"""Carry out what two people agreed to: once, and exactly that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.kernel.approval import Refusal
from kaopu.kernel.core.approval import fingerprint
from kaopu.kernel.models import Approval

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def use(proposal_id: UUID, *, kind: str, value: Any, now: datetime) -> Refusal | None:
    """Spend an approval for `value`, in the transaction of the act it allows; a refusal spends nothing."""
    with transaction.atomic():
        row = Approval.objects.select_for_update().filter(pk=proposal_id, kind=kind).first()
        if row is None:
            return Refusal.NO_SUCH_PROPOSAL
        if row.state != "approved":
            return Refusal.NOT_APPROVED
        if row.used_at is not None:
            return Refusal.ALREADY_USED
        if row.expires_at <= now:
            return Refusal.EXPIRED
        if row.fingerprint != fingerprint(value):
            return Refusal.DIFFERS_FROM_WHAT_WAS_PROPOSED
        row.used_at = now
        row.save(update_fields=["used_at"])
    return None
