"""Taken back with one tap: at once, for every borrower who named this person, on every channel.

Consents are withdrawn and points end in the same transaction, so no permit is issued and no number opened from then on.
Ten minutes later, when nothing can be undone any more, `erase_ended` suppresses the number for ever and destroys the
keys of what was held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct import store as conduct
from kaopu.contacts import store
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import UNDO_LASTS, Act, WhyNot
from kaopu.party import store as party
from kaopu.party.actions.end_point import end_point
from kaopu.party.actions.withdraw_consent import withdraw_all
from kaopu.party.core.points import EndReason

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Nobody is reached any more. `contacts`: every contact that this person was."""

    contacts: tuple[int, ...]
    undo_until: datetime


def withdraw(contact_id: int, *, actor: str, now: datetime) -> Withdrawn | WhyNot:
    """Withdraw the person behind a contact, whoever named them."""
    known = store.contact(contact_id, now)
    if known is None or known.party_id is None:
        return WhyNot.NOT_FROM_HERE
    # The lock under which permits of this person are judged and used: what is being sent ends first, or is not sent.
    with conduct.locked([f"person:party:{known.party_id}"]):
        return _withdraw(known.party_id, actor, now)


def _withdraw(party_id: int, actor: str, now: datetime) -> Withdrawn | WhyNot:
    with transaction.atomic():
        ended = [
            view.id
            for view in store.contacts_as(party_id, now)
            if view.agreed and not isinstance(record_act(view.id, Act.WITHDREW, actor=actor, now=now), WhyNot)
        ]
        if not ended:
            return WhyNot.NOT_FROM_HERE
        withdraw_all(party_id, actor=actor, now=now)
        for point in party.points(party_id):
            if point.ended_at is None:
                end_point(point.id, reason=EndReason.WITHDRAWN, actor=actor, now=now)
    return Withdrawn(tuple(ended), now + UNDO_LASTS)
