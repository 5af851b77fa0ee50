"""The challenger: gradient boosted trees (LightGBM), directions held, several seeds averaged.

Margins (log-odds of bad) of the seeds are averaged, and so are their SHAP values (LightGBM's own tree SHAP,
`pred_contrib`), which therefore add up to the margin. Which of a few sizes of model is used is chosen inside the rows
it is fitted on (see `choice`), never on rows that a figure is reported for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit

from kaopu.decision.core.scores.table import is_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.scores.arrays import Flags, Floats
    from kaopu.decision.core.scores.table import Table

SIZES: dict[str, dict[str, Any]] = {
    "small": {"num_leaves": 4, "num_iterations": 300, "learning_rate": 0.03, "min_data_in_leaf": 20},
    "middle": {"num_leaves": 8, "num_iterations": 500, "learning_rate": 0.02, "min_data_in_leaf": 50},
    "large": {"num_leaves": 15, "num_iterations": 350, "learning_rate": 0.02, "min_data_in_leaf": 100},
    # For few bads that many columns together tell: ratios of firms.
    "deep": {
        "num_leaves": 31,
        "num_iterations": 300,
        "learning_rate": 0.05,
        "min_data_in_leaf": 20,
        "lambda_l2": 1.0,
        "feature_fraction": 0.6,
        "bagging_fraction": 0.9,
    },
}
SHARED: dict[str, Any] = {
    "objective": "binary", "bagging_fraction": 0.7, "bagging_freq": 1, "feature_fraction": 0.3, "lambda_l2": 10.0,
    "verbosity": -1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Challenger:
    """Trees as LightGBM's text, one a seed; `categories` by text column, in the order of their codes."""

    columns: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    trees: tuple[str, ...]
    size: str
    boosters: tuple[Any, ...] = field(default=(), compare=False, repr=False)

    def loaded(self) -> tuple[Any, ...]:
        """LightGBM's own objects."""
        import lightgbm

        return self.boosters or tuple(lightgbm.Booster(model_str=text) for text in self.trees)

    def margin(self, table: Table) -> Floats:
        """Log-odds of bad, the mean over seeds."""
        matrix = self.matrix(table)
        found = [each.predict(matrix, raw_score=True, num_threads=1) for each in self.loaded()]
        return np.asarray(np.mean(found, axis=0), dtype=np.float64)

    def chance_bad(self, table: Table) -> Floats:
        """Probability of bad, as fitted."""
        return np.asarray(expit(self.margin(table)), dtype=np.float64)

    def parts(self, table: Table) -> Floats:
        """SHAP values by row and column, the expected margin in a last column; rows add up to the margin."""
        matrix = self.matrix(table)
        found = [each.predict(matrix, pred_contrib=True, num_threads=1) for each in self.loaded()]
        return np.asarray(np.mean(found, axis=0), dtype=np.float64)

    def matrix(self, table: Table) -> Floats:
        """Numbers as they are, categories as codes; a gap or an unseen category is NaN."""
        return np.stack([self._numbers(table, name) for name in self.columns], axis=1)

    def _numbers(self, table: Table, name: str) -> Floats:
        if name not in self.categories:
            return table.numbers(name)
        codes = {category: float(code) for code, category in enumerate(self.categories[name])}
        return np.array([codes.get(str(each), np.nan) for each in table.column(name)])


def fit_challenger(
    table: Table,
    bad: Flags,
    *,
    monotone: Mapping[str, str] | None = None,
    size: str = "large",
    seeds: int = 3,
    seed: int = 0,
    threads: int = 1,
    parameters: Mapping[str, Any] | None = None,
) -> Challenger:
    """Fit `seeds` models of one size. `parameters` replace all of them (for a baseline)."""
    import lightgbm

    columns = tuple(table.columns)
    categories = {
        name: tuple(sorted({str(each) for each in values if each is not None}))
        for name, values in table.columns.items()
        if is_text(values)
    }
    bare = Challenger(columns, categories, (), size)
    matrix = bare.matrix(table)
    ways = {"ascending": 1, "descending": -1}
    directions = [0 if name in categories else ways.get((monotone or {}).get(name, ""), 0) for name in columns]
    given: dict[str, Any] = dict(parameters) if parameters is not None else {**SHARED, **SIZES[size]}
    given |= {"num_threads": threads}
    if any(directions):
        given["monotone_constraints"] = directions
        given["monotone_constraints_method"] = "intermediate"
    boosters = []
    for number in range(seeds):
        data = lightgbm.Dataset(
            matrix, bad.astype(int), feature_name=[f"c{place}" for place in range(len(columns))],
            categorical_feature=[columns.index(name) for name in categories], free_raw_data=True,
        )  # fmt: skip
        boosters.append(lightgbm.train({**given, "seed": seed * 1000 + number}, data))
    trees = tuple(each.model_to_string() for each in boosters)
    return Challenger(columns, categories, trees, size, tuple(boosters))
