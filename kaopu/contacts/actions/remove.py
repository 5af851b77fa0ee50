"""The borrower takes a name back: the person is not a contact any more, and what was held of them goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts import links, store
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import Act, Standing, WhyNot
from kaopu.contacts.core.invitation import LinkKind
from kaopu.party.actions.withdraw_consent import withdraw_all

if TYPE_CHECKING:
    from datetime import datetime


def remove(contact_id: int, borrower_id: int, *, actor: str, now: datetime) -> Standing | WhyNot:
    """Remove one of a borrower's own contacts. `erase_ended` destroys what was held within a minute."""
    with transaction.atomic():
        row = store.lock(contact_id)
        if row is None or row.borrower_id != borrower_id:
            return WhyNot.NOT_FROM_HERE
        outcome = record_act(contact_id, Act.REMOVED, actor=actor, now=now)
        if isinstance(outcome, WhyNot):
            return outcome
        links.end_links(contact_id, now, *LinkKind)
        if row.party_id is not None and not any(each.agreed for each in store.contacts_as(row.party_id, now)):
            withdraw_all(row.party_id, actor=actor, now=now)
    return outcome
