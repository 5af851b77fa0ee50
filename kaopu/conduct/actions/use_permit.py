"""Use a permit: judged again on fresh facts at the moment of sending, once only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kaopu.conduct import judging, store
from kaopu.conduct.actions.issue_permit import Refused
from kaopu.conduct.judging import RuleSaid
from kaopu.conduct.models import PermitUse
from kaopu.kernel import audit

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kaopu.conduct.core.ask import Ask


class NotUsable(StrEnum):
    """Why a permit was not judged at all. They stand where a rule's id would."""

    UNKNOWN = "PERMIT-UNKNOWN"
    USED = "PERMIT-USED"
    LAPSED = "PERMIT-LAPSED"


@dataclass(frozen=True, slots=True)
class UsedPermit:
    """Send now, to this number, revealing no more than `disclosure`. There is no second time."""

    permit_id: UUID
    ask: Ask
    episode: str
    disclosure: str


def use_permit(permit_id: UUID, *, now: datetime, actor: str = "system") -> UsedPermit | Refused:
    """Spend a permit. A consent withdrawn since it was issued, or anything else that a rule reads, refuses here.

    A refusal spends nothing: the permit may be tried again until it lapses, and is judged again then.
    """
    view = store.permit_view(permit_id)
    if view is None:
        return _not_usable(NotUsable.UNKNOWN)
    ask = view.ask
    with store.locked(store.names_of(ask.person, ask.debtor, ask.number, view.episode)):
        if PermitUse.objects.filter(permit_id=permit_id).exists():
            return _not_usable(NotUsable.USED)
        if now >= view.lapses_at:
            return _not_usable(NotUsable.LAPSED)
        judged = judging.judge(ask, now, view.episode, own_permit=permit_id)
        row = judging.write_down(ask, judged, moment="use", actor=actor, now=now, reference=str(permit_id))
        if not judged.allowed:
            return Refused(row.pk, judged.rules)
        PermitUse.objects.create(permit_id=permit_id, judgement=row, at=now)
        audit.record(
            act="conduct.permit_used", subject=f"permit:{permit_id}", actor=actor, at=now,
            details={"person": ask.person, "purpose": ask.purpose, "channel": ask.channel, "judgement": str(row.pk)},
        )  # fmt: skip
    return UsedPermit(permit_id, ask, view.episode, judged.disclosure)


def _not_usable(why: NotUsable) -> Refused:
    words = {
        NotUsable.UNKNOWN: "there is no such permit",
        NotUsable.USED: "it was used already; a permit is used once",
        NotUsable.LAPSED: "it was not used within 15 minutes",
    }
    return Refused(None, (RuleSaid(why.value, "refuse", words[why]),))
