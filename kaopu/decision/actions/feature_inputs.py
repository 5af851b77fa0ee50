"""Inputs that name a feature and that the caller did not give: read from the book, for a party that the book knows."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.policy.fill import fill, fill_day, is_given, undated

if TYPE_CHECKING:
    from datetime import date, datetime

    from kaopu.decision.core.policy.manifest import Manifest


@dataclass(frozen=True, slots=True)
class FromBook:
    """The input with its features. `found`: what is kept on record of where they came from; None: nothing was read."""

    given: Any
    found: dict[str, Any] | None = None


def with_features(manifest: Manifest | None, given: Any, party: str | None, as_of: date, now: datetime) -> FromBook:
    """Fill declared inputs that name a feature of the book. The caller's value wins; no value stays no value.

    Args:
        manifest: of the version that answers.
        given: the input so far.
        party: `party:NUMBER` or `SOURCE:ID`; anything else names nobody in the book.
        as_of: the day for which features are computed.
        now: only what was recorded by this instant counts.
    """
    wanted = [each for each in manifest.inputs if each.feature and not is_given(each, given)] if manifest else []
    if manifest is None or not wanted or not party:
        return FromBook(given)
    from kaopu.decision.core.features.catalogue import CATALOGUE
    from kaopu.decision.features.party import features_of_party
    from kaopu.decision.features.party_named import party_named

    known = CATALOGUE.by_name
    features = {str(each.feature): known[str(each.feature)] for each in wanted if each.feature in known}
    party_id = party_named(party) if features else None
    if party_id is None:
        return FromBook(given)
    values = {
        each.name: each.value
        for each in features_of_party(party_id, as_of, known_at=now, features=features.values())
    }  # fmt: skip
    filled, fields, without = copy.deepcopy(given), {}, undated(manifest.inputs, given)
    for each in wanted:
        value = values.get(str(each.feature))
        if value is None:
            continue
        fill(filled, each.path, value)
        fill_day(filled, each, as_of, without)
        fields[each.field] = each.feature
    return FromBook(filled, {"party_id": party_id, "known_at": now.isoformat(), "fields": fields})
