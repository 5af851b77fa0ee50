"""The steps of a nomination through the actions that people's own pages call; what a room refuses is counted."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import numpy as np

from kaopu.contacts import links
from kaopu.contacts.actions.accept import Accepted, accept
from kaopu.contacts.actions.judge_code import TypedCode
from kaopu.contacts.actions.nominate import Invited, nominate
from kaopu.contacts.actions.open_invitation import open_invitation
from kaopu.contacts.actions.refuse import refuse
from kaopu.contacts.actions.send_code import CodeSent, send_code
from kaopu.contacts.actions.verify import verify
from kaopu.contacts.actions.withdraw import withdraw
from kaopu.contacts.core.held_data import Choices, Hours
from kaopu.contacts.core.one_time_code import CodePurpose
from kaopu.contacts.core.relation import Relation
from kaopu.kernel.database import home
from kaopu.party.core.points import PointKind
from kaopu.twin.core.nomination_kinds import RELATIONS
from kaopu.twin.core.record_texts import phone_numbers

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kaopu.twin.core.town import Town

CHOSEN = Choices(("sms", "voice"), Hours.DAY, "zh-hans")


@dataclass
class Loading:
    """A town on its way into the rooms: who became which party, and which contact each nomination is."""

    town: Town
    now: datetime
    actor: str
    parties: list[int] = field(default_factory=list)
    invited: dict[int, Invited] = field(default_factory=dict)
    own: dict[int, str] = field(default_factory=dict)  # the token of each contact's own page
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def at(self, day: float) -> datetime:
        """The instant of a day of the run; the last day is yesterday, in UTC as the town counts."""
        today = self.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=self.town.days - float(day))


def take(loading: Loading, day: float, nomination: int, step: str) -> None:
    """Take one step of a nomination, on its day of the run."""
    # What follows from something that was refused did not happen either.
    if step != "nominated" and nomination not in loading.invited:
        return
    act = {
        "nominated": _nominated,
        "opened": _opened,
        "accepted": _accepted,
        "verified": _verified,
        "refused": _refused,
        "withdrawn": _withdrawn,
    }[step]
    answer = act(loading, nomination, loading.at(day))
    if answer is None:
        loading.done[step] += 1
    else:
        loading.refused[f"{step}: {answer}"] += 1


def _nominated(loading: Loading, nomination: int, now: datetime) -> object | None:
    names = loading.town.names
    word = RELATIONS[names.relation[nomination]]
    relation = Relation.PARTNER if word == "spouse" else Relation(word)
    borrower = loading.parties[names.source[nomination]]
    outcome = nominate(borrower, relation, actor=f"party:{borrower}", now=now)
    if not isinstance(outcome, Invited):
        return outcome
    loading.invited[nomination] = outcome
    return None


def _opened(loading: Loading, nomination: int, now: datetime) -> None:
    open_invitation(loading.invited[nomination].contact_id, now=now)


def _accepted(loading: Loading, nomination: int, now: datetime) -> object | None:
    link = links.find(loading.invited[nomination].token)
    if link is None:
        return "no_such_link"
    number = _number(loading.town, nomination)
    code = _typed(
        send_code(link, CodePurpose.ACCEPT, PointKind.PHONE, number, language=CHOSEN.language, now=now), number
    )
    if not isinstance(code, TypedCode):
        return code
    signals = loading.town.signals
    same_device = bool(signals.source_device[nomination] == signals.target_device[nomination])
    outcome = accept(link, code, CHOSEN, now=now, same_device=same_device)
    if not isinstance(outcome, Accepted):
        return outcome
    loading.own[nomination] = outcome.own_token
    return None


def _verified(loading: Loading, nomination: int, now: datetime) -> object | None:
    link = links.find(loading.own.get(nomination, ""))
    if link is None:
        return "not_accepted"
    mailbox = f"c{loading.town.names.target[nomination] + 1}@example.com"
    code = _typed(
        send_code(link, CodePurpose.SECOND, PointKind.EMAIL, mailbox, language=CHOSEN.language, now=now), mailbox
    )
    if not isinstance(code, TypedCode):
        return code
    outcome = verify(link, PointKind.EMAIL, code, now=now)
    return outcome if isinstance(outcome, str) else None


def _refused(loading: Loading, nomination: int, now: datetime) -> object | None:
    outcome = refuse(loading.invited[nomination].contact_id, now=now)
    return outcome if isinstance(outcome, str) else None


def _withdrawn(loading: Loading, nomination: int, now: datetime) -> object | None:
    contact = loading.invited[nomination].contact_id
    outcome = withdraw(contact, actor=f"contact:{contact}", now=now)
    return outcome if isinstance(outcome, str) else None


def _number(town: Town, nomination: int) -> str:
    """The contact's number: a borrower's own where the contact borrows."""
    count, target = len(town.borrowers.family), int(town.names.target[nomination])
    index = target if target < count else 4 * count + target
    return str(phone_numbers(np.array([index]))[0])


def outbox() -> Path:
    """Where messages lie that no gateway takes."""
    return home() / "outbox" / "messages"


def _typed(sent: object, address: str) -> object:
    """The code as its receiver reads it and types it; what else was answered, as it is.

    The message is taken out of the outbox: its receiver is made up, and the number could be somebody's.
    """
    if not isinstance(sent, CodeSent):
        return getattr(sent, "why", sent)
    for path in sorted(outbox().glob("*.json"), reverse=True):
        message = json.loads(path.read_text(encoding="utf-8"))
        if message["to"] == address:
            path.unlink()
            return TypedCode(sent.code_id, sent.ticket, re.findall(r"\b\d{6}\b", message["text"])[0])
    return "nothing_was_sent"
