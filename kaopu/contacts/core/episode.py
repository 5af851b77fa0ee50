"""A lost-contact episode: from the evidence that opens it to the person found, and what may come between.

Own points before contacts, a contact only for whereabouts or to pass a message on, care before everything. Which step
is next is a policy's to say (`kaopu/contacts/policies/lost-contact.json`); here are the words and the facts it reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

POLICY = "lost-contact"
DAYS_TO_ANSWER = 2


class Step(StrEnum):
    """What happened in an episode. The strings are kept for ever: add new ones, keep the old."""

    OWN_TRIED = "own_tried"  # an attempt on a point of the borrower's own
    REVERIFIED = "reverified"  # a point was checked again
    CONTACT_ASKED = "contact_asked"
    PASSED_ON = "passed_on"  # a contact passes the message on
    WHEREABOUTS_TOLD = "whereabouts_told"  # a contact said how the borrower can be reached
    CONTACT_DECLINED = "contact_declined"
    OTHER_SOURCE = "other_source"  # another lawful source was asked
    OFFERED_HELP = "offered_help"  # a contact offered, of their own accord, to help pay
    HARD_TIMES = "hard_times"
    HANDED_OVER = "handed_over"


class End(StrEnum):
    """How an episode ends."""

    FOUND = "found"  # the borrower spoke or wrote to us
    CARE = "care"  # ill, incapacitated or dead: collection stops, help begins
    GIVEN_UP = "given_up"
    NOT_LOST = "not_lost"  # opened in error
    PAID = "paid"


class NextAct(StrEnum):
    """Outcomes of the policy."""

    CARE = "care"
    OWN_POINT = "own_point"
    ASK_CONTACT = "ask_contact"
    OTHER_SOURCE = "other_source"
    WAIT = "wait"
    GIVE_UP = "give_up"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach somebody in this episode, and whether it is allowed now.

    `own`: a point of the borrower's. `tried`: attempts on it since the episode opened. `next_allowed_at`: None where
    allowed now, or not within sixty days.
    """

    own: bool
    channel: str
    point: int
    person: int
    allowed: bool
    refused_by: tuple[str, ...]
    next_allowed_at: datetime | None
    tried: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What the policy is asked with; counts are whole numbers."""

    days_open: int
    care: bool
    own_allowed: int
    own_untried: int
    contacts_usable: int
    contacts_allowed: int
    contacts_asked: int
    other_source_asked: bool
    waiting_for_answer: bool


def situation(
    ways: Sequence[Way], steps: Sequence[tuple[Step, datetime]], *, opened_at: datetime, now: datetime, care: bool
) -> Situation:
    """The facts of an episode at `now`.

    A contact who passes a message on is given two days before the next step: people are not rung up at once.
    """
    own = [way for way in ways if way.own]
    contacts = [way for way in ways if not way.own]
    asked = {way.person for way in contacts if way.tried}
    passed = [at for step, at in steps if step in {Step.PASSED_ON, Step.WHEREABOUTS_TOLD}]
    return Situation(
        days_open=max((now - opened_at).days, 0),
        care=care,
        own_allowed=sum(way.allowed for way in own),
        own_untried=sum(way.allowed and not way.tried for way in own),
        contacts_usable=len({way.person for way in contacts} - asked),
        contacts_allowed=len({way.person for way in contacts if way.allowed and not way.tried}),
        contacts_asked=len(asked),
        other_source_asked=any(step is Step.OTHER_SOURCE for step, _ in steps),
        waiting_for_answer=any((now - at).days < DAYS_TO_ANSWER for at in passed),
    )


def ranked(ways: Sequence[Way]) -> list[Way]:
    """The order in which ways are offered: own before contacts, allowed first, least tried."""
    return sorted(ways, key=lambda way: (not way.own, not way.allowed, way.tried, way.point, way.channel))
