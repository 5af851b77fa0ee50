"""A second, independent way confirmed, the same way confirmed again, or the way back to one's own page."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.contacts import links, store
from kaopu.contacts.actions.judge_code import Confirmed, TypedCode, judge_code
from kaopu.contacts.actions.record_act import record_act
from kaopu.contacts.core.contact_state import Act, State, WhyNot
from kaopu.contacts.core.invitation import LinkKind
from kaopu.contacts.core.one_time_code import CodePurpose, Verdict
from kaopu.party import store as party
from kaopu.party.actions.add_point import Refusal as PointRefusal
from kaopu.party.actions.add_point import add_point
from kaopu.party.core.points import PointKind, Source

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.core.contact_state import Standing
    from kaopu.contacts.models import Link


class Refusal(StrEnum):
    """Why a right code did not help."""

    SAME_WAY_AS_BEFORE = "same_way_as_before"
    NOT_THIS_PERSON = "not_this_person"


def verify(link: Link, kind: PointKind, code: TypedCode, *, now: datetime) -> Standing | Verdict | Refusal | WhyNot:
    """Confirm a second way: an e-mail address, or another number. What is the same as before proves nothing more."""
    confirmed = judge_code(link, CodePurpose.SECOND, code, now=now)
    if isinstance(confirmed, Verdict):
        return confirmed
    with transaction.atomic():
        row = store.lock(link.contact_id) if link.contact_id else None
        if row is None or row.party_id is None or not store.standing(row.pk).agreed:
            return WhyNot.NOT_FROM_HERE
        actor = f"contact:{row.pk}"
        added = add_point(row.party_id, kind, confirmed.address, Source.GIVEN_BY_SELF, actor=actor, now=now)
        if isinstance(added, PointRefusal):
            return Refusal.SAME_WAY_AS_BEFORE
        act = Act.VERIFIED if store.standing(row.pk).state == State.ACCEPTED else Act.RECHECKED
        codes: dict[str, object] = {"way": kind, "point": added, "code": str(confirmed.code_id)}
        return record_act(row.pk, act, actor=actor, now=now, details=codes)


def recheck(link: Link, code: TypedCode, *, now: datetime) -> Standing | Verdict | Refusal | WhyNot:
    """The number still reaches the person: asked again after half a year, or whenever they like."""
    confirmed = judge_code(link, CodePurpose.RECHECK, code, now=now)
    if isinstance(confirmed, Verdict):
        return confirmed
    point_id = _own_point(link, confirmed)
    if point_id is None or link.contact_id is None:
        return Refusal.NOT_THIS_PERSON
    codes: dict[str, object] = {"point": point_id, "code": str(confirmed.code_id)}
    return record_act(link.contact_id, Act.RECHECKED, actor=f"contact:{link.contact_id}", now=now, details=codes)


def enter(link: Link, code: TypedCode, *, now: datetime) -> str | Verdict | Refusal:
    """Back to one's own page from an invitation that was answered: the token of a fresh link, which ends the old."""
    confirmed = judge_code(link, CodePurpose.ENTER, code, now=now)
    if isinstance(confirmed, Verdict):
        return confirmed
    if _own_point(link, confirmed) is None or link.contact_id is None:
        return Refusal.NOT_THIS_PERSON
    with transaction.atomic():
        links.end_links(link.contact_id, now, LinkKind.OWN)
        return links.token(links.make_link(LinkKind.OWN, now, contact_id=link.contact_id))


def _own_point(link: Link, confirmed: Confirmed) -> int | None:
    person = link.contact.party_id if link.contact else None
    found = party.points_with(PointKind.PHONE, confirmed.address)
    return next((point.id for point in found if point.party_id == person), None)
