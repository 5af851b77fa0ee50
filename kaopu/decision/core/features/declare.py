"""Short ways to declare features over the book, so that a catalogue file reads as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.decision.core.features.feature import Feature, Kind, KnownWhen, Source, Text
from kaopu.decision.core.features.found import Found, always, share, where
from kaopu.decision.core.features.sensitivity import Sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.features.party_facts import PartyFacts

    Compute = Callable[[PartyFacts], Found]

COUNT, DAYS, MONTHS, MINOR, SHARE = "count", "days", "months", "minor_units", "fraction"
NO_DEBT = Text("该主体没有借据", "the party has no debt")
_RULES = {
    Source.BOOK_DEBTS: KnownWhen.BEGUN,
    Source.BOOK_POSITIONS: KnownWhen.OCCURRED_AND_RECORDED,
    Source.BOOK_EVENTS: KnownWhen.OCCURRED_AND_RECORDED,
    Source.REVOLVING: KnownWhen.OCCURRED_AND_RECORDED,
}


def book_feature(
    name: str,
    meaning: tuple[str, str],
    unit: str,
    source: Source,
    compute: Compute,
    *,
    missing: Text = NO_DEBT,
    low: float | None = 0,
    high: float | None = None,
    kind: Kind | None = None,
    sensitivity: Sensitivity = Sensitivity.FINANCIAL,
    adds_money: bool = False,
) -> Feature:
    """A feature that the book computes. Shares are numbers in [0, 1], all else whole numbers, unless said."""
    if kind is None:
        kind = Kind.NUMBER if unit == SHARE else Kind.INTEGER
    return Feature(
        name=name,
        meaning=Text(*meaning),
        unit=unit,
        source=source,
        kind=kind,
        missing=missing,
        sensitivity=sensitivity,
        known_when=_RULES[source],
        low=low,
        high=1 if unit == SHARE and high is None else high,
        adds_money=adds_money or unit == MINOR,
        compute=compute,
    )


def count_of(column: str) -> Compute:
    """The column itself: a party without a debt has none of it, which is known."""
    return lambda facts: always(facts[column])


def of_debts(column: str) -> Compute:
    """The column, for parties with a debt."""
    return lambda facts: where(facts["debts"] > 0, facts[column])


def share_of(part: str, whole: str) -> Compute:
    """One column over another, unknown where that is 0."""
    return lambda facts: share(facts[part], facts[whole])


def days_since(column: str) -> Compute:
    """Days from the day in a column to the as-of day, unknown where there is no such day."""
    return lambda facts: where(abs(facts[column]) < 1 << 31, facts.as_of_day - facts[column])


def flag_of(column: str) -> Compute:
    """Whether the column counts anything, for parties with a debt."""
    return lambda facts: where(facts["debts"] > 0, (facts[column] > 0).astype("int64"))
