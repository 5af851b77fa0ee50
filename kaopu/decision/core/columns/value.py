"""What a compiled expression is: for each kind of JSON value, a column that is filled where the value has that kind.

A `Value` describes one JSON value per row. Its kind may differ from row to row (`score > 5 ? 'high' : 1`), so each
kind that is possible has its own column, filled in exactly the rows that have that kind; at most one is filled a row.
A row in which none is filled is null. Where the evaluation fails, `failed` is true (and the columns do not matter).
Kinds that are statically impossible are simply not there: most values carry one column.

Columns are Ibis expressions over the plan's current table; Python scalars are allowed wherever Ibis accepts them,
so constants stay constants until the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir


class Digits(StrEnum):
    """How far a float64 column may be trusted to stand for zen's decimal of 28 digits."""

    WRITTEN = "written"  # an input or literal of at most 15 significant digits: comparisons are exact as they are
    REACHED = "reached"  # sums, products, one quotient of written numbers: a near tie is a tie (see numbers.py)
    ROUNDED = "rounded"  # arithmetic on an endless quotient or root: a near tie cannot be told; the row is marked


@dataclass(frozen=True)
class Number:
    """A number per row: float64, its trust, and a bound of the size of the terms it was made of (for ties)."""

    column: Any  # float64 column or Python float/int; NULL where the value is not a number
    digits: Digits = Digits.WRITTEN
    size: Any = None  # |largest term| of sums and differences; None means abs(column)


@dataclass(frozen=True)
class Moment:
    """zen's date object per row (`d('…')`): instant in milliseconds UTC, its zone; invalid dates have valid=False."""

    milliseconds: Any  # int64 column
    zone: str | Any  # an IANA name or fixed offset known at compile time, or a text column
    valid: Any = True


@dataclass(frozen=True)
class Fields:
    """An object per row: keys known at compile time, each with a value and the rows in which the key is there."""

    here: Any  # boolean: this row's value is an object
    items: Mapping[str, tuple[Value, Any]] = field(default_factory=dict)  # key: (value, present)


@dataclass(frozen=True)
class Items:
    """An array per row, in one of two forms.

    `listed`: its places are known at compile time: a tuple of (value, present) - absent places are skipped, so
    a filter over a literal array or the output of a collect table stays in this form.
    `column`: an Ibis array column whose elements all have one shape, described by `element` (a kind or a struct).
    """

    here: Any  # boolean: this row's value is an array
    listed: tuple[tuple[Value, Any], ...] | None = None
    column: ir.ArrayValue | None = None
    element: Shape | None = None


@dataclass(frozen=True)
class Shape:
    """The type of an input: kind and, for objects and arrays, what is inside. From the manifest or from the rows."""

    kind: str  # number | string | boolean | null | object | array
    fields: Mapping[str, Shape] = field(default_factory=dict)
    element: Shape | None = None


@dataclass(frozen=True)
class Value:
    """One JSON value per row, see the module. None = this kind never occurs."""

    number: Number | None = None
    text: Any = None
    boolean: Any = None
    moment: Moment | None = None
    fields: Fields | None = None
    items: Items | None = None
    failed: Any = False  # boolean: zen raises an error here
    undecided: Any = False  # boolean: columns cannot know what zen does in this row; the live engine decides it


class CannotCompile(Exception):  # noqa: N818 - it is a refusal, not a fault
    """This expression has no exact columns; the message is the reason a person reads."""
