"""Two parties are one person: proposed by one of the staff, agreed by another, and undone by either."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.kernel import approval, audit, events
from kaopu.kernel.actions import use_approval
from kaopu.kernel.actions.propose_change import propose
from kaopu.party.models import Merge, MergeUndone, Party
from kaopu.party.store import linkage_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from kaopu.party.core.person_match import Reason

KIND = "party.merge"
DAYS_TO_DECIDE = timedelta(days=14)


class Refusal(StrEnum):
    """Why nothing was proposed, merged or undone."""

    NO_SUCH_PARTY = "no_such_party"
    PARTY_IS_ERASED = "party_is_erased"
    SAME_PARTY = "same_party"
    OF_DIFFERENT_KINDS = "of_different_kinds"
    MERGED_ALREADY = "merged_already"
    NO_SUCH_MERGE = "no_such_merge"
    UNDONE_ALREADY = "undone_already"


def propose_merge(
    kept: int, absorbed: int, *, probability: float, reasons: Sequence[Reason], actor: str, now: datetime
) -> UUID | Refusal:
    """Ask a second person to agree that `absorbed` is the person `kept`; the id of the proposal."""
    with transaction.atomic():
        refusal = _why_not(kept, absorbed)
        if refusal is not None:
            return refusal
        value = {
            "kept": kept, "absorbed": absorbed, "probability": round(probability, 6),
            "reasons": [{"field": each.field, "word": each.word, "bits": round(each.weight, 2)} for each in reasons],
        }  # fmt: skip
        return propose(
            kind=KIND,
            subject=f"party:{absorbed}",
            value=value,
            proposer=actor,
            now=now,
            expires_at=now + DAYS_TO_DECIDE,
        )


def merge_parties(
    proposal: UUID, value: Mapping[str, Any], *, proposer: str, agreed_by: str, now: datetime
) -> Merge | Refusal | approval.Refusal:
    """Merge what was proposed and approved; spends the approval."""
    with transaction.atomic():
        refusal = _why_not(value["kept"], value["absorbed"])
        if refusal is not None:
            return refusal
        spent = use_approval.use(proposal, kind=KIND, value=value, now=now)
        if spent is not None:
            return spent
        merge = Merge.objects.create(
            kept_id=value["kept"], absorbed_id=value["absorbed"], probability=value["probability"],
            reasons=value["reasons"], merged_at=now, proposed_by=proposer, agreed_by=agreed_by,
        )  # fmt: skip
        details: dict[str, object] = {"kept": merge.kept_id, "proposer": proposer}
        audit.record(act="party.merged", subject=f"party:{merge.absorbed_id}", actor=agreed_by, at=now, details=details)
        events.emit("party.merged", {"kept": merge.kept_id, "absorbed": merge.absorbed_id}, now)
    return merge


def undo_merge(merge_id: int, *, why: str, actor: str, now: datetime) -> MergeUndone | Refusal:
    """Let both stand for themselves again. Nothing was rewritten by the merge, so nothing has to be put back."""
    with transaction.atomic():
        merge = Merge.objects.select_for_update(of=("self",)).filter(pk=merge_id).first()
        if merge is None:
            return Refusal.NO_SUCH_MERGE
        if MergeUndone.objects.filter(merge=merge).exists():
            return Refusal.UNDONE_ALREADY
        undone = MergeUndone.objects.create(merge=merge, why=why[:120], undone_at=now, undone_by=actor)
        audit.record(act="party.merge_undone", subject=f"party:{merge.absorbed_id}", actor=actor, at=now)
        events.emit("party.merge_undone", {"kept": merge.kept_id, "absorbed": merge.absorbed_id}, now)
    return undone


def _why_not(kept: int, absorbed: int) -> Refusal | None:
    """Both rows are locked in the order of their ids, so that two merges of one party come after each other."""
    if kept == absorbed:
        return Refusal.SAME_PARTY
    rows = {row.pk: row for row in Party.objects.select_for_update().filter(pk__in=(kept, absorbed)).order_by("pk")}
    if len(rows) < 2:
        return Refusal.NO_SUCH_PARTY
    if any(row.erased_at is not None for row in rows.values()):
        return Refusal.PARTY_IS_ERASED
    if rows[kept].kind != rows[absorbed].kind:
        return Refusal.OF_DIFFERENT_KINDS
    # Neither a second parent nor a ring: the one absorbed stands for itself, and is not what `kept` stands under.
    if linkage_rows.surviving(absorbed) != absorbed or linkage_rows.surviving(kept) == absorbed:
        return Refusal.MERGED_ALREADY
    return None
