"""Templates of messages: what may be said to whom, at which level, with typed blanks and no free text.

A blank's kind may reveal no more than its template, and a template no more than the permit. Contacts are asked for
somebody's whereabouts, or to pass a message on, in two fixed texts that nobody can change.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from kaopu.kernel.core.approval import canonical
from kaopu.outreach.core.debt_words import debt_word_in
from kaopu.outreach.core.level import LEVELS, above
from kaopu.outreach.core.value import HOUSE_KINDS, LEVEL, Kind, Value, fits, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.outreach.core.value import House

LANGUAGES = ("zh", "en")
# About somebody else, a contact hears one of these and nothing besides. By code: the purpose it serves.
CONTACT_TEMPLATES = {"contact-locate": "locate", "contact-relay": "relay"}
_BLANK = re.compile(r"\{[a-z_]*\}")
FIXED_PREFIX = "contact-"  # texts to contacts ship with the release and are changed by a release alone


@dataclass(frozen=True, slots=True)
class Template:
    """One version of one text in one language. `blanks`: name and kind of what is filled in."""

    code: str
    language: str
    version: int
    level: str
    roles: tuple[str, ...]
    purposes: tuple[str, ...]
    subject: str
    text: str
    blanks: tuple[tuple[str, Kind], ...]

    @property
    def digest(self) -> str:
        """SHA-256 of all of it: what exactly was approved and sent."""
        return sha256(canonical(self).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it is read."""

    subject: str
    body: str


class Unfit(StrEnum):
    """Why a message was not written. The strings are public: add new ones, keep the old."""

    ABOVE_DISCLOSURE = "above_disclosure"
    VALUE_MISSING = "value_missing"
    VALUE_UNKNOWN = "value_unknown"
    VALUE_OF_OTHER_KIND = "value_of_other_kind"
    VALUE_UNFIT = "value_unfit"
    TELLS_OF_A_DEBT = "tells_of_a_debt"
    NOT_FOR_THIS_ROLE = "not_for_this_role"
    NOT_FOR_THIS_PURPOSE = "not_for_this_purpose"
    TEMPLATE_UNKNOWN = "template_unknown"


def render(template: Template, values: Mapping[str, Value], disclosure: str, house: House) -> Rendered | Unfit:
    """The message, or why there is none. `values` are a caller's; what the house says of itself is its own."""
    if above(template.level, disclosure):
        return Unfit.ABOVE_DISCLOSURE
    given = {**values, **_own(template, house)}
    why = _unfit(template, values, given, house)
    if why:
        return why
    words = {name: spelled(given[name], template.language) for name, _kind in template.blanks}
    return Rendered(template.subject.format_map(words), template.text.format_map(words))


def suits(template: Template, role: str, purpose: str) -> Unfit | None:
    """Why a template is not for this role and purpose; None: it is."""
    if role not in template.roles:
        return Unfit.NOT_FOR_THIS_ROLE
    if purpose not in template.purposes:
        return Unfit.NOT_FOR_THIS_PURPOSE
    return None


def faults(template: Template) -> list[str]:
    """What is wrong with a template as such, each as a sentence; none: it may be proposed."""
    if template.level not in LEVELS:
        return [f"level: {template.level!r} given, expected one of {', '.join(LEVELS)}"]
    if template.language not in LANGUAGES:
        return [f"language: {template.language!r} given, expected zh or en"]
    return [*_blank_faults(template), *_contact_faults(template), *_word_faults(template)]


def _own(template: Template, house: House) -> dict[str, Value]:
    said = {Kind.LENDER: house.lender, Kind.LENDER_PHONE: house.lender_phone}
    return {name: Value(kind, said[kind]) for name, kind in template.blanks if kind in said}


def _unfit(template: Template, values: Mapping[str, Value], given: Mapping[str, Value], house: House) -> Unfit | None:
    wanted = dict(template.blanks)
    if any(name not in wanted or wanted[name] in HOUSE_KINDS for name in values):
        return Unfit.VALUE_UNKNOWN
    if any(name not in given for name in wanted):
        return Unfit.VALUE_MISSING
    if any(given[name].kind is not kind or above(LEVEL[kind], template.level) for name, kind in wanted.items()):
        return Unfit.VALUE_OF_OTHER_KIND
    if any(not fits(given[name], house) for name in wanted):
        return Unfit.VALUE_UNFIT
    return Unfit.TELLS_OF_A_DEBT if template.level != "debt" and _tells(template) else None


def _tells(template: Template) -> str | None:
    # Names of blanks are not read by anybody.
    said = _BLANK.sub(" ", f"{template.subject}\n{template.text}")
    return debt_word_in(said)


def _named_in(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def _blank_faults(template: Template) -> list[str]:
    try:
        used = _named_in(template.subject) | _named_in(template.text)
    except ValueError as wrong:
        return [f"text: {wrong}, expected blanks like {{lender}}"]
    wanted = dict(template.blanks)
    return [
        *(f"text: {{{name}}} is no blank of this template" for name in sorted(used - wanted.keys())),
        *(f"values: {name} stands nowhere in the text" for name in sorted(wanted.keys() - used)),
        *(
            f"values: {name} is {kind.value}, which reveals {LEVEL[kind]}, above the template's {template.level}"
            for name, kind in template.blanks
            if above(LEVEL[kind], template.level)
        ),
    ]


def _contact_faults(template: Template) -> list[str]:
    if "contact" not in template.roles:
        return []
    found = []
    if template.roles != ("contact",):
        found.append("roles: contact with others, expected a text to contacts alone")
    if template.level == "debt":
        found.append("level: debt given, expected less: a contact learns nothing of a debt")
    if template.level == "payment" and template.purposes != ("pay-help",):
        found.append("level: payment given, expected the purpose pay-help alone")
    about_others = {"locate", "relay"} & set(template.purposes)
    if about_others and CONTACT_TEMPLATES.get(template.code) not in about_others:
        found.append(f"purposes: {', '.join(sorted(about_others))} given, expected one of the two fixed texts")
    if not template.code.startswith(FIXED_PREFIX):
        found.append(f"code: {template.code} given, expected one that begins with {FIXED_PREFIX}")
    return found


def _word_faults(template: Template) -> list[str]:
    word = _tells(template) if template.level != "debt" else None
    return [f"text: {word!r} tells of a debt, which level {template.level} does not"] if word else []
