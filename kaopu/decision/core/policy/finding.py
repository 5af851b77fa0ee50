"""What `check` has to say about a policy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """The strings are public API: add new ones, keep the old."""

    BAD_GRAPH = "bad_graph"
    BAD_EXPRESSION = "bad_expression"
    UNKNOWN_INPUT = "unknown_input"
    WRONG_TYPE = "wrong_type"
    UNREACHABLE_ROW = "unreachable_row"
    OVERLAPPING_ROWS = "overlapping_rows"
    LATER_APPROVE_AFTER_DECLINE = "later_approve_after_decline"
    GAP = "gap"
    MISSING_REASON = "missing_reason"
    UNKNOWN_OUTCOME = "unknown_outcome"
    READS_CLOCK = "reads_clock"
    READS_RANDOM = "reads_random"
    FORBIDDEN_ATTRIBUTE = "forbidden_attribute"
    NO_TEST = "no_test"
    FAILING_TEST = "failing_test"
    UNDECIDED = "undecided"  # a note, not a fault: what lies beyond the reasoning about tables


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, or one note where the kind is `undecided`.

    Args:
        node: the node's id; None where the whole policy is meant.
        row: the row as the grid numbers it, from 1, of a table, an expression list or a switch; None for the node.
        kind: which.
        message: a sentence that names the column and the values.
    """

    node: str | None
    row: int | None
    kind: FindingKind
    message: str
