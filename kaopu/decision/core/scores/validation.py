"""The validation report as plain figures: discrimination, calibration, stability, time, fairness, sensitivity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores import calibration
from kaopu.decision.core.scores.discrimination import auc, with_intervals
from kaopu.decision.core.scores.fairness import APPROVED, by_group
from kaopu.decision.core.scores.reference import shifts
from kaopu.decision.core.scores.sensitivity import sensitivity
from kaopu.decision.core.scores.table import is_text, missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kaopu.decision.core.scores.arrays import Flags, Floats, Values
    from kaopu.decision.core.scores.model import Model
    from kaopu.decision.core.scores.table import Table

PERIODS_MAX = 12
PERIOD_ROWS_MIN = 50


def validate(
    model: Model,
    table: Table,
    bad: Flags,
    *,
    chance: Floats | None = None,
    reference: Mapping[str, Any] | None = None,
    groups: Sequence[str] = (),
    date_column: str = "",
    approved: float = APPROVED,
    seed: int = 0,
) -> dict[str, Any]:
    """Everything that can be said about `model` on these rows.

    `chance`: calibrated forecasts made without the row itself (cross-validation); without them the model's own, which
    is fair only for rows it was not fitted on. `groups` and `date_column` are columns of `table`, read here only.
    """
    forecast = model.chance_bad(table) if chance is None else chance
    score = model.score(table)
    found = {
        "rows": table.rows,
        "bads": int(bad.sum()),
        "forecasts": "the model's own" if chance is None else "by folds that left the row out",
        "discrimination": {name: each.as_json() for name, each in with_intervals(forecast, bad, seed).items()},
        "calibration": calibration.figures(forecast, bad, seed),
        "fairness": {name: by_group(forecast, bad, table.column(name), share=approved, seed=seed) for name in groups},
        "sensitivity": sensitivity(model, table, bad, seed),
        "distribution": _distribution(score, bad),
    }
    if reference is not None:
        found["stability"] = shifts(reference, table, score)
    if date_column:
        found["periods"] = periods(
            model, table, bad, chance=forecast, score=score, dates=table.column(date_column), reference=reference
        )
    return found


def periods(
    model: Model,
    table: Table,
    bad: Flags,
    *,
    chance: Floats,
    score: Floats,
    dates: Values,
    reference: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """By value of the date column (by twelfth of the rows where there are more): rates, AUC, PSI of the score."""
    out = []
    for label, rows in in_order(dates):
        truth = bad[rows]
        row: dict[str, Any] = {
            "period": label, "rows": len(rows), "bad_rate": round(float(truth.mean()), 6),
            "expected": round(float(chance[rows].mean()), 6),
            "auc": round(auc(chance[rows], truth), 6) if 0 < truth.sum() < len(truth) else None,
        }  # fmt: skip
        if reference is not None:
            row["psi"] = shifts(reference, table.only(e.name for e in model.inputs).take(rows), score[rows])["psi"]
        out.append(row)
    return out


def in_order(dates: Values) -> list[tuple[str, Values]]:
    """Rows by period, earliest first; rows without a date are in none. Dates sort as they are written."""
    here = np.flatnonzero(~missing(dates))
    keys = np.array([str(each) if is_text(dates) else f"{each:020.4f}" for each in dates[here]])
    order = here[np.argsort(keys, kind="stable")]
    names = np.unique(keys)
    if len(names) <= PERIODS_MAX:
        return [(_name(dates[here[keys == name][0]]), here[keys == name]) for name in names]
    parts = [part for part in np.array_split(order, PERIODS_MAX) if len(part)]
    return [(f"{_name(dates[part[0]])} to {_name(dates[part[-1]])}", part) for part in parts]


def _name(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _distribution(score: Floats, bad: Flags, bins: int = 20) -> list[dict[str, float]]:
    cuts = np.linspace(score.min(), score.max() or 1.0, bins + 1)
    goods, _ = np.histogram(score[~bad], cuts)
    bads, _ = np.histogram(score[bad], cuts)
    return [
        {"from": round(float(low), 1), "to": round(float(high), 1), "goods": int(good), "bads": int(worse)}
        for low, high, good, worse in zip(cuts, cuts[1:], goods, bads, strict=False)
    ]
