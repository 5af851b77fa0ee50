"""A scorecard: for each column a bin, for each bin points, added up.

Fitted as logistic regression on weights of evidence, each weight held to the sign that its bins show, so that more
points always mean fewer bads in that column. Score = base points + sum of points; `double` points more double the odds
of good to bad (Siddiqi 2006, ch. 6). Points have one decimal and are what is applied: the probability comes from them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from kaopu.decision.core.scores import logistic
from kaopu.decision.core.scores.binning import Bins, fit_all
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.scores.arrays import Flags, Floats
    from kaopu.decision.core.scores.table import Table

WEIGHT_MIN = 0.02
RIDGE = 10.0


@dataclass(frozen=True, slots=True)
class Scaling:
    """`base_points` is the score at odds of `base_odds` goods to one bad; `double` points double the odds."""

    base_points: float = 600.0
    base_odds: float = 20.0
    double: float = 20.0

    def __post_init__(self) -> None:
        if self.base_odds <= 0 or self.double <= 0:
            raise BadInput(f"scaling: odds {self.base_odds} and doubling {self.double} given, expected both above 0")

    @property
    def factor(self) -> float:
        """Points per unit of log-odds."""
        return self.double / math.log(2)

    def points(self, log_odds_bad: float) -> float:
        """The score at these log-odds of bad to good."""
        return self.base_points - self.factor * (log_odds_bad + math.log(self.base_odds))

    def log_odds_bad(self, score: Floats) -> Floats:
        """Log-odds of bad to good at a score."""
        return np.asarray((self.base_points - score) / self.factor - math.log(self.base_odds), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class CardColumn:
    """A column's bins and the points of each: bins in order, then missing, then unseen (0: as an average row)."""

    bins: Bins
    weight: float
    points: tuple[float, ...]

    def earned(self, table: Table) -> Floats:
        """Points of each row."""
        return np.array(self.points)[self.bins.places(table.column(self.bins.column))]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Base points (an average row has about these) and the columns that count."""

    scaling: Scaling
    base: float
    columns: tuple[CardColumn, ...]

    def points(self, table: Table) -> Floats:
        """Points by row and column."""
        return np.stack([column.earned(table) for column in self.columns], axis=1)

    def score(self, table: Table) -> Floats:
        """The score of each row; higher is better."""
        # Rounded: the same points added up in another order would differ in the last bit and fall into another bin.
        return np.asarray(np.round(self.base + self.points(table).sum(axis=1), 1), dtype=np.float64)

    def chance_bad(self, table: Table) -> Floats:
        """Probability of bad, as fitted (calibration is a step after it)."""
        return np.asarray(expit(self.scaling.log_odds_bad(self.score(table))), dtype=np.float64)


def fit_scorecard(
    table: Table,
    bad: Flags,
    *,
    monotone: Mapping[str, str] | None = None,
    scaling: Scaling | None = None,
    ridge: float = RIDGE,
    threads: int = 1,
) -> Scorecard:
    """Fit on all columns of `table` (derived ones are in it already). Columns that add nothing drop out."""
    scale = scaling or Scaling()
    bins = [each for each in fit_all(table, bad, monotone, threads) if any(each.woe)]
    if not bins:
        raise BadInput(f"{table.name}: no column tells good from bad, expected at least one")
    evidence = np.stack([-each.evidence(table.column(each.column)) for each in bins], axis=1)
    for _ in range(3):  # what drops out changes the others' weights
        intercept, weights = logistic.fit(evidence, bad, ridge=ridge, never_below_zero=True)
        kept = weights >= min(WEIGHT_MIN, float(weights.max()))
        if kept.all():
            break
        bins = [each for each, stays in zip(bins, kept, strict=True) if stays]
        evidence = evidence[:, kept]
    columns = tuple(_column(each, float(weight), scale) for each, weight in zip(bins, weights, strict=True))
    return Scorecard(scale, round(scale.points(intercept), 1), columns)


def _column(bins: Bins, weight: float, scale: Scaling) -> CardColumn:
    points = tuple(round(scale.factor * weight * each, 1) for each in bins.woe)
    return CardColumn(bins, weight, (*points, 0.0))
