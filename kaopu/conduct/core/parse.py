"""A line of facts becomes values, or says which field of it cannot be read. Nothing is guessed or mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.conduct.core import facts as words
from kaopu.conduct.core.fields import Fields
from kaopu.conduct.core.history_parse import history
from kaopu.conduct.core.json_text import load_object
from kaopu.conduct.core.party_parse import debtor, episode, holidays, person, switches

if TYPE_CHECKING:
    from kaopu.conduct.core.facts import Facts, Request


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """A wish that can be judged. What else was wrong with the line is in facts.problems."""

    request: Request
    facts: Facts


@dataclass(frozen=True, slots=True)
class FactsProblem:
    """A line that no rule can be asked about: `id` is None when even that cannot be read."""

    id: str | None
    why: str


NOT_AN_OBJECT = "the line is not a JSON object"


def parse_line(text: str | bytes) -> ParsedLine | FactsProblem:
    """Read one line of JSON."""
    try:
        return read_facts(load_object(text if isinstance(text, str) else text.decode()))
    except (ValueError, RecursionError):
        return FactsProblem(None, NOT_AN_OBJECT)


def read_facts(value: object) -> ParsedLine | FactsProblem:
    """The same for an object that is already at hand: the dict that a line of JSON would give."""
    if type(value) is not dict:
        return FactsProblem(None, NOT_AN_OBJECT)
    found = Fields(value)
    given = found.text("id")
    if given is None:
        return FactsProblem(None, found.why())
    request = _request(found, given)
    facts = _facts(found)
    if isinstance(request, str) or facts is None:
        return FactsProblem(given, found.why(NEEDED))
    if (facts.person.id == facts.debtor.id) != (facts.person.role == "debtor"):
        return FactsProblem(given, "person.id, person.role: the person is the debtor exactly when the role is debtor")
    return ParsedLine(request, facts)


NEEDED = (
    "at", "jurisdictions", "profile", "purpose", "channel", "content", "person", "person.id", "person.role", "debtor",
    "debtor.id",
)  # fmt: skip


def _request(found: Fields, given: str) -> Request | str:
    at, jurisdictions = found.instant("at"), found.places("jurisdictions")
    profile, purpose = found.one_of("profile", words.PROFILES), found.one_of("purpose", words.PURPOSES)
    channel, content = found.one_of("channel", words.CHANNELS), found.one_of("content", words.CONTENTS)
    if at is None or not jurisdictions or profile is None or purpose is None or channel is None or content is None:
        return "incomplete"
    return words.Request(
        given, at, jurisdictions, profile, purpose, channel, content,
        product=found.one_of("product", words.PRODUCTS), segment=found.one_of("segment", words.SEGMENTS),
        caller=found.one_of("caller", words.CALLERS), number=found.text("number"),
    )  # fmt: skip


def _facts(found: Fields) -> Facts | None:
    who, whose = person(found.inside("person")), debtor(found.inside("debtor"))
    if who is None or whose is None:
        return None
    return words.Facts(
        who, whose, history(found), episode(found), switches(found), holidays(found), found.problems, read=True
    )
