"""Disputes: of one instalment, whose age they hold, or of the whole debt, whose clock they stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_age import re_age
from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_state import (
    AGE,
    CLOCK,
    EVER_DISPUTED,
    FROZEN,
    IS_DISPUTED,
    PAST,
    R_DISPUTE_RESETS,
    REST,
    ROWS_DISPUTED,
    SEQ,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def begin_dispute(rows: Table, state: Table, rules: Table, seq: int) -> None:
    """Dispute the instalment `seq`, or with 0 the whole debt."""
    resets = rules[R_DISPUTE_RESETS] != 0
    if seq == 0:
        if state[IS_DISPUTED] == 0 and resets:
            re_age(rows, state)
        state[IS_DISPUTED] = 1
        return
    for row in range(state[N]):
        if rows[SEQ, row] == seq and rows[FROZEN, row] < 0:
            rows[FROZEN, row] = state[CLOCK] - rows[AGE, row] if row < state[PAST] and not resets else 0
            state[ROWS_DISPUTED] += 1
            state[EVER_DISPUTED] = 1


@helper
def end_dispute(rows: Table, state: Table, seq: int) -> None:
    """End the dispute of the instalment `seq`, or with 0 every dispute; ages go on from where they were held."""
    if seq == 0:
        state[IS_DISPUTED] = 0
    if state[ROWS_DISPUTED] == 0:
        return
    for row in range(state[N]):
        if rows[FROZEN, row] >= 0 and seq in (0, rows[SEQ, row]):
            rows[AGE, row] = state[CLOCK] - rows[FROZEN, row]
            rows[FROZEN, row] = -1
            state[ROWS_DISPUTED] -= 1


@helper
def disputed_overdue(rows: Table, state: Table, component: int) -> Any:
    """What rows in dispute ask of what is overdue."""
    total = 0
    for row in range(state[PAST]):
        if rows[FROZEN, row] >= 0:
            total += rows[REST + component, row]
    return total
