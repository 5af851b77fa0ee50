"""The walk that knows every kind of event: through one debt, day by day of change, once."""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_age import end_day
from kaopu.book.core.replay_billing import bill_due
from kaopu.book.core.replay_compiled import helper, tiny
from kaopu.book.core.replay_counters import BASE64, write_counters
from kaopu.book.core.replay_days import advance, charge_penalty_by_rule
from kaopu.book.core.replay_events import apply_event
from kaopu.book.core.replay_facts import write_facts
from kaopu.book.core.replay_order import choose_version, order_events, sort_instalments
from kaopu.book.core.replay_outcome import write_outcome
from kaopu.book.core.replay_rows import rest
from kaopu.book.core.replay_state import (
    ASKED_PRINCIPAL,
    BACK,
    BAD_COMPONENT,
    BAD_DAYS,
    BAD_EVENT_AMOUNT,
    BAD_INSTALMENT_AMOUNT,
    BAD_KIND,
    BILLED_NEXT,
    CLEARED_ON,
    DAY,
    DAYS_BEFORE,
    DEAD,
    DISBURSED,
    DUE,
    END,
    EVER,
    EXTENSION,
    FIRST,
    FIRST_SETTLED,
    FROZEN,
    FROZEN_ROW,
    GOT,
    HEAD_CHARGED,
    IS_ARMED,
    IS_GONE,
    IS_RESTING,
    JUDGED,
    LAST_KIND,
    MOST_DAYS,
    NO_DAY,
    NON_PERFORMING_ON,
    OLDEST_CHARGED,
    ORDER,
    OWN_DUE,
    PAST_CHARGED,
    PAUSE,
    PAUSE_END,
    PENALTY_BEFORE,
    PENALTY_CHARGED,
    PENALTY_CODE,
    PRINCIPAL_LEFT,
    REST,
    RESTRUCTURED_ON,
    SEQ,
    SOURCE,
    TAIL,
    TAIL_CHARGED,
    VERSION_FROM,
    N,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def check_instalments(first: int, stop: int, principal: Any, interest: Any, fee: Any) -> Any:
    """0, or the status of the first instalment with an amount below 0."""
    for row in range(first, stop):
        if (principal[row] | interest[row] | fee[row]) < 0:
            return -(16 * row + BAD_INSTALMENT_AMOUNT)
    return 0


@helper
def check_events(first: int, stop: int, kind: Any, amount: Any, component: Any) -> Any:
    """0, or the status of the first event that cannot be meant."""
    for event in range(first, stop):
        if kind[event] < 1 or kind[event] > LAST_KIND:
            return -(16 * event + BAD_KIND)
        if amount[event] < 0:
            return -(16 * event + BAD_EVENT_AMOUNT)
        if (kind[event] == EXTENSION or kind[event] == PAUSE) and amount[event] > MOST_DAYS:
            return -(16 * event + BAD_DAYS)
        if len(component) > 0 and (component[event] < 0 or component[event] > PENALTY_CODE):
            return -(16 * event + BAD_COMPONENT)
    return 0


@helper
def load_rows(
    rows: Table, state: Table, count: int, due: Any, seq: Any, principal: Any, interest: Any, fee: Any
) -> None:
    """The instalments in force, in order, and a state that has seen nothing yet."""
    rising = True
    for row in range(1, count):
        rising = rising and due[rows[SOURCE, row]] > due[rows[SOURCE, row - 1]]
    if not rising:
        sort_instalments(rows[SOURCE], count, (due, seq, principal, interest, fee))
    version_from = state[VERSION_FROM]
    state[:] = 0
    state[VERSION_FROM] = version_from
    state[N] = state[END] = state[PAST_CHARGED] = state[OLDEST_CHARGED] = count
    state[PAUSE_END] = -EVER
    state[FIRST] = state[FROZEN_ROW] = -1
    state[FIRST_SETTLED] = state[NON_PERFORMING_ON] = state[CLEARED_ON] = state[RESTRUCTURED_ON] = NO_DAY
    state[IS_ARMED] = 1
    for component in range(1, 4):
        state[HEAD_CHARGED + component] = count
        state[TAIL + component] = state[TAIL_CHARGED + component] = count - 1
    for row in range(count):
        source = rows[SOURCE, row]
        rows[DUE, row] = rows[OWN_DUE, row] = due[source]
        rows[SEQ, row] = seq[source]
        rows[FROZEN, row] = -1
        rows[JUDGED, row] = rows[BACK, row] = rows[GOT + 1, row] = rows[GOT + 2, row] = rows[GOT + 3, row] = 0
        rows[REST + 1, row] = principal[source]
        rows[REST + 2, row] = interest[source]
        rows[REST + 3, row] = fee[source]
        state[PRINCIPAL_LEFT] += principal[source]
        if state[FIRST] < 0 and seq[source] >= 1:
            state[FIRST] = row
    state[ASKED_PRINCIPAL] = state[PRINCIPAL_LEFT]


@tiny
def note_first_settled(rows: Table, state: Table, day: int) -> None:
    """The day on which the first instalment was settled; a chargeback reopens it, leaving the book settles nothing."""
    if state[FIRST] < 0 or state[IS_GONE] != 0:
        return
    if rest(rows, state[FIRST]) > 0:
        state[FIRST_SETTLED] = NO_DAY
    elif state[FIRST_SETTLED] == NO_DAY:
        state[FIRST_SETTLED] = day


@helper
def paused_until(
    rows: Table, state: Table, at: int, events: int, e_first: int, e_on: Any, e_kind: Any, e_amount: Any
) -> Any:
    """The end of the pauses that begin on the day of the event in place `at`: the day itself is paused already."""
    day, end = e_on[e_first + rows[ORDER, at]], state[PAUSE_END]
    while at < events and e_on[e_first + rows[ORDER, at]] == day:
        event = e_first + rows[ORDER, at]
        if e_kind[event] == PAUSE and rows[DEAD, rows[ORDER, at]] == 0:
            end = max(end, day + e_amount[event])
        at += 1
    return end


@tiny
def pass_days(rows: Table, state: Table, rules: Table, day: int, as_of: int) -> None:
    """Let the days before `day` end: how late the debt was, and what penalty the as-of day found."""
    # In the gap days only grow: the end of its first day matters where they may have come down to 0 on it.
    if state[DAYS_BEFORE] > 0 or state[IS_RESTING] != 0 or state[DAY] == day - 1:
        end_day(rows, state, rules)
    if state[DAY] < day - 1:
        advance(rows, state, rules, day - 1)
        end_day(rows, state, rules)
    if day == as_of:
        charge_penalty_by_rule(state, rules)
        state[PENALTY_BEFORE] = state[PENALTY_CHARGED]


@tiny
def begin_day(rows: Table, state: Table, rules: Table, day: int) -> None:
    """Account for the start of `day`."""
    advance(rows, state, rules, day)
    charge_penalty_by_rule(state, rules)
    if state[BILLED_NEXT] < state[N] and rows[DUE, state[BILLED_NEXT]] <= day:
        bill_due(rows, state, day)


@helper
def replay_general(
    as_of: int,
    rows: Table,
    state: Table,
    rules: Table,
    disbursed_on: int,
    principal_lent: int,
    i_first: int,
    i_stop: int,
    i_seq: Any,
    i_due: Any,
    i_principal: Any,
    i_interest: Any,
    i_fee: Any,
    i_version: Any,
    i_from: Any,
    i_cause: Any,
    e_first: int,
    e_stop: int,
    e_on: Any,
    e_kind: Any,
    e_amount: Any,
    e_id: Any,
    e_component: Any,
    e_reverses: Any,
    out64: Table,
    out32: Any,
    place: int,
) -> Any:
    """One debt by its whole history up to the as-of day; 0 or a bad status."""
    events = order_events(
        rows, as_of, e_first, e_stop, e_on, e_kind, e_amount, e_id, e_component, e_reverses, len(i_cause) > 0
    )
    if events < 0:
        return events
    count = choose_version(
        rows, state, as_of, i_first, i_stop, i_version, i_from, i_cause, e_first, e_stop - e_first, e_id
    )
    if count < 0:
        return count
    load_rows(rows, state, count, i_due, i_seq, i_principal, i_interest, i_fee)
    state[DISBURSED] = disbursed_on
    note_first_settled(rows, state, disbursed_on)
    start = as_of
    if count > 0:
        start = min(start, rows[DUE, 0])
    if events > 0:
        start = min(start, e_on[e_first + rows[ORDER, 0]])
    state[DAY] = start - 1
    for at in range(events):
        offset = rows[ORDER, at]
        if rows[DEAD, offset] != 0:
            continue
        event = e_first + offset
        day = e_on[event]
        if state[DAY] < day:
            pass_days(rows, state, rules, day, as_of)
            state[PAUSE_END] = paused_until(rows, state, at, events, e_first, e_on, e_kind, e_amount)
            begin_day(rows, state, rules, day)
        component = e_component[event] if len(e_component) > 0 else 0
        apply_event(rows, state, rules, e_kind[event], e_amount[event], component, day)
        note_first_settled(rows, state, day)
    if state[DAY] < as_of:
        pass_days(rows, state, rules, as_of, as_of)
        begin_day(rows, state, rules, as_of)
    end_day(rows, state, rules)
    write_outcome(rows, state, rules, as_of, principal_lent, i_interest, out64, out32, place)
    if out64.shape[0] > BASE64:
        write_facts(rows, state, rules, as_of, out32, place)
        write_counters(rows, state, rules, as_of, principal_lent, i_interest, out64, place)
    return 0
