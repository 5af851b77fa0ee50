"""Which borrowers fall out of contact in a run while a contact could be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.asks import Asks, draw_asks
from kaopu.twin.core.draws import Part, generator
from kaopu.twin.core.nomination_kinds import COLLEAGUE, FRIEND

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.town import Town


def draw_episodes(town: Town) -> tuple[NDArray[np.int64], NDArray[np.float64], Asks]:
    """Borrower and opening day of each episode, and the lot drawn: one an eligible borrower.

    Eligible: late for 15 days within the run, with a contact who had accepted by then and not withdrawn.
    """
    rng = generator(town.seed, Part.ASKS)
    opens = town.borrowers.late_from + 15
    names, process = town.names, town.process
    day = opens[names.source]
    can_be_asked = (process.accepted <= day) & (day < process.withdrawn) & (day < town.days)
    # The first of each borrower's contacts who can be asked: nominations are in the order of borrowers.
    borrower, first = np.unique(names.source[can_be_asked], return_index=True)
    relation = names.relation[can_be_asked][first]
    stratum = ((relation == FRIEND) | (relation == COLLEAGUE)).astype(np.int8)
    return borrower, opens[borrower], draw_asks(town.world.asking, stratum, rng)
