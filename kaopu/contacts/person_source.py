"""What permits must know of a contact, fresh at every ask: the facts that `conduct` reads as `person`.

Nobody who is not a contact of this very borrower, and no number that is not theirs, gets an answer: then nobody knows
the person, and the permit is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.contacts import store
from kaopu.contacts.core.consent_windows import Granted, windows
from kaopu.contacts.core.held_data import WINDOWS, Hours
from kaopu.contacts.obligor_source import POINT_KINDS, party_of
from kaopu.contacts.promise import PURPOSE
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.core.ask import Ask
    from kaopu.contacts.store import ContactView


def contact_facts(ask: Ask, now: datetime) -> dict[str, Any] | None:
    """The `person` of an ask whose role is contact; None where this room does not know them as one."""
    if ask.role != "contact":
        return None
    person, debtor = party_of(ask.person), party_of(ask.debtor)
    view = store.contact_between(person, debtor, now) if person is not None and debtor is not None else None
    if view is None or view.party_id is None or not _is_theirs(ask, view.party_id):
        return None
    if view.standing.said_no:
        # Refused where a rule of the rulebook says so; where none would, nobody knows the person any more.
        return _facts(view, now) if ask.profile == "strict" or "CN" in ask.jurisdictions else None
    return _facts(view, now) if view.agreed else None


def _facts(view: ContactView, now: datetime) -> dict[str, Any]:
    known = party.person_facts(view.party_id or 0)
    offered_at = store.offered_at(view.id)
    facts: dict[str, Any] = {
        "opted_in": view.agreed,
        "refused_at": view.standing.since.isoformat() if view.standing.said_no and view.standing.since else None,
        "consents": _consents(view, known.timezone, now) if view.agreed and known.timezone else [],
        "agreed_hours": None,
        "identity_factors": 0,
        "offer_to_pay_at": offered_at.isoformat() if offered_at and view.agreed else None,
        "source": view.provenance,
    }
    return facts if known.timezone is None else {**facts, "timezone": known.timezone}


def _consents(view: ContactView, timezone: str, now: datetime) -> list[dict[str, str | None]]:
    chosen = store.choices(view.id)
    hours = chosen[0].window if chosen else WINDOWS[Hours.DAY]
    given = [each for each in party.consents(view.party_id or 0) if each.purpose == PURPOSE]
    granted = [Granted(each.channel, each.granted_at, each.withdrawn_at) for each in given]
    return windows(granted, hours, timezone, now)


def _is_theirs(ask: Ask, party_id: int) -> bool:
    """Whether the number of the ask is a live point of this person, of the kind that its channel needs."""
    kind, _, number = ask.number.partition(":")
    point = party.point(int(number)) if kind == "point" and number.isdecimal() else None
    if point is None or point.party_id != party_id or point.kind != POINT_KINDS.get(ask.channel):
        return False
    # An ended point still answers for someone who said no: the refusal should name their word, not a missing fact.
    return point.ended_at is None or any(each.standing.said_no for each in store.contacts_as(party_id, point.ended_at))
