"""Write down what was done or heard in an open episode, and end it where that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts.actions.close_episode import close_episode
from kaopu.contacts.core.episode import End, Step
from kaopu.contacts.models import Episode, EpisodeStep

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def note_step(
    episode_id: UUID, step: Step, *, actor: str, now: datetime, person: int | None = None, message: UUID | None = None,
    details: dict[str, object] | None = None,
) -> bool:  # fmt: skip
    """Append a step; False where the episode is closed or this message has the step already."""
    with transaction.atomic():
        row = Episode.objects.select_for_update(no_key=True).filter(pk=episode_id, closed_at=None).first()
        if row is None or (message is not None and row.steps.filter(message=message, step=step).exists()):
            return False
        EpisodeStep.objects.create(
            episode=row, step=step, person_id=person, message=message, at=now, by=actor, details=details or {}
        )
        if step is Step.HARD_TIMES:
            close_episode(row.pk, End.CARE, actor=actor, now=now)
    return True
