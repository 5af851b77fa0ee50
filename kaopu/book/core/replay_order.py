"""Which events and which instalments count, and in which order."""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaopu.book.core.replay_compiled import helper
from kaopu.book.core.replay_state import (
    BAD_CAUSE,
    BAD_REVERSES,
    BY_ID,
    DEAD,
    NO_DAY,
    ORDER,
    REVERSAL,
    SOURCE,
    VERSION_FROM,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.int64]


@helper
def event_before(a: int, b: int, columns: Any) -> Any:
    """By day, id, kind, component, amount, target: enough that arrival order never shows."""
    first, on, kind, amount, event_id, component, reverses = columns
    a, b = first + a, first + b
    if on[a] != on[b]:
        return on[a] < on[b]
    if len(event_id) > 0 and event_id[a] != event_id[b]:
        return event_id[a] < event_id[b]
    if kind[a] != kind[b]:
        return kind[a] < kind[b]
    if len(component) > 0 and component[a] != component[b]:
        return component[a] < component[b]
    if amount[a] != amount[b]:
        return amount[a] < amount[b]
    return len(reverses) > 0 and reverses[a] < reverses[b]


@helper
def id_before(a: int, b: int, columns: Any) -> Any:
    """By event id."""
    first, event_id = columns
    return event_id[first + a] < event_id[first + b]


@helper
def instalment_before(a: int, b: int, columns: Any) -> Any:
    """By due day, seq and amounts."""
    due, seq, principal, interest, fee = columns
    if due[a] != due[b]:
        return due[a] < due[b]
    if seq[a] != seq[b]:
        return seq[a] < seq[b]
    if principal[a] != principal[b]:
        return principal[a] < principal[b]
    if interest[a] != interest[b]:
        return interest[a] < interest[b]
    return fee[a] < fee[b]


def make_sort(before: Callable[[int, int, Any], Any]) -> Callable[[Table, int, Any], None]:  # noqa: C901 - two functions
    """A sort of offsets in place by `before`, skipped where they are sorted (heap sort: no memory, no bad case).

    A function per order, because Numba keeps no compiled code on disk that was handed a function.
    """

    @helper
    def sink(line: Table, root: int, end: int, columns: Any) -> None:
        while 2 * root + 1 < end:
            child = 2 * root + 1
            if child + 1 < end and before(line[child], line[child + 1], columns):
                child += 1
            if not before(line[root], line[child], columns):
                return
            line[root], line[child] = line[child], line[root]
            root = child

    @helper
    def sort(line: Table, count: int, columns: Any) -> None:
        is_sorted = True
        for place in range(1, count):
            if before(line[place], line[place - 1], columns):
                is_sorted = False
                break
        if is_sorted:
            return
        for start in range(count // 2 - 1, -1, -1):
            sink(line, start, count, columns)
        for end in range(count - 1, 0, -1):
            line[0], line[end] = line[end], line[0]
            sink(line, 0, end, columns)

    return sort


sort_events = make_sort(event_before)
sort_ids = make_sort(id_before)
sort_instalments = make_sort(instalment_before)


@helper
def find_event(rows: Table, first: int, count: int, event_id: Any, wanted: int) -> Any:
    """Offset of the event with this id among the debt's, or -1. `rows[BY_ID]` is sorted."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if event_id[first + rows[BY_ID, middle]] < wanted:
            low = middle + 1
        else:
            high = middle
    if low < count and event_id[first + rows[BY_ID, low]] == wanted:
        return rows[BY_ID, low]
    return -1


@helper
def order_events(  # noqa: C901 - an order, then what it takes back
    rows: Table,
    as_of: int,
    first: int,
    stop: int,
    on: Any,
    kind: Any,
    amount: Any,
    event_id: Any,
    component: Any,
    reverses: Any,
    causes: bool,  # noqa: FBT001 - compiled: no keywords
) -> Any:
    """Fill ORDER with the events up to the as-of day, DEAD with what is reversed. How many, or a bad status."""
    count, all_events, reversals, rising, before = 0, stop - first, False, True, NO_DAY - 1
    for offset in range(all_events):
        rows[DEAD, offset] = 0
        reversals = reversals or kind[first + offset] == REVERSAL
        if on[first + offset] <= as_of:
            rows[ORDER, count] = offset
            count += 1
            rising = rising and on[first + offset] > before
            before = on[first + offset]
    columns = (first, on, kind, amount, event_id, component, reverses)
    if not rising:  # days alone mostly say it; a comparison of all columns is slow
        sort_events(rows[ORDER], count, columns)
    if (reversals or causes) and len(event_id) > 0:
        for offset in range(all_events):
            rows[BY_ID, offset] = offset
        sort_ids(rows[BY_ID], all_events, (first, event_id))
    if not reversals:
        return count
    # The latest first, so that whoever undoes a reversal is known before the reversal is met.
    for place in range(count - 1, -1, -1):
        offset = rows[ORDER, place]
        if kind[first + offset] != REVERSAL or rows[DEAD, offset] != 0:
            continue
        target = -1
        if len(event_id) > 0 and len(reverses) > 0:
            target = find_event(rows, first, all_events, event_id, reverses[first + offset])
        if target < 0:
            return -(16 * (first + offset) + BAD_REVERSES)
        # A reversal undoes only reversals that stand before it: no circle of reversals can form.
        if kind[first + target] != REVERSAL or event_before(target, offset, columns):
            rows[DEAD, target] = 1
    return count


@helper
def choose_version(
    rows: Table,
    state: Table,
    as_of: int,
    first: int,
    stop: int,
    version: Any,
    from_on: Any,
    cause: Any,
    first_event: int,
    event_count: int,
    event_id: Any,
) -> Any:
    """Fill SOURCE with the rows of the highest version in force. How many, or a bad status."""
    best, count = -(1 << 62), 0
    state[VERSION_FROM] = NO_DAY
    for row in range(first, stop):
        if len(from_on) > 0 and from_on[row] > as_of:
            continue
        if len(cause) > 0 and cause[row] > 0:
            found = -1
            if len(event_id) > 0:
                found = find_event(rows, first_event, event_count, event_id, cause[row])
            if found < 0:
                return -(16 * row + BAD_CAUSE)
            if rows[DEAD, found] != 0:
                continue
        of_row = version[row] if len(version) > 0 else 1
        if of_row < best:
            continue
        if of_row > best:
            best, count = of_row, 0
            state[VERSION_FROM] = NO_DAY
        rows[SOURCE, count] = row
        if len(from_on) > 0:
            state[VERSION_FROM] = max(state[VERSION_FROM], from_on[row])
        count += 1
    return count
