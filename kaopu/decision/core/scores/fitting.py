"""From a table with outcomes to a model, its worth by cross-validation, and everything that its file says about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores import attributes, derived
from kaopu.decision.core.scores.baseline import NAMES, baseline
from kaopu.decision.core.scores.calibration import fit_calibration
from kaopu.decision.core.scores.cross_validation import by_recipe, cross_validate, stratified
from kaopu.decision.core.scores.discrimination import auc, difference, ks
from kaopu.decision.core.scores.limits import limits_of
from kaopu.decision.core.scores.model import fit_model, with_parts
from kaopu.decision.core.scores.reference import reference_of
from kaopu.decision.core.scores.target import bad_flags
from kaopu.decision.core.scores.validation import in_order, validate
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.scores.arrays import Flags, Floats, Values
    from kaopu.decision.core.scores.cross_validation import CrossValidated
    from kaopu.decision.core.scores.model import Model
    from kaopu.decision.core.scores.recipe import Recipe
    from kaopu.decision.core.scores.table import Table

LATER_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class FitRequest:
    """What is fitted on what. `groups`: columns for the fairness report; protected columns are used without asking."""

    target: str
    recipe: Recipe
    folds: int = 5
    bad_value: str = ""
    exclude: tuple[str, ...] = ()
    approved: Mapping[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    date_column: str = ""
    compare: bool = False
    not_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """The model, what its file says beside it, and the figures that the command prints."""

    model: Model
    about: Mapping[str, Any]
    figures: Mapping[str, Any]


def fit(table: Table, request: FitRequest) -> Fitted:
    """Fit and validate. Raises `BadInput` where the table, a column or an option cannot be used."""
    bad, bad_value = bad_flags(table, request.target, request.bad_value)
    inputs, left_out = _inputs(table, request)
    declared = derived.detect(inputs)
    parts = stratified(bad, request.folds, request.recipe.seed)
    crossed = cross_validate(inputs, bad, parts, by_recipe(request.recipe, declared))
    calibration = fit_calibration(request.recipe.calibration, crossed.chance, bad)
    model = with_parts(fit_model(inputs, bad, request.recipe, declared), calibration=calibration)
    reference = reference_of(table.only(each.name for each in model.inputs), model.score(table))
    groups = request.groups or tuple(name for name in table.columns if attributes.is_protected(name))
    chance = _calibrated_by_folds(request.recipe.calibration, crossed, bad)
    report = validate(
        model, table, bad, chance=chance, groups=groups, date_column=request.date_column, seed=request.recipe.seed
    )
    report["out_of_time"] = _out_of_time(inputs, bad, table.column(request.date_column), request) if (
        request.date_column
    ) else None  # fmt: skip
    not_for, limits = limits_of(request.not_for, out_of_time=report["out_of_time"] is not None, bad_rate=bad.mean())
    figures = _figures(crossed, bad) | {"rows": table.rows, "bads": int(bad.sum()), "left_out": left_out}
    if request.compare:
        figures["compare"] = _compare(inputs, bad, parts, crossed, request)
    about = {
        "target": {"column": request.target, "bad": bad_value},
        "excluded": list(request.exclude),
        "left_out": left_out,
        "approved_attributes": dict(request.approved),
        "not_for": list(not_for),
        "limits": [{"en": english, "zh": chinese} for english, chinese in limits],
        "recipe": request.recipe.as_json(),
        "metrics": figures,
        "validation": report,
        "reference": reference,
    }
    return Fitted(model, about, figures)


def _inputs(table: Table, request: FitRequest) -> tuple[Table, dict[str, str]]:
    bare = table.without((request.target, *request.exclude))
    if request.date_column and request.date_column in bare.columns:
        bare = bare.without((request.date_column,))
    left_out = attributes.left_out(bare.columns, request.approved)
    inputs = bare.without(left_out)
    if not inputs.columns:
        raise BadInput(f"{table.name}: no column is left to fit on, expected at least one")
    return inputs, left_out


def _figures(crossed: CrossValidated, bad: Flags) -> dict[str, Any]:
    distances = [ks(crossed.chance[rows], bad[rows]) for rows in crossed.folds]
    return {
        "auc_folds": [round(each, 6) for each in crossed.auc_folds],
        "auc_mean": round(crossed.auc_mean, 6),
        "gini": round(2 * crossed.auc_mean - 1, 6),
        "ks": round(float(np.mean(distances)), 6),
    }


def _calibrated_by_folds(kind: str, crossed: CrossValidated, bad: Flags) -> Floats:
    # Each fold is mended by what the other folds showed, so that the reported calibration is not fitted on itself.
    chance = np.empty_like(crossed.chance)
    for rows in crossed.folds:
        others = np.setdiff1d(np.arange(len(bad)), rows)
        chance[rows] = fit_calibration(kind, crossed.chance[others], bad[others]).apply(crossed.chance[rows])
    return chance


def _compare(
    inputs: Table, bad: Flags, parts: list[tuple[Any, Any]], crossed: CrossValidated, request: FitRequest
) -> dict[str, Any]:
    recipe = request.recipe
    plain = cross_validate(inputs, bad, parts, baseline(recipe.kind, recipe.seed, recipe.threads))
    gap = difference(crossed.chance, plain.chance, bad, crossed.folds, seed=recipe.seed)
    claim = "no difference is claimed: 0 lies inside the interval"
    if gap.claims:
        claim = "better than the baseline" if gap.value > 0 else "worse than the baseline"
    return {
        "baseline": NAMES[recipe.kind],
        "auc_folds": [round(each, 6) for each in plain.auc_folds],
        "auc_mean": round(plain.auc_mean, 6),
        "difference": gap.as_json(),
        "claim": claim,
    }


def _out_of_time(inputs: Table, bad: Flags, dates: Values, request: FitRequest) -> dict[str, Any]:
    # Fitted on the earlier rows, judged on the later quarter: the one test that a shuffled fold cannot give.
    order = np.concatenate([rows for _, rows in in_order(dates)])
    cut = int(len(order) * (1 - LATER_SHARE))
    while 0 < cut < len(order) and dates[order[cut]] == dates[order[cut - 1]]:
        cut += 1  # a day is not torn in two
    earlier, later = order[:cut], order[cut:]
    for rows, name in ((earlier, "earlier"), (later, "later")):
        if not len(rows) or bad[rows].all() or not bad[rows].any():
            raise BadInput(f"--date: the {name} rows hold not both outcomes, expected dates that spread over them")
    declared = derived.detect(inputs)
    chance = by_recipe(request.recipe, declared)(inputs.take(earlier), bad[earlier], inputs.take(later))
    return {
        "earlier_rows": len(earlier), "later_rows": len(later), "from": str(dates[later[0]]),
        "auc": round(auc(chance, bad[later]), 6), "expected": round(float(chance.mean()), 6),
        "came": round(float(bad[later].mean()), 6),
    }  # fmt: skip
