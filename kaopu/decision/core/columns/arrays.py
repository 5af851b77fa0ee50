"""Arrays: written out place by place, or as one array column whose elements all have one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.access import constant_of
from kaopu.decision.core.columns.kinds import FAILED, is_kind
from kaopu.decision.core.columns.truth import both, either, negate
from kaopu.decision.core.columns.value import CannotCompile, Items, Value

if TYPE_CHECKING:
    from collections.abc import Sequence


def array_of(values: Sequence[Value]) -> Value:
    """`[a, b, c]`: fails where one of them fails."""
    failed = either(*[each.failed for each in values])
    if failed is True:
        return FAILED
    undecided = either(*[each.undecided for each in values])
    listed = tuple((each, True) for each in values)
    return Value(items=Items(negate(failed), listed), failed=failed, undecided=undecided, complete=True)


def count_of(items: Items | None) -> Any:
    """How many elements there are."""
    assert items is not None  # noqa: S101 - asked only of arrays
    if items.listed is None:
        return items.column.length()
    sure = sum(1 for _, present in items.listed if present is True)
    total: Any = ibis.literal(sure, "int64")
    for _, present in items.listed:
        if present is not True and present is not False:
            total = total + present.cast("int64")
    return total


def slice_of(target: Value, start: Value | None, stop: Value | None) -> Value:
    """`target[start:stop]`, the end included; out of range fails.

    Raises:
        CannotCompile: ends that differ from row to row in an array, a text beyond ASCII is left to zen row by row.
    """
    first = _end(start, 0)
    last = None if stop is None else _end(stop, 0)
    if target.text is not None and target.items is None:
        return _slice_of_text(target, first, last)
    if target.items is None or target.text is not None:
        return FAILED
    return _slice_of_items(target, target.items, first, last)


def _end(value: Value | None, default: int) -> int:
    if value is None:
        return default
    literal = constant_of(value)
    if not isinstance(literal, float) or literal != int(literal) or literal < 0:
        raise CannotCompile("a slice whose ends are not whole numbers known when compiling")
    return int(literal)


def _slice_of_text(target: Value, first: int, last: int | None) -> Value:
    from kaopu.decision.core.columns.functions.text import ascii_only

    column = target.text
    length = column.length()
    beyond = length <= (first if last is None else max(first, last))
    if last is not None and last < first:
        return FAILED
    texts = is_kind(target, "text")
    part = column.substr(first, None if last is None else last - first + 1)
    odd = both(texts, negate(ascii_only(column)).fill_null(False))
    failed = either(negate(texts), beyond.fill_null(True))
    made = ibis.cases((negate(failed), part))
    return Value(text=made, failed=failed, undecided=either(target.undecided, odd), complete=True)


def _slice_of_items(target: Value, items: Items, first: int, last: int | None) -> Value:
    if last is not None and last < first:
        return FAILED
    highest = first if last is None else last
    if items.listed is not None:
        if any(present is not True for _, present in items.listed):
            raise CannotCompile("a slice of an array with places that may be absent")
        if highest >= len(items.listed):
            return FAILED
        kept = items.listed[first : len(items.listed) if last is None else last + 1]
        whole = Items(items.here, kept)
        return Value(items=whole, failed=target.failed, undecided=target.undecided, complete=target.complete)
    here = is_kind(target, "items")
    failed = either(negate(here), (items.column.length() <= highest).fill_null(True))
    part = items.column[first : None if last is None else last + 1]
    made = Items(negate(failed), None, ibis.cases((negate(failed), part)), items.element)
    return Value(items=made, failed=failed, undecided=target.undecided, complete=True)


def elements(value: Value) -> Items:
    """The elements to walk over: those of an array, or the whole numbers of an interval known when compiling."""
    if value.items is not None:
        return value.items
    if value.span is None:
        raise CannotCompile("a walk over something that is no array")
    from kaopu.decision.core.columns import numbers

    low, high = constant_of(value.span.low), constant_of(value.span.high)
    if not isinstance(low, float) or not isinstance(high, float) or low != int(low) or high != int(high):
        raise CannotCompile("a walk over an interval that differs from row to row")
    first, last = int(low) + (not value.span.with_low), int(high) - (not value.span.with_high)
    if last - first > 1000:
        raise CannotCompile("a walk over an interval of more than 1,000 numbers")
    from decimal import Decimal

    return Items(True, tuple((numbers.constant(Decimal(each)), True) for each in range(first, last + 1)))
