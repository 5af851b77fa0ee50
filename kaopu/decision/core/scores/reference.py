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
    moved = _psi(reference["score"], score)
    columns = [
        {"column": name, "csi": round(_psi(then, table.column(name)), 6)}
        for name, then in reference["columns"].items()
        if name in table.columns
    ]
    for row in columns:
        row["verdict"] = stability.verdict(row["csi"])
    columns.sort(key=lambda row: -row["csi"])
    return {"psi": round(moved, 6), "verdict": stability.verdict(moved), "columns": columns}


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


def _psi(then: Mapping[str, Any], values: Values) -> float:
    if "categories" in then:
        return stability.psi(then["counts"], _by_category(values, then["categories"]))
    return stability.psi(then["counts"], stability.counts(values, then["edges"]))
