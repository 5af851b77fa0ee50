"""What a status below zero means: which row of which file is wrong, and what was expected."""

from __future__ import annotations

from dataclasses import dataclass

_MEANING = {
    1: ("debts", "debt_id", "expected each debt once, in ascending order of debt_id"),
    2: ("instalments", "debt_id", "expected rows sorted by debt_id, each of a debt in debts"),
    3: ("events", "debt_id", "expected rows sorted by debt_id, each of a debt in debts"),
    4: ("instalments", "principal, interest, fee", "expected amounts of 0 or more"),
    5: ("events", "amount", "expected an amount of 0 or more"),
    6: ("events", "kind", "expected one of the kinds of docs/snapshot.md"),
    7: ("events", "reverses", "expected the event_id of another event of the same debt"),
    8: ("instalments", "cause_event", "expected the event_id of an event of the same debt, or 0"),
    9: ("events", "amount", "expected at most 36525 days for an extension or a pause"),
    10: (
        "debts",
        "rules",
        (
            "expected ladder 0-1, allocation 0-23, penalty_base 0-1 (0 with compound interest), a year of 360 or 365, "
            "refund_order 0-3, refund_fee, pause_resets and dispute_resets 0-1, late_allocation 0-24, none below 0"
        ),
    ),
    11: ("events", "component", "expected principal, interest, fee, penalty or none"),
    12: ("debts", "rules", "expected one rule for all debts or one for each, in all columns"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that stopped a replay. `row` counts from 0 inside the columns handed in."""

    file: str
    column: str
    row: int
    expected: str


def fault_of(status: int) -> Fault | None:
    """The fault behind what `replay` returned; None for 0."""
    if status == 0:
        return None
    row, code = divmod(-status, 16)
    file, column, expected = _MEANING[code]
    return Fault(file, column, row, expected)
