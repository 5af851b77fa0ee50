"""Ninety days after a borrower's last debt is over their contacts are let go (X-DEF-18): nobody is to be found.

PIPL 47: what was collected for a purpose goes when the purpose is reached. Whoever never borrowed counts from the day
on which they named somebody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from kaopu.contacts import store
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import LIVE, Act, State, WhyNot
from kaopu.contacts.lender import MAINLAND_TIME
from kaopu.contacts.obligor_source import owed_nothing_between
from kaopu.party.actions.withdraw_consent import withdraw_all

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.store import ContactView

KEPT = timedelta(days=90)
ACTOR = "job:contacts"


def close_contacts(now: datetime) -> int:
    """Close them; how many. `erase_ended` destroys what was held within a minute. Safe to run again."""
    today = now.astimezone(ZoneInfo(MAINLAND_TIME)).date()
    closed = 0
    for borrower_id in store.borrowers_with_contacts():
        if owed_nothing_between(borrower_id, today - KEPT, today):
            closed += sum(_close(view, now) for view in store.contacts_of(borrower_id, now))
    return closed


def _close(view: ContactView, now: datetime) -> bool:
    if view.nominated_at > now - KEPT or view.standing.state not in LIVE | {State.EXPIRED}:
        return False
    with transaction.atomic():
        if isinstance(record_act(view.id, Act.CLOSED, actor=ACTOR, now=now), WhyNot):
            return False
        if view.party_id is not None and not any(each.agreed for each in store.contacts_as(view.party_id, now)):
            withdraw_all(view.party_id, actor=ACTOR, now=now)
    return True
