"""A real person in the explorer: facts from the registered sources, read without a lock, nothing counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.conduct import judging
from kaopu.conduct.console.explorer_wish import RECORD, Wish, changed
from kaopu.conduct.core import facts as words
from kaopu.conduct.core.ask import Ask
from kaopu.conduct.standing import standing

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import QueryDict

LONGEST_NAME = 80


def record_wish(data: QueryDict, now: datetime) -> tuple[Wish, str]:
    """The line that outreach would judge now, and what no source could tell ("" when all was told)."""
    ask = ask_of(data)
    episode = judging.episode_of(ask, now)
    line, why = judging.facts_line(ask, now, episode, standing(ask, now))
    moved: dict[str, Any] = {} if why else {key: data[key] for key in ("at", "to") if data.get(key)}
    return Wish(changed(line, _only(data, moved)), RECORD), why


def ask_of(data: QueryDict) -> Ask:
    """The ask of the form, its words checked; what is not chosen is the plainest."""
    debtor = _name(data, "debtor")
    person = _name(data, "person") or debtor
    role = "debtor" if person == debtor else _one(data, "role", words.ROLES, "contact")
    return Ask(
        person=person,
        role=role if person == debtor or role != "debtor" else "contact",
        debtor=debtor,
        purpose=_one(data, "purpose", words.PURPOSES, "remind" if person == debtor else "relay"),
        channel=_one(data, "channel", words.CHANNELS, "voice"),
        content=_one(data, "content", words.CONTENTS, "none"),
        caller="human",
        number=_name(data, "number"),
        product="loan",
        segment="consumer",
        jurisdictions=tuple(place for place in words.JURISDICTIONS if place in data.getlist("place")) or ("CN",),
        profile=_one(data, "profile", words.PROFILES, "strict"),
    )


def _only(data: QueryDict, kept: dict[str, str]) -> QueryDict:
    found = data.copy()
    found.clear()
    found.update(kept)
    return found


def _name(data: QueryDict, key: str) -> str:
    return data.get(key, "").strip()[:LONGEST_NAME]


def _one(data: QueryDict, key: str, allowed: tuple[str, ...], plain: str) -> str:
    value = data.get(key, "")
    return value if value in allowed else plain
