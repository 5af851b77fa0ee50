"""What a walk through one debt comes to, written into the output columns."""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.classification import LADDER_DAYS, RULE_CHARGED_OFF, RULE_REPORTED
from kaopu.book.core.position_columns import (
    FACTS,
    FLAG_ACCELERATED,
    FLAG_CHARGED_OFF,
    FLAG_DISPUTED,
    FLAG_EXISTS,
    FLAG_FULLY_REFUNDED,
    FLAG_SETTLED,
    FLAG_TRANSFERRED,
    OUT32,
)
from kaopu.book.core.replay_age import days_past_due
from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_rows import rest
from kaopu.book.core.replay_state import (
    BACK,
    CHARGED_OFF,
    CREDIT,
    DISBURSED,
    DUE,
    END,
    FIRST,
    FIRST_SETTLED,
    FLAGS,
    GOT,
    IS_CHARGED_OFF,
    IS_DISPUTED,
    IS_MOVED,
    IS_TRANSFERRED,
    LAPSED,
    NO_DAY,
    OVERDUE,
    OWN_DUE,
    PAID,
    PAST,
    PENALTY,
    PENALTY_BEFORE,
    PENALTY_CHARGED,
    R_LADDER,
    RECOVERED,
    REFUNDED,
    REPORTED,
    REST,
    ROWS_DISPUTED,
    SOURCE,
    STATUS_DAYS,
    WAIVED,
    WORST,
    N,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.int64]

# Places of the facts in out32, and those among them that are no days.
BASE32 = len(OUT32)
FIRST_DAY_FACT = BASE32 + FACTS.index("non_performing_on")
COUNT_FACTS = (BASE32 + FACTS.index("dues_since_cleared"), BASE32 + FACTS.index("dues_since_restructured"))
_LADDERS = np.array(LADDER_DAYS, dtype=np.int64)


@helper
def class_by_days(days: Any, ladder: Any) -> Any:
    """Class 0 to 4."""
    steps = _LADDERS[ladder]
    return np.int64(days > steps[0]) + np.int64(days > steps[1]) + np.int64(days > steps[2]) + np.int64(days > steps[3])


@helper
def accrued(interest: Any, elapsed: Any, period: Any, still_asked: Any) -> Any:
    """The part of the running instalment's interest that `elapsed` of `period` days have earned, half up."""
    if still_asked == 0 or elapsed <= 0 or period <= 0:
        return 0
    return min((2 * interest * elapsed + period) // (2 * period), still_asked)


@helper
def write_nothing(out64: Table, out32: Any, place: int) -> None:
    """A debt that does not exist yet."""
    for column in range(out64.shape[0]):
        out64[column, place] = 0
    for column in range(out32.shape[0]):
        out32[column, place] = 0
    out32[2, place] = out32[5, place] = out32[6, place] = NO_DAY
    for column in range(FIRST_DAY_FACT, out32.shape[0]):
        if column not in COUNT_FACTS:
            out32[column, place] = NO_DAY


@helper
def running_interest(rows: Table, state: Table, as_of: int, i_interest: Table, ahead: int) -> Any:
    """Interest that the running instalment has earned: from the due day before it, or the start.

    Not above what it still asks, and with `ahead` 1 what it received ahead.
    """
    n = state[N]
    row = state[PAST]
    while row < n and rows[DUE, row] <= as_of:
        row += 1
    if row == n:
        return 0
    start = rows[DUE, row - 1] if row > 0 else state[DISBURSED]
    most = rows[REST + 2, row] + ahead * (rows[GOT + 2, row] - rows[BACK, row])
    return accrued(i_interest[rows[SOURCE, row]], as_of - start, rows[DUE, row] - start, most)


@helper
def next_due(rows: Table, state: Table, as_of: int) -> Any:
    """The first day from the as-of day on at which an unsettled row falls due."""
    charged = state[END] - 1
    while charged >= state[N] and rows[DUE, charged] == as_of:
        if rest(rows, charged) > 0:
            return as_of
        charged -= 1
    for row in range(state[PAST], state[N]):
        if rest(rows, row) > 0:
            return rows[DUE, row]
    return NO_DAY


@helper
def is_accelerated(rows: Table, state: Table) -> Any:
    """Whether some instalment is due earlier than on its own day."""
    for row in range(state[N]):  # noqa: SIM110 - compiled: no generators
        if rows[DUE, row] != rows[OWN_DUE, row]:
            return True
    return False


@helper
def write_outcome(
    rows: Table,
    state: Table,
    rules: Table,
    as_of: int,
    principal: int,
    i_interest: Table,
    out64: Table,
    out32: Any,
    place: int,
) -> None:
    """Write one debt's columns."""
    asked = state[REPORTED] + state[PENALTY]
    for component in range(1, 4):
        total = 0
        for row in range(state[END]):
            total += rows[REST + component, row]
        asked += total
        out64[component - 1, place] = total
        out64[component + 3, place] = state[OVERDUE + component]
    out64[0, place] += state[REPORTED]
    out64[3, place] = state[PENALTY]
    # The penalty is settled oldest first, so what is left of it is the latest.
    out64[7, place] = max(0, state[PENALTY_BEFORE] - (state[PENALTY_CHARGED] - state[PENALTY]))
    out64[8, place] = running_interest(rows, state, as_of, i_interest, 0)
    out64[9, place] = state[PAID]
    out64[10, place] = state[CREDIT]
    out64[11, place] = state[CHARGED_OFF]
    out64[12, place] = state[RECOVERED]
    out64[13, place] = state[REFUNDED]
    out64[14, place] = state[WAIVED]
    out64[15, place] = state[LAPSED]

    days = days_past_due(rows, state, rules)
    ladder = rules[R_LADDER]
    class_ = class_by_days(days, ladder)
    rule = 10 * ladder + class_
    if state[STATUS_DAYS] > 0 and state[STATUS_DAYS] == days:
        rule += RULE_REPORTED
    flags = state[FLAGS] | FLAG_EXISTS
    if state[IS_CHARGED_OFF] != 0:
        class_, rule, flags = 4, RULE_CHARGED_OFF, flags | FLAG_CHARGED_OFF
    elif asked == 0:
        flags |= FLAG_SETTLED if state[IS_TRANSFERRED] == 0 else 0
    if state[IS_TRANSFERRED] != 0:
        flags |= FLAG_TRANSFERRED
    if state[IS_MOVED] != 0 and is_accelerated(rows, state):
        flags |= FLAG_ACCELERATED
    if state[IS_DISPUTED] + state[ROWS_DISPUTED] > 0:
        flags |= FLAG_DISPUTED
    if 0 < principal <= state[REFUNDED]:
        flags |= FLAG_FULLY_REFUNDED
    out32[0, place] = days
    out32[1, place] = max(state[WORST], days)
    out32[2, place] = next_due(rows, state, as_of)
    out32[3, place] = class_
    out32[4, place] = rule
    out32[5, place] = rows[DUE, state[FIRST]] if state[FIRST] >= 0 else NO_DAY
    out32[6, place] = state[FIRST_SETTLED]
    out32[7, place] = flags
