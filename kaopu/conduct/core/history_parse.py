"""Reading the history of a line of facts: most of a line's text, so this is written for speed (measured)."""

from __future__ import annotations

from itertools import product
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kaopu.conduct.core.facts import CHANNELS, OUTCOMES, PURPOSES, ROLES, Entry
from kaopu.conduct.core.fields import MISSING
from kaopu.conduct.core.history import History
from kaopu.conduct.core.instants import instant

if TYPE_CHECKING:
    from kaopu.conduct.core.fields import Fields

_PARTS = itemgetter("at", "person", "role", "channel", "number", "purpose", "outcome", "episode")
_WORDS = {
    "role": frozenset(ROLES),
    "channel": frozenset(CHANNELS),
    "purpose": frozenset(PURPOSES),
    "outcome": frozenset(OUTCOMES),
}
_KNOWN = frozenset(product(*_WORDS.values()))


def history(found: Fields) -> History | None:
    """The entries; one that is bad spoils the list, wherever it stands."""
    value = found.raw("history")
    if type(value) is not list:
        return found.good(None, "history", "a list of entries")
    entries = []
    for place, raw in enumerate(value):
        entry = _entry(raw)
        if entry is None:
            return found.good(None, "history", f"entry {place} (counted from 0) to have a readable {_bad_part(raw)}")
        entries.append(entry)
    return History(entries)


def _entry(raw: Any) -> Entry | None:
    try:
        given, who, role, channel, number, purpose, outcome, episode = _PARTS(raw)
        known = (role, channel, purpose, outcome) in _KNOWN
    except (KeyError, TypeError):  # a field is missing, the entry is no object, or a word is a list
        return None
    if (
        known
        and (type(who) is str and who)
        and (number is None or (type(number) is str and number))
        and (episode is None or (type(episode) is str and episode))
        and (at := instant(given)) is not None
    ):
        return Entry(at, who, role, channel, number, purpose, outcome, episode)
    return None


def _is_name(value: Any) -> bool:
    return value is None or (type(value) is str and value != "")


def _bad_part(raw: Any) -> str:
    if type(raw) is not dict:
        return "object"
    if instant(raw.get("at")) is None:
        return "at"
    if not isinstance(raw.get("person"), str) or not raw["person"]:
        return "person"
    for name, words in _WORDS.items():
        if not (isinstance(raw.get(name), str) and raw[name] in words):
            return name
    return "episode" if _is_name(raw.get("number", MISSING)) else "number"
