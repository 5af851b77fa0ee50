"""How well a score tells good from bad: AUC, Gini, KS, and intervals by resampling rows.

`risk` is higher for worse rows. AUC: Mann-Whitney, ties half (Hanley & McNeil 1982). Intervals: stratified percentile
bootstrap with a seed as argument; a difference of two scores is resampled in pairs, on the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.decision.core.scores.arrays import Flags, Floats, Whole

DRAWS = 500
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the ends between which it lies, at `LEVEL`."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Rounded to six decimals."""
        return {"value": round(self.value, 6), "low": round(self.low, 6), "high": round(self.high, 6)}

    @property
    def claims(self) -> bool:
        """Whether 0 lies outside: only then may a difference be claimed."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows sorted by risk once, so that each resampling costs one pass: group of equal risk and outcome by row."""

    group: Whole
    groups: int
    bad: Flags

    @classmethod
    def of(cls, risk: Floats, bad: Flags) -> Ranked:
        """Rank the rows."""
        _, group = np.unique(risk, return_inverse=True)
        return cls(group.astype(np.int64), int(group.max()) + 1 if len(group) else 0, bad)

    def counts(self, weights: Floats | None = None) -> tuple[Floats, Floats]:
        """Goods and bads by group, lowest risk first; rows may count several times."""
        given = np.ones(len(self.group)) if weights is None else weights
        goods = np.bincount(self.group, weights=given * ~self.bad, minlength=self.groups)
        bads = np.bincount(self.group, weights=given * self.bad, minlength=self.groups)
        return goods.astype(np.float64), bads.astype(np.float64)

    def auc(self, weights: Floats | None = None) -> float:
        """The chance that a bad row has a higher risk than a good one."""
        goods, bads = self.counts(weights)
        below = np.cumsum(goods) - goods
        return float((bads * (below + goods / 2)).sum() / (goods.sum() * bads.sum()))

    def ks(self, weights: Floats | None = None) -> float:
        """The largest gap between the two cumulative shares."""
        goods, bads = self.counts(weights)
        return float(np.abs(np.cumsum(goods) / goods.sum() - np.cumsum(bads) / bads.sum()).max())


def auc(risk: Floats, bad: Flags) -> float:
    """AUC of a score."""
    return Ranked.of(risk, bad).auc()


def ks(risk: Floats, bad: Flags) -> float:
    """Kolmogorov-Smirnov distance of a score."""
    return Ranked.of(risk, bad).ks()


def resampled(bad: Flags, draw: np.random.Generator) -> Floats:
    """How often each row counts in one stratified resampling: goods and bads keep their numbers."""
    times = np.zeros(len(bad))
    for rows in (np.flatnonzero(bad), np.flatnonzero(~bad)):
        times += np.bincount(draw.choice(rows, len(rows)), minlength=len(bad))
    return times


def interval(value: float, draws: Sequence[float] | Floats) -> Interval:
    """The figure with the percentile interval of its draws."""
    low, high = np.nanquantile(np.asarray(draws), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, float(low), float(high))


def with_intervals(risk: Floats, bad: Flags, seed: int, draws: int = DRAWS) -> dict[str, Interval]:
    """AUC, Gini and KS, each with its interval."""
    ranked, draw = Ranked.of(risk, bad), np.random.default_rng(seed)
    aucs, distances = np.empty(draws), np.empty(draws)
    for place in range(draws):
        times = resampled(bad, draw)
        aucs[place], distances[place] = ranked.auc(times), ranked.ks(times)
    value = ranked.auc()
    return {
        "auc": interval(value, aucs),
        "gini": interval(2 * value - 1, 2 * aucs - 1),
        "ks": interval(ranked.ks(), distances),
    }


def difference(
    first: Floats, second: Floats, bad: Flags, folds: Sequence[Whole], *, seed: int, draws: int = DRAWS
) -> Interval:
    """AUC of `first` less that of `second`, each the mean over folds, resampled in pairs inside each fold."""
    draw = np.random.default_rng(seed)
    pairs = [(Ranked.of(first[rows], bad[rows]), Ranked.of(second[rows], bad[rows])) for rows in folds]
    value = float(np.mean([one.auc() - other.auc() for one, other in pairs]))
    found = np.empty(draws)
    for place in range(draws):
        gaps = []
        for one, other in pairs:
            times = resampled(one.bad, draw)
            gaps.append(one.auc(times) - other.auc(times))
        found[place] = np.mean(gaps)
    return interval(value, found)
