"""What a model is compared with: the same libraries used plainly, in the same folds."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores.challenger import fit_challenger
from kaopu.decision.core.scores.recipe import Kind
from kaopu.decision.core.scores.table import is_text

if TYPE_CHECKING:
    from kaopu.decision.core.scores.arrays import Flags, Floats
    from kaopu.decision.core.scores.cross_validation import Forecaster
    from kaopu.decision.core.scores.table import Table

NAMES = {
    Kind.SCORECARD: "optbinning BinningProcess and scikit-learn LogisticRegression, both as they come",
    Kind.LIGHTGBM: "LightGBM as it comes",
}


def baseline(kind: Kind, seed: int, threads: int = 1) -> Forecaster:
    """The plain counterpart of a kind."""
    if kind is Kind.SCORECARD:
        return _plain_card

    def plain_trees(inside: Table, bad: Flags, outside: Table) -> Floats:
        parameters = {"objective": "binary", "verbosity": -1, "deterministic": True, "force_row_wise": True}
        model = fit_challenger(inside, bad, seeds=1, seed=seed, threads=threads, parameters=parameters)
        return model.chance_bad(outside)

    return plain_trees


def _plain_card(inside: Table, bad: Flags, outside: Table) -> Floats:
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression

    names = list(inside.columns)
    texts = [name for name in names if is_text(inside.column(name))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        process = BinningProcess(names, categorical_variables=texts or None)
        ways = {"metric": "woe", "metric_missing": "empirical"}
        fitted = process.fit_transform(_frame(inside), bad.astype(int), **ways)
        model = LogisticRegression(max_iter=1000).fit(fitted, bad.astype(int))
        chance = model.predict_proba(process.transform(_frame(outside), **ways))[:, 1]
    return np.asarray(chance, dtype=np.float64)


def _frame(table: Table) -> Any:
    import pandas as pd

    return pd.DataFrame(dict(table.columns))
