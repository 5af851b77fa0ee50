"""Every feature of the catalogue for any number of parties: the columns of the book, or one party's values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.features.feature import Kind
from kaopu.decision.core.features.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kaopu.decision.core.features.feature import Feature
    from kaopu.decision.core.features.party_facts import PartyFacts, Values

SEVERAL_CURRENCIES = (
    "借据涉及多个币种，金额不能相加",
    "the party's debts are in several currencies: amounts do not add up",
)
_NUMPY = {Kind.NUMBER: np.float64, Kind.INTEGER: np.int64, Kind.BOOLEAN: np.bool_}


@dataclass(frozen=True, slots=True)
class FeatureValue:
    """A feature's value for one party; where it is None, why, in zh and en."""

    name: str
    value: float | int | bool | str | None
    why_missing: tuple[str, str] | None


def column(feature: Feature, facts: PartyFacts) -> Found:
    """One feature as a column in its own type. Null where its missing meaning says, or where currencies mix."""
    assert feature.compute is not None  # noqa: S101 - callers keep to features that the book computes
    found = feature.compute(facts)
    known = found.known
    if feature.adds_money:
        known = known & facts.in_one_currency
    values: Values = np.where(known, found.values, 0).astype(_NUMPY[feature.kind])
    return Found(values, known)


def computed(features: Iterable[Feature]) -> list[Feature]:
    """Those that the book computes."""
    return [feature for feature in features if feature.compute is not None]


def values_of_one(features: Iterable[Feature], facts: PartyFacts) -> list[FeatureValue]:
    """The values of the only party in `facts`. Each null says why."""
    mixed = not bool(facts.in_one_currency[0])
    found = []
    for feature in features:
        if feature.compute is None:
            found.append(FeatureValue(feature.name, None, (feature.missing.zh, feature.missing.en)))
            continue
        value = column(feature, facts).at(0)
        why = None
        if value is None:
            is_mixed = mixed and feature.adds_money
            why = SEVERAL_CURRENCIES if is_mixed else (feature.missing.zh, feature.missing.en)
        found.append(FeatureValue(feature.name, value, why))
    return found
