"""Trust: is a contact a real, independent person who agreed? A score of 0 to 100 that is the sum of its reasons.

A low score asks for another contact or for a person's look. There is no outcome that declines anybody: the field is
optional in law, and a contact says nothing of whether a borrower repays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from kaopu.contacts.core.trust_weights import Weight, Weights

LEAST, MOST = 0, 100


class Outcome(StrEnum):
    """What follows from a score. The strings are public; none of them declines."""

    OK = "ok"
    NOT_YET = "not_yet"  # nothing speaks against them, but nobody has confirmed: unknown is never yes
    ASK_ANOTHER = "ask_another"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Trust:
    """The score of one nomination and the signals that made it; facts that are not known moved nothing."""

    score: int
    outcome: Outcome
    reasons: tuple[Weight, ...]
    not_known: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores of many nominations. `counted[i, j]`: signal `j` counted for nomination `i`."""

    weights: Weights
    score: NDArray[np.int64]
    outcome: NDArray[np.str_]
    counted: NDArray[np.bool_]
    unknown: NDArray[np.bool_]  # [nomination, fact of weights.facts]

    def one(self, row: int) -> Trust:
        """One nomination, its reasons by how much they weigh."""
        counted = [each for each, hit in zip(self.weights.signals, self.counted[row], strict=True) if hit]
        reasons = sorted(counted, key=lambda each: (-abs(each.points), each.name))
        missing = [fact for fact, gone in zip(self.weights.facts, self.unknown[row], strict=True) if gone]
        return Trust(int(self.score[row]), Outcome(self.outcome[row]), tuple(reasons), tuple(missing))


def scored(facts: Mapping[str, NDArray[np.float64]], weights: Weights) -> Scores:
    """Base plus the points of every signal that counts, held between 0 and 100."""
    strange = [fact for fact in (*weights.facts, *weights.ok_needs_one_of) if fact not in facts]
    if strange:
        raise BadInput(f"weights {weights.version}: fact {strange[0]}, expected one of {', '.join(sorted(facts))}")
    columns = [facts[each.fact] for each in weights.signals]
    # A comparison with an unknown (NaN) is false: what is not known neither helps nor harms.
    counted = np.stack(
        [
            (values >= each.at_least) & (values <= each.at_most)
            for each, values in zip(weights.signals, columns, strict=True)
        ],
        axis=1,
    )
    points = np.array([each.points for each in weights.signals])
    score = np.clip(weights.base + counted @ points, LEAST, MOST)
    by_group = (counted & np.array([each.group for each in weights.signals])).any(axis=1)
    unknown = np.stack([np.isnan(facts[fact]) for fact in weights.facts], axis=1)
    unheard = np.all([np.isnan(facts[fact]) for fact in weights.ok_needs_one_of], axis=0)
    return Scores(weights, score, _outcomes(score, by_group, unheard, weights), counted, unknown)


def _outcomes(
    score: NDArray[np.int64], by_group: NDArray[np.bool_], unheard: NDArray[np.bool_], weights: Weights
) -> NDArray[np.str_]:
    low = score < weights.ask_another_below
    looked_at = (score < weights.review_below) | (by_group & low)
    words = [Outcome.REVIEW.value, Outcome.ASK_ANOTHER.value, Outcome.NOT_YET.value]
    return np.select([looked_at, low, unheard], words, Outcome.OK.value)
