"""One act in the life of a contact: judged, appended, audited and told, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts import store
from kaopu.contacts.core.contact_state import Act, WhyNot, after
from kaopu.kernel import audit, events

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.core.contact_state import Standing

TOLD_AS = {Act.WITHDREW: "withdrawn"}  # events are named for what a contact then is


def record_act(
    contact_id: int, act: Act, *, actor: str, now: datetime, details: dict[str, object] | None = None
) -> Standing | WhyNot:
    """Where the contact stands after `act`, or why it was not possible. `details`: codes and flags only."""
    with transaction.atomic():
        row = store.lock(contact_id)
        if row is None:
            return WhyNot.NOT_FROM_HERE
        before = store.standing(contact_id)
        outcome = after(before, act, now)
        if isinstance(outcome, WhyNot):
            return outcome
        codes = details or {}
        store.append(row, before, outcome, act, by=actor, at=now, details=codes)
        audit.record(act=f"contact.{act}", subject=f"contact:{contact_id}", actor=actor, at=now, details=codes)
        told: dict[str, object] = {"contact": contact_id, "borrower": row.borrower_id, "party": row.party_id}
        events.emit(f"contact.{TOLD_AS.get(act, act)}", told, now)
        return outcome
