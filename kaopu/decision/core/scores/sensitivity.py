"""What happens to the forecasts when one input moves or goes missing, the others staying as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores.discrimination import auc
from kaopu.decision.core.scores.table import Table, is_text

if TYPE_CHECKING:
    from kaopu.decision.core.scores.arrays import Flags, Floats, Values
    from kaopu.decision.core.scores.model import Model

ROWS_MAX = 2000


def sensitivity(model: Model, table: Table, bad: Flags, seed: int = 0) -> list[dict[str, Any]]:
    """For each input: mean probability of bad and AUC with it one standard deviation up, down, and missing.

    On at most 2,000 rows drawn with `seed`. Sorted by what its absence costs.
    """
    rows = np.arange(table.rows)
    if table.rows > ROWS_MAX:
        rows = np.sort(np.random.default_rng(seed).choice(rows, ROWS_MAX, replace=False))
    part, truth = table.take(rows), bad[rows]
    base = model.chance_bad(part)
    found = [_of(model, part, truth, base, each.name) for each in model.inputs]
    return sorted(found, key=lambda row: (row["missing"]["auc"] or 0.0, row["column"]))


def _of(model: Model, table: Table, bad: Flags, base: Floats, name: str) -> dict[str, Any]:
    values = table.column(name)
    out: dict[str, Any] = {"column": name}
    if not is_text(values):
        step = float(np.nanstd(values))
        out["up"] = _moved(model, table, bad, base, (name, values + step))
        out["down"] = _moved(model, table, bad, base, (name, values - step))
    gone = np.full(len(values), None, dtype=object) if is_text(values) else np.full(len(values), np.nan)
    out["missing"] = _moved(model, table, bad, base, (name, gone))
    return out


def _moved(model: Model, table: Table, bad: Flags, base: Floats, moved: tuple[str, Values]) -> dict[str, float | None]:
    name, values = moved
    chance = model.chance_bad(Table(table.name, {**table.columns, name: values}, table.rows))
    both = 0 < bad.sum() < len(bad)
    return {
        "change_of_chance": round(float((chance - base).mean()), 6),
        "auc": round(auc(chance, bad), 6) if both else None,
    }
