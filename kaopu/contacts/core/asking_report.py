"""What a run of the protocol shows: whether the lot held, the effect, its strata, the harms, and what may be said."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.contacts.core.asking_effect import CLAIM_HALFWAY_BELOW, NOT_KNOWN, Effect, Verdict, effect_of_asking, verdict
from kaopu.contacts.core.asking_harms import harms
from kaopu.contacts.core.asking_lot import LOT_FAILS_BELOW, lot_p_value

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Episodes:
    """One entry an episode whose outcome is known, one episode a borrower."""

    asked: NDArray[np.bool_]
    found: NDArray[np.bool_]
    facts: NDArray[np.float64]
    stratum: NDArray[np.str_]
    complaint: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    withdrew: NDArray[np.bool_]


def report_on(episodes: Episodes, share_held_out: float, planned: int | None = None) -> dict[str, Any]:
    """The report as plain values.

    The effect is not looked at where the lot does not hold, nor before the planned number of episodes is there, but for
    one look halfway that ends the run only on a strong sign: who looks often finds what is not there. Harms are always
    told.
    """
    count, held_out = len(episodes.asked), int(np.count_nonzero(~episodes.asked))
    p_value = lot_p_value(held_out, count, share_held_out)
    lot = {
        "held_out_share": held_out / count if count else None,
        "planned_share": share_held_out,
        "p_value": p_value,
        "holds": p_value >= LOT_FAILS_BELOW,
    }
    effect = effect_of_asking(episodes.asked, episodes.found, episodes.facts)
    said = _said(effect, count, planned) if lot["holds"] else Verdict.NO_LOT
    shown = effect is not None and said not in {Verdict.NO_LOT, Verdict.TOO_EARLY}
    return {
        "verdict": said,
        "note": NOT_KNOWN,
        "episodes": count,
        "planned": planned,
        "lot": lot,
        "effect": asdict(effect) if shown and effect is not None else None,
        "strata": _strata(episodes) if shown else [],
        "harms": asdict(_harms(episodes)),
    }


def _said(effect: Effect | None, count: int, planned: int | None) -> Verdict:
    if planned is None or count >= planned:
        return verdict(effect)
    halfway = verdict(effect, CLAIM_HALFWAY_BELOW) if 2 * count >= planned else Verdict.TOO_EARLY
    return halfway if halfway in {Verdict.HELPS, Verdict.HARMS} else Verdict.TOO_EARLY


def _strata(episodes: Episodes) -> list[dict[str, Any]]:
    """The effect within each stratum, unadjusted. Told, not tested: the protocol has one primary analysis."""
    found = []
    for name in np.unique(episodes.stratum):
        one = episodes.stratum == name
        effect = effect_of_asking(episodes.asked[one], episodes.found[one], np.zeros((np.count_nonzero(one), 0)))
        found.append({"stratum": str(name), "effect": None if effect is None else asdict(effect)})
    return found


def _harms(episodes: Episodes) -> Any:
    asked = episodes.asked
    return harms(
        asked=int(np.count_nonzero(asked)),
        held_out=int(np.count_nonzero(~asked)),
        complaints=(
            int(np.count_nonzero(episodes.complaint & asked)),
            int(np.count_nonzero(episodes.complaint & ~asked)),
        ),
        refused=int(np.count_nonzero(episodes.refused & asked)),
        withdrew=int(np.count_nonzero(episodes.withdrew & asked)),
    )
