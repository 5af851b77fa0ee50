"""Does asking a contact help to find the borrower? The difference in risk between who was asked and who was held out.

The lot decides who is asked, so the plain difference is unbiased; what was known before the lot only sharpens it. Each
arm gets a regression of its own on those facts, taken at their mean over both arms (Lin 2013, Annals of Applied
Statistics 7(1), 295-318), with the HC2 variance (Samii and Aronow 2012: the conservative variance of Neyman) and the t
distribution. What this finds in made-up towns says nothing about life, unknown until a lender runs the protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_IN_ARM = (
    40  # below, and with fewer than so many of either outcome, the normal approximation is not to be trusted
)
FEWEST_OF_OUTCOME = 8
NOT_KNOWN = "Whether asking a contact helps in life is unknown until a lender runs the pre-registered protocol."


# Two looks are planned, halfway and at the end. A difference is claimed below these, which add up to 0.05, so that both
# looks together claim one that is not there in at most 5 of 100 runs (Bonferroni).
# Set after 200 made-up towns had given 6 % false claims at 0.05, and measured since on others: docs/evidence/twin.md.
CLAIM_HALFWAY_BELOW = 0.01
CLAIM_BELOW = 0.04


class Verdict(StrEnum):
    """What may be said. The strings are public API: add new ones, keep the old."""

    HELPS = "found_more_often_when_asked"
    HARMS = "found_less_often_when_asked"
    NOTHING_SHOWN = "no_difference_shown"
    TOO_FEW = "too_few_to_judge"
    NO_LOT = "the_lot_does_not_hold"
    TOO_EARLY = "fewer_than_planned"


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference that asking makes to the chance of being found within 30 days, asked less held out."""

    difference: float
    low: float
    high: float
    standard_error: float
    p_value: float
    asked: int
    held_out: int
    found_asked: float  # share found
    found_held_out: float


def effect_of_asking(
    asked: NDArray[np.bool_], found: NDArray[np.bool_], facts: NDArray[np.float64], level: float = 0.95
) -> Effect | None:
    """The effect with its interval; None where an arm is too small or has too few of either outcome.

    Args:
        asked: the lot, one entry an episode.
        found: whether there was a right-party contact within 30 days.
        facts: [episode, fact] what was known before the lot, strata as columns of 0 and 1; may have no column.
        level: of the two-sided interval.
    """
    if _too_few(found[asked]) or _too_few(found[~asked]):
        return None
    centred = _independent(facts)
    arms = [_at_mean(centred[arm], found[arm].astype(np.float64)) for arm in (asked, ~asked)]
    if any(freedom < 1 for _, _, freedom in arms):
        return None
    difference = arms[0][0] - arms[1][0]
    error = float(np.sqrt(arms[0][1] + arms[1][1]))
    freedom = arms[0][2] + arms[1][2]
    half = float(stdtrit(freedom, 0.5 + level / 2)) * error
    p_value = 2 * float(stdtr(freedom, -abs(difference) / error)) if error > 0 else float(difference == 0)
    return Effect(
        difference,
        max(difference - half, -1.0),
        min(difference + half, 1.0),
        error,
        p_value,
        int(np.count_nonzero(asked)),
        int(np.count_nonzero(~asked)),
        float(found[asked].mean()),
        float(found[~asked].mean()),
    )


def _too_few(found: NDArray[np.bool_]) -> bool:
    hits = int(np.count_nonzero(found))
    return len(found) < FEWEST_IN_ARM or min(hits, len(found) - hits) < FEWEST_OF_OUTCOME


def _independent(facts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The facts around their mean, scaled, without those that say nothing new (a constant, the last of all strata)."""
    centred = facts - facts.mean(axis=0, keepdims=True)
    spread = centred.std(axis=0)
    centred = centred[:, spread > 1e-12] / spread[spread > 1e-12]
    kept: list[int] = []
    for column in range(centred.shape[1]):
        if np.linalg.matrix_rank(centred[:, [*kept, column]], tol=1e-8 * len(centred)) > len(kept):
            kept.append(column)
    found: NDArray[np.float64] = centred[:, kept]
    return found


def _at_mean(facts: NDArray[np.float64], found: NDArray[np.float64]) -> tuple[float, float, int]:
    """The share found where all facts are at their mean, its HC2 variance, and the degrees of freedom left."""
    design = np.column_stack([np.ones(len(found)), facts])
    inverse = np.linalg.pinv(design.T @ design)
    rest = found - design @ (inverse @ (design.T @ found))
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    # A leverage of 1 leaves no residual: nothing is divided by nothing.
    weight = (design @ inverse[:, 0]) ** 2
    variance = float(np.sum(weight * rest**2 / np.maximum(1 - leverage, 1e-9)))
    return float((inverse @ (design.T @ found))[0]), variance, len(found) - design.shape[1]


def verdict(effect: Effect | None, below: float = CLAIM_BELOW) -> Verdict:
    """What may be said where a difference is claimed below this p-value."""
    if effect is None:
        return Verdict.TOO_FEW
    if effect.p_value >= below:
        return Verdict.NOTHING_SHOWN
    return Verdict.HELPS if effect.difference > 0 else Verdict.HARMS
