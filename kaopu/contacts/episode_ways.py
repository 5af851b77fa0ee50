"""The ways of an episode: each point of the borrower and of the contacts who agreed, judged without counting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kaopu.conduct import judging
from kaopu.conduct.core.ask import Ask
from kaopu.conduct.models import Entry
from kaopu.contacts import store
from kaopu.contacts.core.episode import Way
from kaopu.contacts.lender import JURISDICTION
from kaopu.party import store as party

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kaopu.contacts.models import Episode

POLICIES = Path(__file__).parent / "policies"
CHANNELS = {"phone": ("sms", "voice"), "email": ("email",), "app": ("app",)}  # the quieter first
PRODUCT, SEGMENT = "loan", "consumer"


@dataclass(frozen=True, slots=True)
class Offered:
    """A way with the ask behind it, the text that would go and the contact it goes to (None: the borrower)."""

    way: Way
    ask: Ask
    template: str
    contact_id: int | None


@dataclass(frozen=True, slots=True)
class _Wish:
    """A way before it is judged."""

    ask: Ask
    template: str
    contact_id: int | None = None


def ways_of(episode: Episode, now: datetime) -> list[Offered]:
    """Every way of this episode, in no order."""
    return [_offered(episode, wish, now) for wish in (*_own(episode), *_contacts(episode, now))]


def _own(episode: Episode) -> Iterator[_Wish]:
    plain = _plain(episode, "debtor", "remind", "none")
    for ask in _each(episode.borrower_id, plain):
        yield _Wish(ask, "please-call")


def _contacts(episode: Episode, now: datetime) -> Iterator[_Wish]:
    plain = _plain(episode, "contact", "relay", "relay")
    for view in store.contacts_of(episode.borrower_id, now):
        if view.agreed and view.party_id is not None:
            for ask in _each(view.party_id, plain):
                yield _Wish(ask, "contact-relay", view.id)


def _plain(episode: Episode, role: str, purpose: str, content: str) -> Ask:
    return Ask(
        person="", role=role, debtor=f"party:{episode.borrower_id}", purpose=purpose, channel="voice", content=content,
        caller="human", number="", product=PRODUCT, segment=SEGMENT, jurisdictions=(JURISDICTION,),
    )  # fmt: skip


def _each(party_id: int, plain: Ask) -> Iterator[Ask]:
    """The wish for each live point of a party, by each channel that its kind serves."""
    for point in party.points(party_id):
        if point.ended_at is None:
            for channel in CHANNELS.get(point.kind, ()):
                yield replace(plain, person=f"party:{party_id}", number=f"point:{point.id}", channel=channel)


def _offered(episode: Episode, wish: _Wish, now: datetime) -> Offered:
    ask = wish.ask
    judged = judging.judge(ask, now, str(episode.pk))
    since = Entry.objects.filter(number=ask.number, channel=ask.channel, at__gte=episode.opened_at)
    way = Way(
        own=wish.contact_id is None, channel=ask.channel, point=_id(ask.number), person=_id(ask.person),
        allowed=judged.allowed, refused_by=judged.refused_by, next_allowed_at=judging.allowed_next(judged, now),
        tried=since.exclude(outcome="inbound").count(),
    )  # fmt: skip
    return Offered(way, ask, wish.template, wish.contact_id)


def _id(text: str) -> int:
    return int(text.partition(":")[2])
