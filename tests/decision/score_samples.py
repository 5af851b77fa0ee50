"""Made-up people for the tests of scores."""

from __future__ import annotations

import numpy as np

from kaopu.decision.core.scores.table import Table


def people(rows: int = 1200, seed: int = 1) -> tuple[Table, np.ndarray]:
    """Income helps, debts hurt, where one lives matters a little, the noise not at all; some incomes are missing."""
    draw = np.random.default_rng(seed)
    income = draw.normal(50, 10, rows).round(1)
    debts = draw.poisson(2, rows).astype(float)
    home = draw.choice(np.array(["own", "rent", "other"], dtype=object), rows)
    noise = draw.random(rows)
    line = -1.3 - 0.08 * (income - 50) + 0.5 * (debts - 2) + 0.6 * (home == "rent")
    bad = draw.random(rows) < 1 / (1 + np.exp(-line))
    income = np.where(draw.random(rows) < 0.05, np.nan, income)
    return Table("people", {"income": income, "debts": debts, "home": home, "noise": noise}, rows), bad
