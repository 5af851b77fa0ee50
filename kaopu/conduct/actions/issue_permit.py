"""Ask to reach a person: a permit for 15 minutes, or the rules that refuse. Of two who want the last one, one wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kaopu.conduct import judging, store
from kaopu.conduct.models import Entry, Permit
from kaopu.kernel import ids, ids_only

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kaopu.conduct.core.ask import Ask
    from kaopu.conduct.judging import Judged, RuleSaid
    from kaopu.conduct.models import Judgement

LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class IssuedPermit:
    """Leave to reach this person once, before `lapses_at`, revealing no more than `disclosure`."""

    permit_id: UUID
    judgement_id: UUID
    disclosure: str
    rules: tuple[RuleSaid, ...]
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and by which rules. `rules` holds all that were consulted."""

    judgement_id: UUID | None
    rules: tuple[RuleSaid, ...]

    @property
    def refused_by(self) -> tuple[str, ...]:
        """The rules that refuse."""
        return tuple(rule.id for rule in self.rules if rule.verdict == "refuse")

    def __str__(self) -> str:
        return ", ".join(f"{rule.id}: {rule.why}" for rule in self.rules if rule.verdict == "refuse")


def issue_permit(ask: Ask, *, actor: str, now: datetime, reference: str = "") -> IssuedPermit | Refused:
    """Judge under the locks of person, debtor, number and episode; permit and pending entry are one transaction.

    `reference` is a code of the caller ("send:…") under which the permit is found again after a crash.
    """
    ids_only.check({"person": ask.person, "debtor": ask.debtor, "number": ask.number, "reference": reference}, "permit")
    episode = judging.episode_of(ask, now)
    with store.locked(store.names_of(ask.person, ask.debtor, ask.number, episode)):
        judged = judging.judge(ask, now, episode)
        row = judging.write_down(ask, judged, moment="issue", actor=actor, now=now, reference=reference)
        if not judged.allowed:
            return Refused(row.pk, judged.rules)
        return _issue(ask, judged, row)


def _issue(ask: Ask, judged: Judged, row: Judgement) -> IssuedPermit:
    now = row.at
    permit = Permit.objects.create(
        id=ids.new_id(now), judgement=row, issued_at=now, lapses_at=now + LASTS, reference=row.reference
    )
    Entry.objects.create(
        at=now, person=ask.person, role=ask.role, channel=ask.channel, number=ask.number, purpose=ask.purpose,
        caller=ask.caller, episode=judged.episode, outcome="pending", permit=permit, recorded_at=now, by=row.actor,
    )  # fmt: skip
    return IssuedPermit(permit.pk, row.pk, judged.disclosure, judged.rules, permit.lapses_at)
