"""What is true of a point at the instant at which something is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.emissions import STATES
from kaopu.twin.core.lives import lives_at
from kaopu.twin.core.points import OWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.town import Town

REACHABLE, UNWILLING, GONE, STRANGER, OUTAGE = range(len(STATES))


def state_of(town: Town, point: NDArray[np.int64], day: NDArray[np.float64], via: NDArray[np.int8]) -> NDArray[np.int8]:
    """The state of each point (by index) at its instant, tried by its way."""
    value = town.points.value[point]
    state = np.where(lives_at(town.lives, value, day), REACHABLE, GONE).astype(np.int8)
    state[day >= town.lives.stranger[value]] = STRANGER
    state[(state == REACHABLE) & _unwilling(town, point, day)] = UNWILLING
    state[town.outages[via, np.minimum(day.astype(np.int64), town.outages.shape[1] - 1)]] = OUTAGE
    return state


def _unwilling(town: Town, point: NDArray[np.int64], day: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Ill people do not answer; evasive borrowers do not once they are late."""
    holder, borrower = town.points.holder[point], town.points.borrower[point]
    ill = (day >= town.persons.ill_from[holder]) & (day < town.persons.ill_to[holder])
    hides = town.borrowers.evasive[borrower] & (day >= town.borrowers.late_from[borrower])
    unwilling: NDArray[np.bool_] = ill | (hides & (town.points.role[point] == OWN))
    return unwilling
