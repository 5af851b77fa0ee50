"""A feature: one fact about a party, with all that a reader, a checker and an auditor ask of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.features.found import Found
    from kaopu.decision.core.features.party_facts import PartyFacts
    from kaopu.decision.core.features.sensitivity import Sensitivity

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class Source(StrEnum):
    """Where the fact comes from."""

    BOOK_DEBTS = "book_debts"  # rows of debts: amount, day, merchant, category
    BOOK_POSITIONS = "book_positions"  # what the replay of the book says on a day
    BOOK_EVENTS = "book_events"  # schedules and what happened
    REVOLVING = "revolving"  # accounts with statements
    APPLICATION = "application"  # what the applicant said
    PROVIDER = "provider"  # what an outside provider answered
    OTHER = "other"  # registered by another room


class Kind(StrEnum):
    """The type of a value."""

    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    STRING = "string"


class KnownWhen(StrEnum):
    """Which days decide that a fact is known at a decision."""

    OCCURRED_AND_RECORDED = "occurred_and_recorded"  # day of the event ≤ as_of, instant recorded ≤ known_at
    BEGUN = "begun"  # the debt's start day ≤ as_of
    OBSERVED = "observed"  # the instant at which it was said or answered ≤ known_at


RULES = {
    KnownWhen.OCCURRED_AND_RECORDED: (
        "发生日不晚于观察日，且记录时刻不晚于已知时刻",
        "events on or before the as-of day, recorded by the instant of knowledge",
    ),
    KnownWhen.BEGUN: ("放款日不晚于观察日", "debts that began on or before the as-of day"),
    KnownWhen.OBSERVED: ("取得时刻不晚于已知时刻", "answers obtained by the instant of knowledge"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One declared feature.

    `unit` is what one of it is (days, minor units of the currency, a fraction, a count). `low` and `high` are the ends
    of the allowed range, both counted; None where it is open. `missing` says what null means: null is never zero.
    `adds_money`: rests on a sum of amounts, so it is unknown for a party whose debts are in several currencies.
    `compute` takes the facts of any number of parties and gives one column; None where whoever decides gives the value
    (application, provider).
    """

    name: str
    meaning: Text
    unit: str
    source: Source
    kind: Kind
    missing: Text
    sensitivity: Sensitivity
    known_when: KnownWhen
    low: float | None = None
    high: float | None = None
    adds_money: bool = False
    compute: Callable[[PartyFacts], Found] | None = None
    group: str = ""

    def __post_init__(self) -> None:
        """Refuse a name that is not snake_case and a range without room. Raises BadInput."""
        if not _NAME.fullmatch(self.name):
            raise BadInput(f"feature: {self.name!r} given, expected a name in snake_case")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise BadInput(f"feature {self.name}: range {self.low} to {self.high} given, expected low ≤ high")
        if not all((self.meaning.zh, self.meaning.en, self.missing.zh, self.missing.en, self.unit)):
            raise BadInput(f"feature {self.name}: expected a unit, and meaning and missing in zh and en")

    def as_json(self) -> dict[str, object]:
        """All but the computation."""
        return {
            "name": self.name,
            "group": self.group,
            "meaning": {"zh": self.meaning.zh, "en": self.meaning.en},
            "unit": self.unit,
            "source": self.source.value,
            "kind": self.kind.value,
            "range": [self.low, self.high],
            "missing": {"zh": self.missing.zh, "en": self.missing.en},
            "sensitivity": self.sensitivity.value,
            "known_when": self.known_when.value,
        }
