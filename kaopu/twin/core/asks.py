"""Lost-contact episodes in which asking a contact is drawn by lot, with the planted chances of finding the borrower."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.draws import picked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.world_sections import Asking

STRATA = ("family", "friend")


@dataclass(frozen=True, slots=True, eq=False)
class Asks:
    """One entry an episode: what is known before the lot, the lot, what came in 30 days, and the planted chances."""

    stratum: NDArray[np.int8]
    days_unreached: NDArray[np.float64]
    reach_before: NDArray[np.float64]
    asked: NDArray[np.bool_]
    found_30: NDArray[np.bool_]
    complaint: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    withdrew: NDArray[np.bool_]
    risk_not_asked: NDArray[np.float64]
    risk_asked: NDArray[np.float64]


def draw_asks(asking: Asking, stratum: NDArray[np.int8], rng: np.random.Generator) -> Asks:
    """Episodes of given strata (0 family, 1 friend). The longer nobody is reached, the less is anybody found."""
    count = len(stratum)
    days_unreached = 15 + rng.standard_exponential(count) * 20
    reach_before = rng.beta(2, 5, count)
    base = np.array([asking.found_family, asking.found_friend])[stratum]
    # Mean 1 over episodes: the chance falls with days unreached and rises with the reach that was believed in.
    factor = 0.5 + 0.5 * np.exp(-(days_unreached - 15) / 20) + (reach_before - 2 / 7)
    not_asked = np.clip(base * factor / 0.75, 0, 1)
    asked_risk = np.clip(not_asked + np.array([asking.effect_family, asking.effect_friend])[stratum], 0, 1)
    asked = ~picked(rng, asking.held_out_share, count)
    found = picked(rng, np.where(asked, asked_risk, not_asked), count)
    complaint = picked(rng, asking.complaint + np.where(asked, asking.complaint_added, 0.0), count)
    refused = asked & picked(rng, asking.refused, count)
    withdrew = asked & ~refused & picked(rng, asking.withdrew, count)
    return Asks(
        stratum, days_unreached, reach_before, asked, found, complaint, refused, withdrew, not_asked, asked_risk
    )


def planted_effect(asks: Asks) -> float:
    """The mean difference that asking makes to the chance of being found, over all episodes."""
    return float(np.mean(asks.risk_asked - asks.risk_not_asked)) if len(asks.asked) else 0.0
