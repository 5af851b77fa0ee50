"""What a compiled expression is: for each kind of JSON value, a column that is filled where the value has that kind.

A `Value` describes one JSON value per row. Its kind may differ from row to row (`score > 5 ? 'high' : 1`), so each
kind that is possible has its own column, filled in exactly the rows that have that kind; at most one is filled a row.
A row in which none is filled is null. Where the evaluation fails, `failed` is true and every column is NULL.
Kinds that are statically impossible are simply not there: most values carry one column.

Columns are Ibis expressions made of placeholders (see plan.py), which become columns of real tables at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# zen's decimals have at most 28 digits after the point; below this a number has lost some of its own.
SMALLEST = 1e-13
LARGEST = 7.9e28
# Inputs beyond these are marked and decided by zen itself.
INPUT_LARGEST = 1e15
INPUT_SMALLEST = 1e-12
EXACT_WHOLE = 2.0**53


class Digits(IntEnum):
    """How far a float64 column may be trusted to stand for zen's decimal, from best to worst."""

    EXACT = 0  # as written (at most 15 digits), or whole below 2^53: comparisons hold as they are
    REACHED = 1  # sums and products of exact ones: a near tie is a tie
    QUOTIENT = 2  # one division: a near tie is a tie, with another bare quotient too
    SHIFTED = 3  # a quotient plus or minus something, or times a number of twos and fives: a tie with exact ones only
    ROUNDED = 4  # arithmetic on endless quotients: a near tie cannot be told, the row is undecided


@dataclass(frozen=True)
class Number:
    """A number per row: float64, its trust, bounds that make checks needless, the size of its terms (for ties)."""

    column: Any
    digits: Digits = Digits.EXACT
    whole: bool = False  # an integer in every row
    bound: float = INPUT_LARGEST  # |column| is never above
    least: float = INPUT_SMALLEST  # |column| is never below, but for 0
    size: Any = None  # |largest term| of sums and differences; None means abs(column)
    plain: bool = True  # zen writes it in its shortest form; what was calculated keeps its zeros ("2.00")


@dataclass(frozen=True)
class Moment:
    """zen's date object per row (`d('…')`): an instant and its zone. What is no date is `instants.INVALID`."""

    instant: Any  # timestamp column without a zone: UTC
    zone: str = "Etc/UTC"
    sure: bool = False  # a date in every row, never 'Invalid date'


@dataclass(frozen=True)
class Fields:
    """An object per row: keys known at compile time, each with a value and the rows in which the key is there.

    `path`: the object is the row's own input at this path, with `items` laid over it; `()` is the whole input.
    """

    items: Mapping[str, tuple[Value, Any]] = field(default_factory=dict)  # key: (value, present)
    here: Any = True  # boolean: this row's value is an object
    path: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Items:
    """An array per row, in one of two forms.

    `listed`: places known at compile time: (value, present); absent places are skipped.
    `column`: an Ibis array column; `element` makes the Value of one element out of its expression.
    """

    here: Any = True
    listed: tuple[tuple[Value, Any], ...] | None = None
    column: Any = None
    element: Callable[[Any], Value] | None = None


@dataclass(frozen=True)
class Span:
    """An interval: numbers or moments at both ends, which of them belong to it, and whether it is turned outside in."""

    low: Value
    high: Value
    with_low: bool
    with_high: bool
    outside: bool = False


@dataclass(frozen=True)
class Shape:
    """The type of an input: kind and, for objects and arrays, what is inside. From the manifest or from the rows."""

    kind: str  # number | integer | string | boolean | null | object | array
    fields: Mapping[str, Shape] = field(default_factory=dict)
    element: Shape | None = None
    complete: bool = False  # never null or absent in rows that matter
    bound: float = INPUT_LARGEST


@dataclass(frozen=True)
class Value:
    """One JSON value per row, see the module. None = this kind never occurs."""

    number: Number | None = None
    text: Any = None
    boolean: Any = None
    moment: Moment | None = None
    fields: Fields | None = None
    items: Items | None = None
    span: Span | None = None
    failed: Any = False  # boolean: zen raises an error here
    undecided: Any = False  # boolean: columns cannot know what zen does in this row; the live engine decides it
    complete: bool = False  # never null: exactly one column is filled in every row that has not failed
    path: tuple[str, ...] | None = None  # it is the row's own input at this path, unchanged


class CannotCompile(Exception):  # noqa: N818 - it is a refusal, not a fault
    """This expression has no exact columns; the message is the reason a person reads."""
