"""A filter over debts as a frozen tree: which columns it may ask, and whether one debt matches.

Three answers are possible: yes, no, unknown. A column that a debt does not have answers unknown to every comparison,
and what is unknown never matches, negated or not; only `is unknown` asks for it. Negations are moved to the comparisons
when the text is read (`debt_filter_text`), so each comparison knows whether it is negated and the tree holds no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | int | date | bool


class Holds(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    TRUTH = "true or false"


# Amounts are minor units. Positions are those of the current close.
COLUMNS: dict[str, Holds] = {
    "debt_id": Holds.NUMBER,
    "external_id": Holds.TEXT,
    "source": Holds.TEXT,
    "party_id": Holds.NUMBER,
    "product": Holds.TEXT,
    "portfolio": Holds.TEXT,
    "owner": Holds.TEXT,
    "currency": Holds.TEXT,
    "merchant_id": Holds.TEXT,
    "category": Holds.TEXT,
    "disbursed_on": Holds.DAY,
    "principal": Holds.NUMBER,
    "on_balance": Holds.TRUTH,
    "retail": Holds.TRUTH,
    "outstanding": Holds.NUMBER,
    "overdue": Holds.NUMBER,
    "days_past_due": Holds.NUMBER,
    "worst_days_past_due": Holds.NUMBER,
    "class": Holds.TEXT,
    "next_due": Holds.DAY,
    "first_due": Holds.DAY,
    "charged_off": Holds.NUMBER,
    "credit_balance": Holds.NUMBER,
}
# Texts that have no order, only equality.
ORDERED = frozenset({Holds.NUMBER, Holds.DAY})


@dataclass(frozen=True, slots=True)
class Compare:
    """One question about one column. `how`: = < <= > >= between in unknown; `values` as many as it needs."""

    column: str
    how: str
    values: tuple[Value, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part matches."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part matches."""

    parts: tuple[Node, ...]


Node = Compare | All | Any


def negation(node: Node) -> Node:
    """What matches where `node` answers no; unknown stays unknown."""
    if isinstance(node, Compare):
        return Compare(node.column, node.how, node.values, not node.negated)
    parts = tuple(negation(part) for part in node.parts)
    return Any(parts) if isinstance(node, All) else All(parts)


def matches(node: Node, row: Mapping[str, Value | None]) -> bool:
    """Whether the debt with these columns matches; a column that is not there is unknown."""
    return _answer(node, row) is True


def _answer(node: Node, row: Mapping[str, Value | None]) -> bool | None:
    if isinstance(node, Compare):
        return _compared(node, row.get(node.column))
    answers = [_answer(part, row) for part in node.parts]
    settles = isinstance(node, Any)  # one yes settles "any", one no settles "all"
    if settles in answers:
        return settles
    return None if None in answers else not settles


def _compared(node: Compare, value: Value | None) -> bool | None:
    if node.how == "unknown":
        return (value is None) != node.negated
    if value is None:
        return None
    return _holds(node, value) != node.negated


def _holds(node: Compare, value: Value) -> bool:
    if node.how in {"=", "in"}:
        return value in node.values
    if node.how == "between":
        first, last = node.values
        return not (_below(value, first) or _below(last, value))
    (other,) = node.values
    below, equal = _below(value, other), value == other
    return {"<": below, "<=": below or equal, ">": not (below or equal), ">=": not below}[node.how]


def _below(one: Value, other: Value) -> bool:
    # The reader of the text made them of one kind.
    return bool(one < other)  # type: ignore[operator]
