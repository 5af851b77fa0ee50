"""A small town brought to life in the rooms: borrowers recorded, contacts named, asked, agreeing and withdrawing.

Everything goes through the actions that people's own pages call, in the order in which it happened, moved so that the
town's last day is now. What a room refuses stays refused, and is counted by its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

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
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home
from kaopu.party import store as party
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.create_party import create_parties
from kaopu.party.core.party import NewParty
from kaopu.party.core.points import PointKind, Source
from kaopu.twin.core.names import RELATIONS
from kaopu.twin.core.records import draw_records, phone_numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kaopu.twin.core.town import Town

SOURCE = "twin"
MOST_BORROWERS = 2_000
STEPS = ("nominated", "opened", "accepted", "verified", "refused", "withdrawn")
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
        """The instant of a day of the run."""
        return self.now - timedelta(days=self.town.days - float(day))


def load(town: Town, *, actor: str, now: datetime, told: Callable[[int, int], None]) -> dict[str, Any]:
    """Load a town; what was done and what was refused. BadInput where this one was loaded before."""
    loading = Loading(town, now, actor)
    _borrowers(loading)
    steps = _in_order(town)
    for number, (day, nomination, step) in enumerate(steps, start=1):
        _step(loading, day, nomination, step)
        told(number, len(steps))
    return {
        "world": town.world.name,
        "seed": town.seed,
        "borrowers": len(loading.parties),
        "first_party": loading.parties[0],
        "done": dict(sorted(loading.done.items())),
        "refused": dict(sorted(loading.refused.items())),
    }


def _borrowers(loading: Loading) -> None:
    town, count = loading.town, len(loading.town.borrowers.family)
    ids = [f"{town.world.name}-{town.seed}-{count}-{number}" for number in range(1, count + 1)]
    if party.by_external_id(SOURCE, ids):
        raise BadInput(f"--seed: the town {town.seed} of {count} was loaded before, expected another seed or size")
    texts = draw_records(town).columns
    names = np.strings.add(texts["surname"], texts["given_name"])
    new = [NewParty(name=str(names[n]), source=SOURCE, external_id=ids[n]) for n in range(count)]
    loading.parties = create_parties(new, actor=loading.actor, now=loading.at(0), batch=f"twin-{town.seed}")
    for number, party_id in enumerate(loading.parties):
        when = loading.at(town.borrowers.created[number])
        for kind, name in ((PointKind.PHONE, "phone"), (PointKind.EMAIL, "email")):
            if texts[name][number]:
                value = str(texts[name][number])
                add_point(party_id, kind, value, Source.CONTRACT, actor=loading.actor, now=when)


def _in_order(town: Town) -> list[tuple[float, int, str]]:
    """(day, nomination, step) of all that happens within the run, by day."""
    found = []
    for step in STEPS:
        days = getattr(town.process, step)
        found += [(float(days[n]), n, step) for n in np.flatnonzero(days < town.days)]
    return sorted(found, key=lambda one: (one[0], one[1], STEPS.index(one[2])))


def _step(loading: Loading, day: float, nomination: int, step: str) -> None:
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
    code = _typed(send_code(link, CodePurpose.ACCEPT, PointKind.PHONE, number, language=CHOSEN.language, now=now))
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
    code = _typed(send_code(link, CodePurpose.SECOND, PointKind.EMAIL, mailbox, language=CHOSEN.language, now=now))
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


def _typed(sent: object) -> object:
    """The code as its receiver reads it in the file outbox and types it; what else was answered, as it is."""
    if not isinstance(sent, CodeSent):
        return getattr(sent, "why", sent)
    message = home() / "outbox" / "codes" / f"{sent.code_id}.txt"
    if not message.exists():
        return "nothing_was_sent"
    code = re.findall(r"\b\d{6}\b", message.read_text(encoding="utf-8").split("\n", 1)[1])
    message.unlink()
    return TypedCode(sent.code_id, sent.ticket, code[0])
