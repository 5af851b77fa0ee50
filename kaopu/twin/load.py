"""A small town brought to life in the rooms: borrowers recorded, contacts named, asked, agreeing and withdrawing.

Everything goes through the actions that people's own pages call, in the order in which it happened, moved so that the
town's last day is now. What a room refuses stays refused, and is counted by its reason.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.kernel.core.errors import BadInput
from kaopu.outreach import store as outreach
from kaopu.party import store as party
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.create_party import create_parties
from kaopu.party.core.party import NewParty
from kaopu.party.core.points import PointKind, Source
from kaopu.twin.core.records import draw_records
from kaopu.twin.load_steps import Loading, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kaopu.twin.core.town import Town

SOURCE = "twin"
MOST_BORROWERS = 2_000
STEPS = ("nominated", "opened", "accepted", "verified", "refused", "withdrawn")


def load(town: Town, *, actor: str, now: datetime, told: Callable[[int, int], None]) -> dict[str, Any]:
    """Load a town; what was done and what was refused. BadInput where this one was loaded before."""
    _nothing_leaves()
    loading = Loading(town, now, actor)
    _borrowers(loading)
    steps = _in_order(town)
    for number, (day, nomination, step) in enumerate(steps, start=1):
        take(loading, day, nomination, step)
        told(number, len(steps))
    return {
        "world": town.world.name,
        "seed": town.seed,
        "borrowers": len(loading.parties),
        "first_party": loading.parties[0],
        "done": dict(sorted(loading.done.items())),
        "refused": dict(sorted(loading.refused.items())),
    }


def _nothing_leaves() -> None:
    """Codes go to made-up numbers, each of which could be somebody's: they may only lie in the file outbox."""
    ways = [channel for channel in ("sms", "email") if outreach.gateway_for(channel)]
    ways += ["KAOPU_SMTP_URL"] if os.environ.get("KAOPU_SMTP_URL") else []
    if ways:
        raise BadInput(f"{', '.join(ways)}: messages leave this house, expected a book of its own for a made-up town")


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
