"""Whether a population is still the one a score was made for: PSI of the score, CSI of each column.

Sum over bins of (share now - share then) * ln(share now / share then) (Siddiqi 2006, ch. 9); half a row is added to
each count. Below 0.1 stable, to 0.25 watch, above it changed: the field's customary bounds, no law.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.decision.core.scores.arrays import Floats

WATCH, CHANGED = 0.1, 0.25
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


def verdict(value: float) -> str:
    """`stable`, `watch` or `changed`."""
    return "changed" if value > CHANGED else "watch" if value > WATCH else "stable"
