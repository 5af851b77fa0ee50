"""Money against rows: oldest first, last first, one component or all of them.

`rows` is the work table and `state` the state of replay_state; every function returns what is left of the money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.replay_compiled import helper, tiny
from kaopu.book.core.replay_state import (
    BACK,
    BILLED_NEXT,
    CAUSE,
    DROPPED,
    DUE,
    END,
    EVER,
    FEE_CODE,
    FROZEN,
    GOT,
    HEAD,
    HEAD_CHARGED,
    INTEREST_CODE,
    LAPSED,
    NON_ACCRUAL,
    OVERDUE,
    OWN_DUE,
    PAST,
    PAST_CHARGED,
    PENALTY,
    PENALTY_CODE,
    PRINCIPAL_CODE,
    PRINCIPAL_LEFT,
    REFUNDED_TO,
    REPORTED,
    REST,
    TAIL,
    TAIL_CHARGED,
    WAIVED_OF,
    N,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.int64]

# Components in the order of `allocation` 0 to 5 (docs/snapshot.md), three by three.
ALLOCATION = (3, 2, 1, 2, 3, 1, 1, 2, 3, 1, 3, 2, 2, 1, 3, 3, 1, 2)
_ORDER = np.array(ALLOCATION, dtype=np.int64)


@tiny
def is_past(state: Table, row: int) -> Any:
    """Whether the row fell due before the day reached."""
    return row < state[PAST] or (row >= state[N] and row < state[PAST_CHARGED])


@tiny
def is_billed(state: Table, row: int) -> Any:
    """Whether the row has fallen due; a row charged by an event does on its day."""
    return row < state[BILLED_NEXT] or row >= state[N]


@helper
def leave(state: Table, billed: Any, component: int, amount: int, into: int) -> None:
    """Count what left the book unsettled: interest and fee once billed, and apart while the debt does not accrue."""
    if not billed and component in (INTEREST_CODE, FEE_CODE):
        return
    if state[NON_ACCRUAL] != 0 and component in (INTEREST_CODE, PENALTY_CODE):
        into = DROPPED
    state[into + component] += amount


@tiny
def rest(rows: Table, row: int) -> Any:
    """All that the row still asks."""
    return rows[REST + 1, row] + rows[REST + 2, row] + rows[REST + 3, row]


@helper
def take(rows: Table, state: Table, row: int, component: int, money: int) -> Any:
    """Settle up to `money` of one component of one row."""
    used = min(money, rows[REST + component, row])
    if used == 0:
        return money
    rows[REST + component, row] -= used
    if component == PRINCIPAL_CODE:
        state[PRINCIPAL_LEFT] -= used
    if is_past(state, row):
        state[OVERDUE + component] -= used
    cause = state[CAUSE]
    if cause == WAIVED_OF:
        leave(state, is_billed(state, row), component, used, cause)
    else:
        rows[GOT + component, row] += used
        state[cause + component] += used
        if component == INTEREST_CODE and cause == REFUNDED_TO:
            rows[BACK, row] += used
    return money - used


@helper
def settle_penalty(state: Table, money: int) -> Any:
    """Settle the penalty."""
    used = min(money, state[PENALTY])
    state[PENALTY] -= used
    if state[CAUSE] == WAIVED_OF:
        leave(state, True, PENALTY_CODE, used, WAIVED_OF)
    else:
        state[state[CAUSE] + PENALTY_CODE] += used
    return money - used


@helper
def settle_reported(state: Table, money: int) -> Any:
    """Settle a balance by report, which counts as principal."""
    used = min(money, state[REPORTED])
    state[REPORTED] -= used
    state[state[CAUSE] + PRINCIPAL_CODE] += used
    return money - used


@helper
def settle_rows(rows: Table, state: Table, order: int, money: int, last_due: int) -> Any:
    """Oldest row first up to `last_due`, inside a row by the allocation order."""
    n, end = state[N], state[END]
    row = min(state[HEAD + 1], state[HEAD + 2], state[HEAD + 3])
    charged = min(state[HEAD_CHARGED + 1], state[HEAD_CHARGED + 3])
    while money > 0:
        while row < n and rest(rows, row) == 0:
            row += 1
        while charged < end and rest(rows, charged) == 0:
            charged += 1
        # A row charged by an event stands after an instalment of the same day.
        if charged < end and (row >= n or rows[DUE, charged] < rows[DUE, row]):
            chosen = charged
        elif row < n:
            chosen = row
        else:
            break
        if rows[DUE, chosen] > last_due:
            break
        for place in range(3):
            money = take(rows, state, chosen, _ORDER[3 * order + place], money)
    for component in range(1, 4):
        state[HEAD + component] = max(state[HEAD + component], row)
        state[HEAD_CHARGED + component] = max(state[HEAD_CHARGED + component], charged)
    return money


@helper
def settle_component(rows: Table, state: Table, component: int, money: int, last_due: int) -> Any:
    """One component, oldest row first, up to `last_due`."""
    n, end, asked = state[N], state[END], REST + component
    row, charged = state[HEAD + component], state[HEAD_CHARGED + component]
    while money > 0:
        while row < n and rows[asked, row] == 0:
            row += 1
        while charged < end and rows[asked, charged] == 0:
            charged += 1
        if charged < end and (row >= n or rows[DUE, charged] < rows[DUE, row]):
            chosen = charged
        elif row < n:
            chosen = row
        else:
            break
        if rows[DUE, chosen] > last_due:
            break
        money = take(rows, state, chosen, component, money)
    state[HEAD + component], state[HEAD_CHARGED + component] = row, charged
    return money


@helper
def settle_principal_last_first(rows: Table, state: Table, money: int, after: int) -> Any:
    """Principal of rows due after the day `after`, last row first."""
    n, asked = state[N], REST + PRINCIPAL_CODE
    row, charged = state[TAIL + PRINCIPAL_CODE], state[TAIL_CHARGED + PRINCIPAL_CODE]
    while money > 0:
        while row >= 0 and rows[asked, row] == 0:
            row -= 1
        while charged >= n and rows[asked, charged] == 0:
            charged -= 1
        if charged >= n and (row < 0 or rows[DUE, charged] >= rows[DUE, row]):
            chosen = charged
        elif row >= 0:
            chosen = row
        else:
            break
        if rows[DUE, chosen] <= after:
            break
        money = take(rows, state, chosen, PRINCIPAL_CODE, money)
    state[TAIL + PRINCIPAL_CODE], state[TAIL_CHARGED + PRINCIPAL_CODE] = row, charged
    return money


@helper
def settle_charges_last_first(rows: Table, state: Table, money: int) -> Any:
    """Interest and then fee of each row, last row first."""
    n = state[N]
    row = max(state[TAIL + INTEREST_CODE], state[TAIL + FEE_CODE])
    charged = state[TAIL_CHARGED + FEE_CODE]
    while money > 0:
        while row >= 0 and rows[REST + INTEREST_CODE, row] + rows[REST + FEE_CODE, row] == 0:
            row -= 1
        while charged >= n and rows[REST + FEE_CODE, charged] == 0:
            charged -= 1
        if charged >= n and (row < 0 or rows[DUE, charged] >= rows[DUE, row]):
            chosen = charged
        elif row >= 0:
            chosen = row
        else:
            break
        money = take(rows, state, chosen, INTEREST_CODE, money)
        money = take(rows, state, chosen, FEE_CODE, money)
    state[TAIL + INTEREST_CODE] = min(state[TAIL + INTEREST_CODE], row)
    state[TAIL + FEE_CODE] = min(state[TAIL + FEE_CODE], row)
    state[TAIL_CHARGED + FEE_CODE] = charged
    return money


@helper
def lapse(rows: Table, state: Table, component: int, after: int) -> None:
    """One component of instalments due after the day `after` is no longer asked."""
    row, asked = state[TAIL + component], REST + component
    while row >= 0 and rows[DUE, row] > after:
        state[LAPSED] += rows[asked, row]
        rows[asked, row] = 0
        row -= 1
    state[TAIL + component] = row


@helper
def add_row(rows: Table, state: Table, due: int, component: int, amount: int) -> None:
    """A row charged by an event, due on its day."""
    row = state[END]
    rows[DUE, row] = rows[OWN_DUE, row] = due
    rows[FROZEN, row] = -1
    for each in range(1, 4):
        rows[REST + each, row] = rows[GOT + each, row] = 0
    rows[REST + component, row] = amount
    state[END] = row + 1
    state[TAIL_CHARGED + component] = row
    if component == PRINCIPAL_CODE:
        state[PRINCIPAL_LEFT] += amount


@helper
def grow_principal(rows: Table, state: Table, row: int, amount: int) -> None:
    """An instalment not yet past asks more principal."""
    rows[REST + PRINCIPAL_CODE, row] += amount
    state[PRINCIPAL_LEFT] += amount
    state[HEAD + PRINCIPAL_CODE] = min(state[HEAD + PRINCIPAL_CODE], row)
    state[TAIL + PRINCIPAL_CODE] = max(state[TAIL + PRINCIPAL_CODE], row)


@helper
def settle_due(rows: Table, state: Table, allocation: int, money: int, day: int) -> Any:
    """What is due on or before the day, by the allocation without its penalty part."""
    order = allocation % 6
    if allocation < 12:
        return settle_rows(rows, state, order, money, day)
    for place in range(3):
        money = settle_component(rows, state, _ORDER[3 * order + place], money, day)
    return money


@helper
def settle_not_due(rows: Table, state: Table, allocation: int, money: int) -> Any:
    """Instalments not yet due, next first, by the allocation order inside each."""
    return settle_rows(rows, state, allocation % 6, money, EVER)
