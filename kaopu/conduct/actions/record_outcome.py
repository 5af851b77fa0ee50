"""What became of an attempt, and who called by themselves."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct import store
from kaopu.conduct.models import NOT_SENT, OUTCOMES, Entry, Outcome
from kaopu.kernel import ids_only

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class Refusal(StrEnum):
    """Why an outcome was not recorded. The strings are public: add new ones, keep the old."""

    PERMIT_UNKNOWN = "permit_unknown"
    PERMIT_NOT_USED = "permit_not_used"
    OUTCOME_UNKNOWN = "outcome_unknown"
    WAS_SENT = "was_sent"  # an outcome is known, so it can't be said that nothing left


def record_outcome(permit_id: UUID, outcome: str, *, actor: str, now: datetime) -> Refusal | None:
    """Say what became of a used permit. The same outcome again changes nothing; the strongest told counts."""
    if outcome not in OUTCOMES:
        return Refusal.OUTCOME_UNKNOWN
    return _record(permit_id, outcome, actor, now)


def record_not_sent(permit_id: UUID, *, actor: str, now: datetime) -> Refusal | None:
    """Nothing left the house, for certain (the gateway refused before taking it): the attempt is not counted.

    Never for a time-out: then nobody knows, and the entry stays pending.
    """
    return _record(permit_id, NOT_SENT, actor, now)


def _record(permit_id: UUID, outcome: str, actor: str, now: datetime) -> Refusal | None:
    entry = Entry.objects.filter(permit_id=permit_id).select_related("permit__use").first()
    if entry is None:
        return Refusal.PERMIT_UNKNOWN
    if getattr(entry.permit, "use", None) is None:
        return Refusal.PERMIT_NOT_USED
    with store.locked(store.names_of(entry.person, entry.person, entry.number, entry.episode)):
        known = set(entry.outcomes.values_list("outcome", flat=True))
        if outcome == NOT_SENT and known:
            return Refusal.WAS_SENT
        if outcome not in known:
            Outcome.objects.create(entry=entry, outcome=outcome, at=now, recorded_at=now, by=actor)
    return None


def record_inbound(
    person: str, channel: str, number: str, *, now: datetime, role: str = "debtor", purpose: str = "service",
    episode: str = "", actor: str = "system",
) -> int:  # fmt: skip
    """The person called, wrote or came; the entry's number."""
    return _append(person, channel, number, "inbound", now, role=role, purpose=purpose, episode=episode, actor=actor)


def record_attempt_elsewhere(
    person: str, channel: str, number: str, outcome: str, *, now: datetime, at: datetime, role: str = "debtor",
    purpose: str = "collect", episode: str = "", caller: str = "human", actor: str = "import",
) -> int:  # fmt: skip
    """An attempt that another system made, before kaopu or beside it: it counts like our own."""
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome {outcome}: expected one of {', '.join(OUTCOMES)}")
    if at > now:
        raise ValueError(f"an attempt at {at:%Y-%m-%d %H:%M}, expected one in the past")
    return _append(
        person, channel, number, outcome, now, at=at, role=role, purpose=purpose, episode=episode, caller=caller,
        actor=actor,
    )  # fmt: skip


def _append(
    person: str, channel: str, number: str, outcome: str, now: datetime, *, role: str, purpose: str, episode: str,
    actor: str, at: datetime | None = None, caller: str = "human",
) -> int:  # fmt: skip
    ids_only.check({"person": person, "number": number, "episode": episode}, "history")
    with transaction.atomic(), store.locked(store.names_of(person, person, number, episode)):
        row = Entry.objects.create(
            at=at or now, person=person, role=role, channel=channel, number=number, purpose=purpose, caller=caller,
            episode=episode, outcome=outcome, permit=None, recorded_at=now, by=actor,
        )  # fmt: skip
    return row.pk
