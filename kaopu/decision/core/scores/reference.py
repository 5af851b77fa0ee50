"""How the training looked: counts by bin of the score and of every input, kept in the model's file for PSI and CSI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores import stability
from kaopu.decision.core.scores.table import is_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.scores.arrays import Floats, Values
    from kaopu.decision.core.scores.table import Table

OTHER = "(other)"
CATEGORIES_MAX = 30


def reference_of(table: Table, score: Floats) -> dict[str, Any]:
    """Counts of the table's columns and of the score."""
    return {
        "score": _numbers(score),
        "columns": {name: _texts(v) if is_text(v) else _numbers(v) for name, v in table.columns.items()},
    }


def shifts(reference: Mapping[str, Any], table: Table, score: Floats) -> dict[str, Any]:
    """PSI of the score and CSI of each column against the training, the largest first."""
    columns = [
        {"column": name, **_shift(then, table.column(name), "csi")}
        for name, then in reference["columns"].items()
        if name in table.columns
    ]
    columns.sort(key=lambda row: -float(row["csi"]))
    return {**_shift(reference["score"], score, "psi"), "columns": columns}


def _numbers(values: Floats) -> dict[str, Any]:
    if np.isnan(values).all():
        return {"edges": [], "counts": list(stability.counts(values, ()))}
    cuts = stability.edges(values)
    return {"edges": list(cuts), "counts": list(stability.counts(values, cuts))}


def _texts(values: Values) -> dict[str, Any]:
    found, counts = np.unique([str(each) for each in values if each is not None], return_counts=True)
    largest = np.argsort(-counts, kind="stable")[:CATEGORIES_MAX]
    known = [str(found[place]) for place in sorted(largest)]
    return {"categories": known, "counts": _by_category(values, known)}


def _by_category(values: Values, known: list[str]) -> list[int]:
    tally = dict.fromkeys([*known, OTHER, ""], 0)
    for each in values:
        tally["" if each is None else str(each) if str(each) in tally else OTHER] += 1
    return list(tally.values())


def _shift(then: Mapping[str, Any], values: Values, name: str) -> dict[str, Any]:
    now = _by_category(values, then["categories"]) if "categories" in then else place_counts(then, values)
    return {name: round(stability.psi(then["counts"], now), 6), "verdict": stability.verdict(then["counts"], now)}


def place_counts(then: Mapping[str, Any], values: Floats) -> list[int]:
    """Counts of numbers over the bins of a reference."""
    return list(stability.counts(values, then["edges"]))


def places_of(reference: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, int]:
    """The bin of each value of one application, gaps in the last: what is kept instead of the value."""
    return {name: _place(then, values.get(name)) for name, then in reference["columns"].items()}


def _place(then: Mapping[str, Any], value: Any) -> int:
    last = len(then["counts"]) - 1
    if value is None:
        return last
    if "categories" in then:
        known = then["categories"]
        return known.index(value) if value in known else len(known)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return last
    return int(np.digitize(float(value), then["edges"]))
