"""Who is approved: adverse impact ratio and equal opportunity by group, at one share approved for all.

Adverse impact ratio: a group's approval rate over that of the reference (the largest group); below 0.8 is the
four-fifths rule's sign of disparate impact (29 CFR 1607.4 D). Equal opportunity difference: approval rate among the
goods of a group less that among the goods of the reference (Hardt et al. 2016). Groups serve the measurement only,
never the score.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores.discrimination import auc, interval
from kaopu.decision.core.scores.table import is_text, missing

if TYPE_CHECKING:
    from kaopu.decision.core.scores.arrays import Flags, Floats, Values

APPROVED = 0.8
DRAWS = 300
VALUES_MAX = 8
AGE_BANDS = (25, 35, 45, 55, 65)
GROUP_ROWS_MIN = 30


def groups_of(values: Values) -> Values:
    """Names of groups: values as they are where there are few, else age bands, else quarters; None is no group."""
    gaps = missing(values)
    if is_text(values):
        return values
    found = np.unique(values[~gaps])
    if len(found) <= VALUES_MAX:
        return np.array([None if gap else f"{value:g}" for value, gap in zip(values, gaps, strict=True)], dtype=object)
    looks_like_age = found.min() >= AGE_BANDS[0] - 15 and found.max() <= AGE_BANDS[-1] * 2
    cuts = np.array(AGE_BANDS if looks_like_age else np.quantile(values[~gaps], [0.25, 0.5, 0.75]))
    names = [f"under {cuts[0]:g}", *(f"{low:g} to under {high:g}" for low, high in pairwise(cuts))]
    names.append(f"{cuts[-1]:g} and above")
    return np.array(
        [None if gap else names[int(place)] for place, gap in zip(np.digitize(values, cuts), gaps, strict=True)],
        dtype=object,
    )


def approved_flags(risk: Floats, share: float = APPROVED) -> Flags:
    """The `share` of rows with the least risk."""
    return np.asarray(risk <= np.quantile(risk, share), dtype=bool)


def by_group(
    risk: Floats, bad: Flags, values: Values, *, share: float = APPROVED, seed: int = 0, draws: int = DRAWS
) -> dict[str, Any]:
    """Figures of each group against the largest, with intervals; groups of under 30 rows are counted only."""
    names = groups_of(values)
    approved = approved_flags(risk, share)
    of = {name: np.flatnonzero(names == name) for name in sorted({each for each in names if each is not None})}
    used = {name: rows for name, rows in of.items() if len(rows) >= GROUP_ROWS_MIN and not bad[rows].all()}
    if not used:
        return {"approved_share": share, "reference": None, "groups": []}
    reference = max(used, key=lambda name: len(used[name]))
    draw = np.random.default_rng(seed)
    found = [
        _counted(name, rows, bad)
        | _measured((rows, of[reference]), (approved, bad, risk), draw=draw, draws=draws if name in used else 0)
        for name, rows in of.items()
    ]
    return {"approved_share": share, "reference": reference, "groups": found}


def _rates(rows: Flags | Values, approved: Flags, bad: Flags) -> tuple[float, float]:
    goods = rows[~bad[rows]]
    return float(approved[rows].mean()), float(approved[goods].mean()) if len(goods) else float("nan")


def _counted(name: str, rows: Values, bad: Flags) -> dict[str, Any]:
    return {"group": name, "rows": len(rows), "bad_rate": round(float(bad[rows].mean()), 6)}


def _measured(
    sides: tuple[Values, Values], facts: tuple[Flags, Flags, Floats], *, draw: np.random.Generator, draws: int
) -> dict[str, Any]:
    if not draws:
        return {"approval_rate": None, "adverse_impact": None, "equal_opportunity": None, "auc": None}
    (rows, others), (approved, bad, risk) = sides, facts
    rate, among_goods = _rates(rows, approved, bad)
    base, base_goods = _rates(others, approved, bad)
    ratios, gaps = [], []
    for _ in range(draws):
        mine = draw.choice(rows, len(rows))
        theirs = mine if rows is others else draw.choice(others, len(others))
        one, good = _rates(mine, approved, bad)
        other, other_good = _rates(theirs, approved, bad)
        ratios.append(one / other if other else 1.0)
        gaps.append(good - other_good)
    both = 0 < bad[rows].sum() < len(rows)
    return {
        "approval_rate": round(rate, 6),
        "adverse_impact": interval(rate / base if base else 1.0, ratios).as_json(),
        "equal_opportunity": interval(among_goods - base_goods, gaps).as_json(),
        "auc": round(auc(risk[rows], bad[rows]), 6) if both else None,
    }
