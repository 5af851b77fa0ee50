"""Whether a number said "never again", to any borrower's invitation: asked before anything is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.conduct.actions.suppress import suppressed
from kaopu.contacts import store
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime


def said_never(kind: str, value: str, now: datetime) -> bool:
    """Suppressed for ever, or withdrawn so lately that it can still be undone."""
    if suppressed(kind, value) is not None:
        return True
    people = {point.party_id for point in party.points_with(kind, value, live_only=False)}
    return any(view.standing.said_no for person in people for view in store.contacts_as(person, now))
