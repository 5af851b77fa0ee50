"""A part of a snapshot with facts and counters beside the positions: what the ledger and the classification ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.position_columns import COUNTERS, FACTS, OUT32, OUT64
from kaopu.book.snapshot.replay_part import Memory, replay_into

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kaopu.book.snapshot.replay_part import Columns

WIDE = (*OUT64, *COUNTERS)  # the rows of out64
NARROW = (*OUT32, *FACTS)  # the rows of out32
ExtendedMemory = Memory  # the same room, of more rows


def replay_extended(columns: Columns, as_of_day: int, memory: Memory) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Positions of the part on a day, one column a debt, rows WIDE and NARROW. Raises BadInput for the first fault.

    What it returns lies in `memory` until the next call.
    """
    out64, out32 = memory.room(len(columns.debt_id), len(WIDE), len(NARROW))
    replay_into(columns, as_of_day, out64, out32)
    return out64, out32
