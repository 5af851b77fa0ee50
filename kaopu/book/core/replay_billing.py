"""Rows become billed on their due day, and are unbilled where that day moves away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_state import BILLED, BILLED_NEXT, DUE, GOT, REST, N

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def bill_due(rows: Table, state: Table, day: int) -> None:
    """Bill what falls due up to `day`: what it asks, and what it took ahead."""
    row = state[BILLED_NEXT]
    while row < state[N] and rows[DUE, row] <= day:
        for component in range(1, 4):
            state[BILLED + component] += rows[REST + component, row] + rows[GOT + component, row]
        row += 1
    state[BILLED_NEXT] = row


@helper
def unbill_after(rows: Table, state: Table, day: int) -> None:
    """Unbill the rows that now fall due after `day`; what was waived or left the book meanwhile stays billed."""
    row = state[BILLED_NEXT]
    while row > 0 and rows[DUE, row - 1] > day:
        row -= 1
        for component in range(1, 4):
            state[BILLED + component] -= rows[REST + component, row] + rows[GOT + component, row]
    state[BILLED_NEXT] = row
