"""Open a lost-contact episode, on the evidence that the rules name and nothing less."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct.lost_evidence import lost_evidence
from kaopu.contacts.episode_ways import PRODUCT, SEGMENT
from kaopu.contacts.models import Episode
from kaopu.kernel import audit, events, ids

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.lost_evidence import LostEvidence


class Why(StrEnum):
    """Why no episode was opened. The strings are public: add new ones, keep the old."""

    NOT_LOST = "not_lost"
    FACTS_UNKNOWN = "facts_unknown"
    ALREADY_OPEN = "already_open"


@dataclass(frozen=True, slots=True)
class NotOpened:
    """`evidence`: what each rule said; the refusing ones are what is missing."""

    why: Why
    evidence: LostEvidence


def open_episode(borrower_id: int, *, actor: str, now: datetime) -> Episode | NotOpened:
    """One open episode a borrower at most. Audited; emits contacts.episode_opened."""
    evidence = lost_evidence(f"party:{borrower_id}", product=PRODUCT, segment=SEGMENT, now=now)
    if not evidence.lost:
        return NotOpened(Why.FACTS_UNKNOWN if evidence.unknown else Why.NOT_LOST, evidence)
    with transaction.atomic():
        row, made = Episode.objects.get_or_create(
            borrower_id=borrower_id, closed_at=None,
            defaults={
                "id": ids.new_id(now), "opened_at": now, "opened_by": actor,
                "evidence": [[rule.id, rule.verdict, rule.why] for rule in evidence.rules],
                "days_past_due": int(evidence.debtor.get("days_past_due", 0)),
            },
        )  # fmt: skip
        if not made:
            return NotOpened(Why.ALREADY_OPEN, evidence)
        audit.record(act="contacts.episode_opened", subject=f"party:{borrower_id}", actor=actor, at=now)
        events.emit("contacts.episode_opened", {"episode": str(row.pk), "borrower": borrower_id}, now)
    return row
