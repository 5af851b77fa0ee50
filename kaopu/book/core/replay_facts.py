"""Facts beside a position: contractual days, non-accrual, and the days from which observation counts."""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_outcome import BASE32
from kaopu.book.core.replay_rows import rest
from kaopu.book.core.replay_state import (
    CLEARED_ON,
    DUE,
    FROZEN_ROW,
    IS_GONE,
    NO_DAY,
    NON_ACCRUAL,
    NON_PERFORMING_ON,
    OLDEST,
    OLDEST_CHARGED,
    PAST,
    PAST_CHARGED,
    R_GRACE_AMOUNT,
    RESTRUCTURED_ON,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def contractual_days(rows: Table, state: Table, tolerated: int, as_of: int) -> Any:
    """Days since the oldest due day not met, whatever paused, disputed, reset or tolerated them."""
    oldest = as_of
    if state[IS_GONE] != 0:
        if state[FROZEN_ROW] >= 0:
            oldest = min(oldest, rows[DUE, state[FROZEN_ROW]])
        return as_of - oldest
    row, charged = state[OLDEST], state[OLDEST_CHARGED]
    while row < state[PAST] and rest(rows, row) <= tolerated:
        row += 1
    while charged < state[PAST_CHARGED] and rest(rows, charged) <= tolerated:
        charged += 1
    if row < state[PAST]:
        oldest = min(oldest, rows[DUE, row])
    if charged < state[PAST_CHARGED]:
        oldest = min(oldest, rows[DUE, charged])
    return as_of - oldest


@helper
def dues_since(rows: Table, state: Table, day: int, as_of: int) -> Any:
    """Instalments due after the day, up to and including the as-of day; 0 without a day."""
    count = 0
    if day != NO_DAY:
        for row in range(state[N]):
            if day < rows[DUE, row] <= as_of:
                count += 1
    return count


@helper
def first_due_since(rows: Table, state: Table, day: int) -> Any:
    """The first due day after the day."""
    if day != NO_DAY:
        for row in range(state[N]):
            if rows[DUE, row] > day:
                return rows[DUE, row]
    return NO_DAY


@helper
def write_facts(rows: Table, state: Table, rules: Table, as_of: int, out32: Any, place: int) -> None:
    """Write one debt's facts, in the order of FACTS."""
    out32[BASE32, place] = contractual_days(rows, state, rules[R_GRACE_AMOUNT], as_of)
    out32[BASE32 + 1, place] = state[NON_ACCRUAL]
    out32[BASE32 + 2, place] = state[NON_PERFORMING_ON]
    out32[BASE32 + 3, place] = state[CLEARED_ON]
    out32[BASE32 + 4, place] = state[RESTRUCTURED_ON]
    out32[BASE32 + 5, place] = dues_since(rows, state, state[CLEARED_ON], as_of)
    out32[BASE32 + 6, place] = dues_since(rows, state, state[RESTRUCTURED_ON], as_of)
    out32[BASE32 + 7, place] = first_due_since(rows, state, state[RESTRUCTURED_ON])
