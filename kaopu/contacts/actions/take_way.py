"""Go one way of an episode: a message or a call, under its own permit, written down as a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.contacts.actions.note_step import note_step
from kaopu.contacts.core.episode import Step
from kaopu.outreach.actions.send_message import Sent, send_message
from kaopu.outreach.core.value import Kind, Value
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.contacts.episode_ways import Offered
    from kaopu.contacts.models import Episode
    from kaopu.kernel.clock import Clock
    from kaopu.outreach.actions.send_message import Refused


def take_way(
    episode: Episode, offered: Offered, *, actor: str, now: datetime, clock: Clock | None = None
) -> Sent | Refused:
    """Send or dial; the permit is asked for now, whatever the page showed before. A refusal writes no step."""
    values: dict[str, Value] = {}
    if offered.contact_id is not None:
        values["name"] = Value(Kind.MASKED_NAME, _masked(episode.borrower_id))
    sent = send_message(offered.ask, offered.template, values, actor=actor, now=now, clock=clock)
    if isinstance(sent, Sent):
        step = Step.OWN_TRIED if offered.way.own else Step.CONTACT_ASKED
        note_step(
            episode.pk, step, actor=actor, now=now, person=offered.way.person, message=sent.message_id,
            details={"channel": offered.way.channel},
        )  # fmt: skip
    return sent


def _masked(borrower_id: int) -> str:
    """A family name and one star: what a contact already knows, and no more."""
    name = party.masked([borrower_id])[borrower_id].name or ""
    first = name[:1].upper()
    return f"{first}*" if first.strip() and first != "*" else "W*"
