"""Ask for a second pair of eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.kernel import approval, audit, ids
from kaopu.kernel.core.approval import fingerprint
from kaopu.kernel.models import Approval

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def propose(*, kind: str, subject: str, value: Any, proposer: str, now: datetime, expires_at: datetime) -> UUID:
    """Record a proposal; its id. `value` is JSON-plain; another actor agrees to exactly this value or not at all."""
    if expires_at <= now:
        raise ValueError("a proposal must expire after it is made")
    proposal_id = ids.new_id(now)
    with transaction.atomic():
        Approval.objects.create(
            id=proposal_id,
            kind=kind,
            subject=subject,
            fingerprint=fingerprint(value),
            proposal_sealed=approval.sealed(proposal_id, value),
            proposer=proposer,
            proposed_at=now,
            expires_at=expires_at,
        )
        audit.record(
            act="approval.proposed",
            subject=f"approval:{proposal_id}",
            actor=proposer,
            at=now,
            details={"kind": kind, "about": subject, "fingerprint": fingerprint(value)},
        )
    return proposal_id
