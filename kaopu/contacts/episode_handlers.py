"""What an episode hears from outreach and from contacts: the borrower spoke, a contact offered to help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.contacts.actions.close_episode import close_episode
from kaopu.contacts.actions.note_step import note_step
from kaopu.contacts.core.episode import End, Step
from kaopu.contacts.models import Contact, Episode
from kaopu.contacts.obligor_source import party_of
from kaopu.kernel.events import handles

if TYPE_CHECKING:
    from kaopu.kernel.events import Event

ACTOR = "event:outreach"


@handles("outreach.talked")
def end_when_the_borrower_talks(event: Event) -> None:
    """A talk with the borrower is the right-party contact that an episode looks for."""
    _found(event)


@handles("outreach.reply")
def end_when_the_borrower_writes(event: Event) -> None:
    """So is an answer in writing."""
    _found(event)


@handles("outreach.hard_times")
def turn_to_care(event: Event) -> None:
    """Who tells of hard times is helped, not searched for."""
    episode = _open(event)
    if episode is not None:
        note_step(episode.pk, Step.HARD_TIMES, actor=ACTOR, now=event.occurred_at, person=episode.borrower_id)


@handles("contact.offered_to_pay")
def note_an_offer(event: Event) -> None:
    """A contact offered to help pay, of their own accord: noted where an episode is open, and nothing more."""
    contact = Contact.objects.filter(pk=event.payload.get("contact")).first()
    if contact is None:
        return
    episode = Episode.objects.filter(borrower_id=contact.borrower_id, closed_at=None).first()
    if episode is not None:
        note_step(episode.pk, Step.OFFERED_HELP, actor=ACTOR, now=event.occurred_at, person=contact.party_id)


def _found(event: Event) -> None:
    episode = _open(event)
    if episode is not None:
        close_episode(episode.pk, End.FOUND, actor=ACTOR, now=event.occurred_at)


def _open(event: Event) -> Episode | None:
    """The open episode of a borrower who was heard themselves, opened before that."""
    person = party_of(str(event.payload.get("person", "")))
    if event.payload.get("role") != "debtor" or person is None:
        return None
    return Episode.objects.filter(borrower_id=person, closed_at=None, opened_at__lte=event.occurred_at).first()
