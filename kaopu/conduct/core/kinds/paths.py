"""The fields that a rule may name, by path: where each is found and of which type it is."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from kaopu.conduct.core.kinds.parameters import Reader, one_of, some_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.conduct.core.case import Case
    from kaopu.conduct.core.facts import Facts, Request

REQUEST_TEXTS = ("product", "segment", "caller", "number")
TYPES = {
    "text": (*REQUEST_TEXTS, "person.source"),
    "flag": (
        "person.opted_in",
        "debtor.dead",
        "debtor.incapacitated",
        "debtor.disputed",
        "debtor.complaint_open",
        "debtor.represented",
        "debtor.arrangement_kept",
    ),
    "whole": ("person.identity_factors", "debtor.days_past_due"),
    "instant": ("person.refused_at", "person.offer_to_pay_at", "episode.opened_at"),
}
# Where null is an answer ("never") and not a gap.
MAY_BE_NULL = frozenset(
    {"person.refused_at", "person.agreed_hours", "person.offer_to_pay_at", "episode.id", "episode.opened_at"}
)
OTHERS = {
    "history": "history",
    "holidays": "holidays",
    "switches.contact_outreach": "contact_outreach",
    "person.timezone": "person.timezone",
    "person.consents": "person.consents",
    "person.agreed_hours": "person.agreed_hours",
    "debtor.timezone": "debtor.timezone",
}


def field_of(kind: str) -> Reader:
    """A parameter that names one field of a type."""
    return one_of(TYPES[kind])


def fields_of(kind: str) -> Reader:
    """A parameter that names some fields of a type."""
    return some_of(TYPES[kind])


def _getter(path: str) -> Callable[[Facts], Any]:
    if path.startswith("episode."):
        part = attrgetter(path.removeprefix("episode."))
        return lambda facts: None if facts.episode is None else part(facts.episode)
    return attrgetter(OTHERS.get(path, path))


FACT_PATHS = [*OTHERS, *(path for paths in TYPES.values() for path in paths if path not in REQUEST_TEXTS), "episode.id"]
FACTS: dict[str, Callable[[Facts], Any]] = {path: _getter(path) for path in FACT_PATHS}
REQUEST: dict[str, Callable[[Request], Any]] = {path: attrgetter(path) for path in REQUEST_TEXTS}


def value_of(case: Case, path: str) -> Any:
    """The value of a field of the request or of the facts."""
    return REQUEST[path](case.request) if path in REQUEST else FACTS[path](case.facts)
