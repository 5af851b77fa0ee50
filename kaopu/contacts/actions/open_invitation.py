"""The person opened the page. Told by a browser's own navigation, so that a preview of the link counts for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.contacts import store
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import Act, State

if TYPE_CHECKING:
    from datetime import datetime


def open_invitation(contact_id: int, *, now: datetime) -> None:
    """Record the first opening; another one changes nothing."""
    if store.standing(contact_id).state == State.INVITED:
        record_act(contact_id, Act.OPENED, actor=f"contact:{contact_id}", now=now)
