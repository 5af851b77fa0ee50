"""Forecasts for rows that the model has not seen: everything that learns is fitted anew inside each fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.scores.discrimination import auc
from kaopu.decision.core.scores.model import fit_model
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from kaopu.decision.core.scores.arrays import Flags, Floats, Whole
    from kaopu.decision.core.scores.derived import Derived
    from kaopu.decision.core.scores.recipe import Recipe
    from kaopu.decision.core.scores.table import Table

    # (rows to fit on, their outcomes, rows to forecast) -> probability of bad
    Forecaster: TypeAlias = Callable[[Table, Flags, Table], Floats]

FOLDS_MIN = 2


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """Each row's forecast by the model of the fold that left it out."""

    chance: Floats
    folds: tuple[Whole, ...]
    auc_folds: tuple[float, ...]

    @property
    def auc_mean(self) -> float:
        """Mean over folds."""
        return float(np.mean(self.auc_folds))


def stratified(bad: Flags, folds: int, seed: int) -> list[tuple[Whole, Whole]]:
    """`StratifiedKFold(shuffle=True, random_state=seed)`: pairs of rows to fit on and rows left out."""
    from sklearn.model_selection import StratifiedKFold

    fewest = int(min(bad.sum(), (~bad).sum()))
    if not FOLDS_MIN <= folds <= fewest:
        raise BadInput(f"--folds: {folds} given, expected {FOLDS_MIN} to {fewest}, the rows of the rarer outcome")
    return list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(bad, bad))


def cross_validate(table: Table, bad: Flags, parts: list[tuple[Whole, Whole]], forecast: Forecaster) -> CrossValidated:
    """Run `forecast` on each part."""
    chance, aucs = np.zeros(table.rows), []
    for inside, outside in parts:
        chance[outside] = forecast(table.take(inside), bad[inside], table.take(outside))
        aucs.append(auc(chance[outside], bad[outside]))
    return CrossValidated(chance, tuple(outside for _, outside in parts), tuple(aucs))


def by_recipe(recipe: Recipe, declared: tuple[Derived, ...]) -> Forecaster:
    """Forecasts of a model fitted by this recipe."""

    def forecast(inside: Table, bad: Flags, outside: Table) -> Floats:
        model = fit_model(inside, bad, recipe, declared)
        return model.raw_chance(model.prepared(outside))

    return forecast
