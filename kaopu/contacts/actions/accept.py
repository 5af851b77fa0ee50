"""The person agreed, on their own device: from here on, and not before, something of them is held."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.conduct import store as conduct
from kaopu.contacts import links, store
from kaopu.contacts.actions.change_choices import write_choices
from kaopu.contacts.actions.judge_code import Confirmed, TypedCode, judge_code
from kaopu.contacts.actions.open_invitation import open_invitation
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import Act, State, WhyNot
from kaopu.contacts.core.invitation import LinkKind, LinkState
from kaopu.contacts.core.one_time_code import CodePurpose, Verdict
from kaopu.contacts.lender import MAINLAND_TIME
from kaopu.contacts.models import Contact
from kaopu.party import store as party
from kaopu.party.actions.add_point import Refusal as PointRefusal
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.create_party import create_party
from kaopu.party.actions.record_fact import record_fact
from kaopu.party.core.facts import FactKind
from kaopu.party.core.party import NewParty
from kaopu.party.core.points import PointKind, Source

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.core.held_data import Choices
    from kaopu.contacts.models import Link


class Refusal(StrEnum):
    """Why an agreement was not recorded, beside a wrong code."""

    LINK_DOES_NOT_OPEN = "link_does_not_open"
    AGREED_ALREADY = "agreed_already"


@dataclass(frozen=True, slots=True)
class Accepted:
    """An emergency contact who agreed. `own_token` opens their own page."""

    contact_id: int
    party_id: int
    own_token: str


def accept(
    link: Link, code: TypedCode, choices: Choices, *, now: datetime, same_device: bool = False
) -> Accepted | Verdict | Refusal:
    """Record the agreement. `same_device`: the borrower's own page was used in this browser, which trust must know."""
    if links.state(link, now) != LinkState.OPEN or link.contact_id is None:
        return Refusal.LINK_DOES_NOT_OPEN
    confirmed = judge_code(link, CodePurpose.ACCEPT, code, now=now)
    if isinstance(confirmed, Verdict):
        return confirmed
    open_invitation(link.contact_id, now=now)
    # One number is one person, however many answer at the same moment.
    with conduct.locked([f"contact-point:{conduct.suppression_index('phone', confirmed.address).hex()}"]):
        return _agree(link, confirmed, choices, now, same_device=same_device)


def _agree(
    link: Link, confirmed: Confirmed, choices: Choices, now: datetime, *, same_device: bool
) -> Accepted | Refusal:
    row = store.lock(link.contact_id)
    if row is None or row.party_id is not None or store.standing(row.pk).state != State.OPENED:
        return Refusal.LINK_DOES_NOT_OPEN
    actor = f"contact:{row.pk}"
    person = _person_behind(confirmed.address)
    if person is not None and Contact.objects.filter(borrower_id=row.borrower_id, party_id=person).exists():
        return Refusal.AGREED_ALREADY
    row.party_id = person or create_party(NewParty(source="contact"), actor=actor, now=now)
    row.save(update_fields=["party_id"])
    _hold(row.party_id, confirmed.address, choices, actor, now)
    write_choices(row, choices, proof=f"code:{confirmed.code_id}", actor=actor, now=now)
    outcome = record_act(row.pk, Act.ACCEPTED, actor=actor, now=now,
                         details={"code": str(confirmed.code_id), "same_device": same_device})  # fmt: skip
    if isinstance(outcome, WhyNot):
        raise TypeError(f"contact {row.pk}: {outcome} after its state was read under the lock")
    link.used_at = now
    link.save(update_fields=["used_at"])
    own = links.make_link(LinkKind.OWN, now, contact_id=row.pk)
    return Accepted(row.pk, row.party_id, links.token(own))


def _person_behind(number: str) -> int | None:
    """The party that this number already is, if it is a contact of somebody: one person, one count of attempts."""
    people = [point.party_id for point in party.points_with(PointKind.PHONE, number)]
    return Contact.objects.filter(party_id__in=people).values_list("party_id", flat=True).first()


def _hold(party_id: int, number: str, choices: Choices, actor: str, now: datetime) -> None:
    with transaction.atomic():
        added = add_point(party_id, PointKind.PHONE, number, Source.GIVEN_BY_SELF, actor=actor, now=now)
        if isinstance(added, PointRefusal) and added != PointRefusal.ALREADY_THERE:
            raise TypeError(f"party {party_id}: {added}")
        record_fact(party_id, FactKind.TIMEZONE, MAINLAND_TIME, actor=actor, now=now)
        record_fact(
            party_id, FactKind.LANGUAGE, "zh-Hans" if choices.language == "zh-hans" else "en", actor=actor, now=now
        )
