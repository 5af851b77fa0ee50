"""How right the beliefs were, once the truth is known: Brier score, calibration error, and the naive rule to beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

VERIFIED_DAYS = 180


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Beliefs of one tenth of the scale: how many, what was believed on average, and the share that was true."""

    low: float
    count: int
    believed: float
    true: float


def brier(believed: ArrayLike, true: ArrayLike) -> float:
    """Mean squared distance between chance and outcome; 0 is perfect (Brier, 1950)."""
    return float(np.mean((np.asarray(believed, float) - np.asarray(true, float)) ** 2))


def calibration_bins(believed: ArrayLike, true: ArrayLike, bins: int = 10) -> tuple[CalibrationBin, ...]:
    """Bins of equal width over 0 to 1; those without a belief are left out."""
    chance, outcome = np.asarray(believed, float), np.asarray(true, float)
    place = np.minimum((chance * bins).astype(np.int64), bins - 1)
    return tuple(
        CalibrationBin(each / bins, int(held.sum()), float(chance[held].mean()), float(outcome[held].mean()))
        for each in range(bins)
        if (held := place == each).any()
    )


def expected_calibration_error(believed: ArrayLike, true: ArrayLike, bins: int = 10) -> float:
    """Distance between belief and truth by bin, weighed by how many beliefs each holds (Naeini and others, 2015)."""
    found = calibration_bins(believed, true, bins)
    total = sum(each.count for each in found)
    return sum(each.count * abs(each.believed - each.true) for each in found) / total


def verified_lately(days_since_confirmed: ArrayLike, within: int = VERIFIED_DAYS) -> NDArray[np.float64]:
    """The rule of thumb: 1 where confirmed within so many days, else 0; nan for a point never confirmed counts 0."""
    days = np.asarray(days_since_confirmed, float)
    return (days <= within).astype(np.float64)


def verified_rates(
    days_since_confirmed: ArrayLike, true: ArrayLike, within: int = VERIFIED_DAYS
) -> tuple[float, float]:
    """The rule of thumb at its best: the share alive where it says yes, and where it says no (learnt elsewhere)."""
    yes = verified_lately(days_since_confirmed, within) > 0
    outcome = np.asarray(true, float)
    return float(outcome[yes].mean()) if yes.any() else 0.5, float(outcome[~yes].mean()) if (~yes).any() else 0.5


def better_by(ours: float, theirs: float) -> float:
    """How much smaller ours is, as a share of theirs."""
    return 1.0 - ours / theirs if theirs > 0 else 0.0
