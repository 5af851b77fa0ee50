"""What is chosen by looking at outcomes, chosen inside the rows a model is fitted on: size of trees, deriving.

Three inner folds, or one of three where there are many rows: a third of them judges well enough. The rows that a figure
is reported for take no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.scores.discrimination import auc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from kaopu.decision.core.scores.arrays import Flags, Floats
    from kaopu.decision.core.scores.table import Table

    # (rows to fit on, their outcomes, rows to forecast) -> higher is worse
    Trial: TypeAlias = Callable[[Table, Flags, Table], Floats]

INNER_FOLDS = 3
MANY_ROWS = 3_000


def best_of(table: Table, bad: Flags, trials: Sequence[Trial], seed: int) -> int:
    """The place of the trial with the highest mean AUC on inner folds; the first of equals."""
    from sklearn.model_selection import StratifiedKFold

    if len(trials) == 1 or min(bad.sum(), (~bad).sum()) < INNER_FOLDS:
        return 0
    folds = list(StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=seed + 1).split(bad, bad))
    folds = folds[:1] if table.rows >= MANY_ROWS else folds
    worth = [
        np.mean([auc(trial(table.take(inner), bad[inner], table.take(outer)), bad[outer]) for inner, outer in folds])
        for trial in trials
    ]
    return int(np.argmax(worth))
