"""Whether a population is still the one a score was made for: PSI of the score, CSI of each column.

Sum over bins of (share now - share then) * ln(share now / share then) (Siddiqi 2006, ch. 9); half a row is added to
each count. Below 0.1 stable, to 0.25 watch, above it changed: the field's customary bounds, no law. Few rows move by
chance alone: without any drift PSI is about chi-squared with (bins - 1) degrees times (1/rows then + 1/rows now)
(Yurdakul & Naranjo 2020), and what stays below its 99.9 % quantile is called stable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kaopu.decision.core.scores.arrays import Floats

WATCH, CHANGED_ABOVE, BY_CHANCE = 0.1, 0.25, 0.999
STABLE, LOOK, CHANGED = GRAVITY = ("stable", "watch", "changed")
TENTHS = 10


def psi(then: Sequence[float] | Floats, now: Sequence[float] | Floats) -> float:
    """Of two lists of counts over the same bins. Bins empty on both sides say nothing."""
    first, second = np.asarray(then, dtype=np.float64), np.asarray(now, dtype=np.float64)
    used = (first > 0) | (second > 0)
    first, second = first[used] + 0.5, second[used] + 0.5
    old, new = first / first.sum(), second / second.sum()
    return float(((new - old) * np.log(new / old)).sum())


def edges(values: Floats, bins: int = TENTHS) -> tuple[float, ...]:
    """Cuts between tenths of what was there then; fewer where values repeat."""
    inner = np.quantile(values[~np.isnan(values)], np.linspace(0, 1, bins + 1)[1:-1])
    return tuple(float(each) for each in np.unique(inner))


def counts(values: Floats, cuts: Sequence[float]) -> tuple[int, ...]:
    """Rows by bin, gaps in a last one."""
    gaps = np.isnan(values)
    inside = np.bincount(np.digitize(values[~gaps], np.asarray(cuts)), minlength=len(cuts) + 1)
    return (*(int(each) for each in inside), int(gaps.sum()))


def noise(then: Sequence[float] | Floats, now: Sequence[float] | Floats) -> float:
    """What PSI of these counts reaches by chance once in a thousand times."""
    first, second = np.asarray(then, dtype=np.float64), np.asarray(now, dtype=np.float64)
    used = int(((first > 0) | (second > 0)).sum())
    if used < len((first, second)) or not first.sum() or not second.sum():
        return 0.0
    return float(chi2.ppf(BY_CHANCE, used - 1) * (1 / first.sum() + 1 / second.sum()))


def verdict(then: Sequence[float] | Floats, now: Sequence[float] | Floats) -> str:
    """`stable`, `watch` or `changed`."""
    value = psi(then, now)
    if value <= max(WATCH, noise(then, now)):
        return STABLE
    return CHANGED if value > CHANGED_ABOVE else LOOK


def worst(verdicts: Iterable[str]) -> str:
    """The gravest of several; `stable` of none."""
    return max(verdicts, key=GRAVITY.index, default=STABLE)
