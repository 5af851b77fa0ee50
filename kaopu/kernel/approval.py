"""Four eyes: what a second person is asked, and the refusals. The acts are in `kaopu.kernel.actions`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kaopu.kernel import vault
from kaopu.kernel.core.approval import canonical
from kaopu.kernel.models import Approval

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

TABLE, COLUMN = "kernel_approval", "proposal_sealed"


class Refusal(StrEnum):
    """Why a proposal was not decided or used. The strings are public API: add new ones, keep the old."""

    NO_SUCH_PROPOSAL = "no_such_proposal"
    PROPOSER_CANNOT_DECIDE = "proposer_cannot_decide"
    ALREADY_DECIDED = "already_decided"
    EXPIRED = "expired"
    DIFFERS_FROM_WHAT_WAS_PROPOSED = "differs_from_what_was_proposed"
    NOT_APPROVED = "not_approved"
    ALREADY_USED = "already_used"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as the second person sees it. Agreeing means agreeing to `fingerprint`."""

    id: UUID
    kind: str
    subject: str
    value: Any
    fingerprint: str
    proposer: str
    proposed_at: datetime
    expires_at: datetime
    state: str


def sealed(proposal_id: UUID, value: Any) -> bytes:
    """The proposed value under the vault: it may hold personal data."""
    return vault.ring().seal(canonical(value), TABLE, COLUMN, proposal_id)


def read(proposal_id: UUID) -> Proposal | None:
    """One proposal with its value opened."""
    row = Approval.objects.filter(pk=proposal_id).first()
    return _as_proposal(row) if row else None


def waiting(now: datetime, kind: str | None = None) -> list[Proposal]:
    """Proposals that still may be decided, the oldest first."""
    rows = Approval.objects.filter(state="proposed", expires_at__gt=now).order_by("proposed_at", "id")
    return [_as_proposal(row) for row in (rows.filter(kind=kind) if kind else rows)]


def past(now: datetime, limit: int) -> list[Proposal]:
    """Proposals that were decided or ran out, the latest first."""
    rows = Approval.objects.exclude(state="proposed", expires_at__gt=now).order_by("-proposed_at", "-id")
    return [_as_proposal(row) for row in rows[:limit]]


def _as_proposal(row: Approval) -> Proposal:
    value = json.loads(vault.ring().open(row.proposal_sealed, TABLE, COLUMN, row.pk))
    return Proposal(
        id=row.pk,
        kind=row.kind,
        subject=row.subject,
        value=value,
        fingerprint=row.fingerprint,
        proposer=row.proposer,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        state=row.state,
    )
