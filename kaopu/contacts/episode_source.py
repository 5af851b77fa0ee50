"""The facts that `conduct` reads as `episode`: the open one of this debtor, if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.contacts.models import Episode
from kaopu.contacts.obligor_source import party_of

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.core.ask import Ask


def open_episode_facts(ask: Ask, now: datetime) -> dict[str, Any] | None:
    """Id and opening of the episode that is open at `now`; None where there is none."""
    debtor = party_of(ask.debtor)
    row = (
        None
        if debtor is None
        else Episode.objects.filter(borrower_id=debtor, closed_at=None, opened_at__lte=now).first()
    )
    return None if row is None else {"id": str(row.pk), "opened_at": row.opened_at.isoformat()}
