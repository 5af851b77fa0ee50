"""No, or "I do not know this person": final at once. Nothing is asked in return, and nothing of the person is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct.actions.suppress import suppress
from kaopu.contacts import store
from kaopu.contacts.actions.judge_code import Confirmed, TypedCode, judge_code
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.actions.withdraw import withdraw
from kaopu.contacts.core.contact_state import Act, Standing, WhyNot
from kaopu.contacts.core.one_time_code import CodePurpose, Verdict
from kaopu.party import store as party
from kaopu.party.core.points import PointKind

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.models import Link


def refuse(contact_id: int, *, knows_borrower: bool = True, now: datetime) -> Standing | WhyNot:
    """End the invitation for ever. Undone within ten minutes by the same browser, else not at all."""
    act = Act.REFUSED if knows_borrower else Act.DID_NOT_KNOW
    return record_act(contact_id, act, actor=f"contact:{contact_id}", now=now)


def never_again(link: Link, code: TypedCode, *, now: datetime) -> Confirmed | Verdict:
    """Nobody shall name this number: kept as a keyed hash alone. Whoever it already is a contact of, it is no more."""
    confirmed = judge_code(link, CodePurpose.NEVER_AGAIN, code, now=now)
    if isinstance(confirmed, Verdict):
        return confirmed
    actor = f"contact:{link.contact_id}"
    with transaction.atomic():
        suppress("phone", confirmed.address, reason="asked-never-again", actor=actor, now=now)
        for person in {point.party_id for point in party.points_with(PointKind.PHONE, confirmed.address)}:
            for view in store.contacts_as(person, now):
                if view.agreed:
                    withdraw(view.id, actor=actor, now=now)
    return confirmed
