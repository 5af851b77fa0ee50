"""What the explorer is asked: a line of facts from an example, a paste or the records, changed by the form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kaopu.conduct.console.explorer_examples import FIRST, TITLES, example
from kaopu.conduct.core import facts as words
from kaopu.conduct.core.instants import instant
from kaopu.conduct.core.json_text import load_object
from kaopu.conduct.core.zones import clock_of

if TYPE_CHECKING:
    from django.http import QueryDict

EXAMPLE, OWN, RECORD = "example", "own", "record"
LONGEST_PASTE = 2_000_000
CHOICES = {
    "purpose": words.PURPOSES,
    "channel": words.CHANNELS,
    "content": words.CONTENTS,
    "profile": words.PROFILES,
}
NO_OBJECT: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Wish:
    """A line of facts to judge, where it is from, and the text as it was pasted."""

    line: object
    source: str
    example: str = ""
    pasted: str = ""

    def part(self, name: str) -> dict[str, Any]:
        """An object of the line; an empty one where there is none."""
        found = self.line.get(name) if isinstance(self.line, dict) else None
        return found if isinstance(found, dict) else {}

    def text(self, name: str) -> str:
        """A text of the line; "" where there is none."""
        found = self.line.get(name) if isinstance(self.line, dict) else None
        return found if isinstance(found, str) else ""


def wish_of(data: QueryDict, upload: str = "") -> Wish:
    """The line with what the form changed. A case that was just chosen comes as it is."""
    pasted = (upload or data.get("facts", "")).strip()
    if pasted:
        return Wish(changed(first_line(pasted), data), OWN, pasted=pasted)
    name = data.get("case", FIRST)
    name = name if name in TITLES else FIRST
    return Wish(changed(example(name), data), EXAMPLE, example=name)


def first_line(pasted: str) -> object:
    """The first of pasted lines, or the whole text as one object over several lines; None where neither is JSON."""
    for text in (pasted, pasted.split("\n", 1)[0]):
        try:
            return load_object(text)
        except (ValueError, RecursionError):
            continue
    return None


def changed(line: object, data: QueryDict) -> object:
    """The line as the form has it: role, purpose, channel, content, profile, places and the instant."""
    if not isinstance(line, dict):
        return line
    line |= {name: data[name] for name, allowed in CHOICES.items() if data.get(name) in allowed}
    if "placed" in data:
        line["jurisdictions"] = [place for place in words.JURISDICTIONS if place in data.getlist("place")]
    _in_role(line, data.get("role", ""))
    at = moved(line, data.get("to", "") or data.get("at", ""))
    return line | ({"at": at} if at else {})


def moved(line: dict[str, Any], text: str) -> str:
    """An instant as typed: with an offset as it is, without one by the person's clock; "" where it is none."""
    if instant(text):
        return text
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if typed.tzinfo:
        return typed.isoformat()
    return typed.replace(tzinfo=zone_of(line)).isoformat()


def zone_of(line: object) -> ZoneInfo:
    """The zone of the person to be reached; UTC where it is not known."""
    person = line.get("person") if isinstance(line, dict) else None
    name = person.get("timezone") if isinstance(person, dict) else None
    return ZoneInfo(name) if isinstance(name, str) and clock_of(name) else ZoneInfo("UTC")


def _in_role(line: dict[str, Any], role: str) -> None:
    person, debtor = line.get("person"), line.get("debtor")
    if role not in words.ROLES or not isinstance(person, dict) or person.get("role") == role:
        return
    # The person is the debtor exactly when the role says so.
    whose = debtor.get("id") if isinstance(debtor, dict) else None
    other = person.get("id") if person.get("id") != whose else f"{whose}-{role}"
    person |= {"role": role, "id": whose if role == "debtor" else other}
