"""What permits must know of who owes: the facts that `conduct` reads as `debtor`, and as `person` of an obligor.

Days past due are replayed from the book at the instant of the ask, never read from a list of last night. What no room
of this house records yet (a representative, an arrangement beside the schedule, a complaint of the borrower's) is told
by the rooms that will; until then a debtor who has neither is what the facts say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kaopu.book import store as book
from kaopu.book.models import Debt
from kaopu.contacts.core.consent_windows import Granted, whole
from kaopu.contacts.lender import MAINLAND_TIME
from kaopu.party import store as party
from kaopu.party.core.points import Source
from kaopu.revolving import store as revolving
from kaopu.revolving.models import RevolvingAccount

if TYPE_CHECKING:
    from datetime import date, datetime

    from kaopu.conduct.core.ask import Ask
    from kaopu.party.core.facts import PersonFacts
    from kaopu.party.core.points import PointView

OBLIGORS = ("debtor", "guarantor")
POINT_KINDS = {"voice": "phone", "sms": "phone", "email": "email", "app": "app", "visit": "address"}
# Only mainland mobiles tell where their day is: the mainland has one legal time. Nobody else's is guessed.
MAINLAND = ("mobile", "virtual", "data", "satellite")


def debtor_facts(ask: Ask, now: datetime) -> dict[str, Any] | None:
    """The `debtor` of an ask; None for somebody whom the party register does not know."""
    party_id = party_of(ask.debtor)
    if party_id is None or party_id not in party.masked([party_id]):
        return None
    known = party.person_facts(party_id)
    timezone = timezone_of(party_id, known)
    today = now.astimezone(ZoneInfo(timezone or MAINLAND_TIME)).date()
    facts: dict[str, Any] = {
        "dead": known.dead_since is not None and known.dead_since <= today,
        "incapacitated": known.incapacitated_since is not None and known.incapacitated_since <= today,
        **_book_facts(party_id, now),
        "complaint_open": False,
        "represented": False,
        "arrangement_kept": False,
    }
    return facts if timezone is None else {**facts, "timezone": timezone}


def obligor_facts(ask: Ask, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 - every source is asked so
    """The `person` of an ask to a debtor or guarantor; None where the number is no live one of theirs."""
    party_id = party_of(ask.person) if ask.role in OBLIGORS else None
    point = live_point(ask, party_id) if party_id is not None else None
    if party_id is None or point is None:
        return None
    timezone = timezone_of(party_id, party.person_facts(party_id))
    given = [Granted(each.channel, each.granted_at, each.withdrawn_at) for each in party.consents(party_id)]
    facts: dict[str, Any] = {
        "opted_in": False,
        "refused_at": None,
        "consents": whole(given),
        "agreed_hours": None,
        "identity_factors": 0,
        "offer_to_pay_at": None,
        # What a debtor leaves themselves is "left by the debtor" in the words of the six lawful sources.
        "source": str(Source.RESERVED_BY_DEBTOR) if point.source == Source.GIVEN_BY_SELF else point.source,
    }
    return facts if timezone is None else {**facts, "timezone": timezone}


def owed_nothing_between(party_id: int, first: date, last: date) -> bool:
    """Whether nothing of the book was owed on either day, and nothing lent between; a credit line is never over."""
    from kaopu.book.core.position import position  # as below

    debts = list(Debt.objects.filter(party_id=party_id))
    if any(debt.disbursed_on > first for debt in debts) or RevolvingAccount.objects.filter(party_id=party_id).exists():
        return False
    found = [position(history, day) for history in book.histories(debts) for day in (first, last)]
    return all(each.is_settled or each.is_transferred for each in found)


def live_point(ask: Ask, party_id: int) -> PointView | None:
    """The point of the ask, if it is a live one of this party and of the kind that the channel needs."""
    kind, _, number = ask.number.partition(":")
    point = party.point(int(number)) if kind == "point" and number.isdecimal() else None
    if point is None or point.party_id != party_id or point.ended_at is not None:
        return None
    return point if point.kind == POINT_KINDS.get(ask.channel) else None


def timezone_of(party_id: int, known: PersonFacts) -> str | None:
    """Where their day is: as they told, else the mainland's where they have a mainland mobile; None: nobody knows."""
    if known.timezone is not None:
        return known.timezone
    phones = [point for point in party.points(party_id) if point.kind == "phone" and point.ended_at is None]
    return MAINLAND_TIME if any(point.carrier_type in MAINLAND for point in phones) else None


def party_of(text: str) -> int | None:
    """The party behind "party:12"."""
    kind, _, number = text.partition(":")
    return int(number) if kind == "party" and number.isdecimal() else None


def _book_facts(party_id: int, now: datetime) -> dict[str, Any]:
    from kaopu.book.core.position import position  # compiles a kernel: not at the start of every command

    day = now.astimezone(ZoneInfo(MAINLAND_TIME)).date()  # the book's calendar
    found = [position(history, day) for history in book.histories(Debt.objects.filter(party_id=party_id))]
    owed = [each for each in found if each.exists and not each.is_settled and not each.is_transferred]
    accounts = revolving.histories(RevolvingAccount.objects.filter(party_id=party_id))
    late = [each.days_past_due for each in owed] + [revolving.cached(known, day).days_past_due for known in accounts]
    return {
        "days_past_due": max(late, default=0),
        "disputed": any(each.is_in_dispute for each in owed),
    }
