"""Arrays: written out place by place, or as one array column whose elements all have one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
from ibis.expr.operations import Add, Cast, Floor, Literal

from kaopu.decision.core.columns.access import constant_of
from kaopu.decision.core.columns.kinds import FAILED, is_kind, spoiled
from kaopu.decision.core.columns.truth import both, either, known, negate
from kaopu.decision.core.columns.value import CannotCompile, Items, Number, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_WALK = 1_000


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
    """`target[start:stop]`, the end included: an end before the beginning gives nothing, out of range fails."""
    ends = [each for each in (start, stop) if each is not None]
    if any(each.number is None for each in ends):
        return FAILED
    numeric = both(*[is_kind(each, "number") for each in ends])
    first = _place(start) if start is not None else ibis.literal(0, "int64")
    after = _place(stop) + 1 if stop is not None else None
    odd = either(*[_odd(each) for each in ends], target.undecided)
    if target.text is not None and target.items is None:
        made = _slice_of_text(target, first, after)
    elif target.items is not None and target.text is None:
        made = _slice_of_items(target, target.items, first, after)
    else:
        return FAILED
    return spoiled(made, negate(numeric), odd)


def _place(value: Value | None) -> Any:
    assert value is not None and value.number is not None  # noqa: PT018, S101 - looked at by the caller
    return value.number.column.floor().cast("int64")


def _odd(value: Value) -> Any:
    """Ends that are not whole or below 0: zen says what they mean."""
    constant = constant_of(value)
    if isinstance(constant, float):
        return constant < 0 or constant != int(constant)
    assert value.number is not None  # noqa: S101 - looked at by the caller
    column = value.number.column
    return known(either(column < 0, column != column.floor()))


def _reach(length: Any, first: Any, after: Any) -> Any:
    """Rows in which the slice lies outside of what there is."""
    if after is None:
        return first > length
    return either(after > length, first > after)


def _slice_of_text(target: Value, first: Any, after: Any) -> Value:
    from kaopu.decision.core.columns.functions.text import ascii_only

    column = target.text
    texts = is_kind(target, "text")
    length = column.length()
    part = column.substr(first, (length if after is None else after) - first)
    odd = both(texts, negate(ascii_only(column)).fill_null(False))
    failed = either(negate(texts), _reach(length, first, after).fill_null(True))
    return Value(text=ibis.cases((negate(failed), part)), failed=failed, undecided=odd, complete=True)


def _constant(place: Any) -> int:
    """A place known when compiling, through the arithmetic that made it."""
    operation = place.op()
    while isinstance(operation, Cast | Floor):
        operation = operation.arg
    if isinstance(operation, Add):
        return _constant(operation.left.to_expr()) + _constant(operation.right.to_expr())
    if not isinstance(operation, Literal):
        raise CannotCompile("a slice that differs from row to row of an array written out")
    return int(operation.value)


def _slice_of_items(target: Value, items: Items, first: Any, after: Any) -> Value:
    if items.listed is not None:
        if any(present is not True for _, present in items.listed):
            raise CannotCompile("a slice of an array with places that may be absent")
        begin, end = _constant(first), len(items.listed) if after is None else _constant(after)
        if begin > end or end > len(items.listed):
            return FAILED
        whole = Items(items.here, items.listed[begin:end])
        return Value(items=whole, failed=target.failed, undecided=target.undecided, complete=target.complete)
    here = is_kind(target, "items")
    failed = either(negate(here), _reach(items.column.length(), first, after).fill_null(True))
    part = items.column[first:] if after is None else items.column[first:after]
    made = Items(negate(failed), None, ibis.cases((negate(failed), part)), items.element)
    return Value(items=made, failed=failed, undecided=target.undecided, complete=True)


def as_items(value: Value) -> Value:
    """What there is to walk over: an array as it is, an interval as the array of its whole numbers."""
    if value.span is None:
        return value
    if value.items is not None:
        raise CannotCompile("a walk over something that may be an array or an interval")
    low, high = value.span.low, value.span.high
    if low.number is None or high.number is None:
        return FAILED
    first, last = low.number.column, high.number.column
    odd = either(_odd(low), _odd(high), known(last - first > LONGEST_WALK))
    begin = first.floor().cast("int64") + int(not value.span.with_low)
    end = last.floor().cast("int64") + int(value.span.with_high)

    def element(each: Any) -> Value:
        return Value(number=Number(each.cast("float64"), whole=True, least=1.0), complete=True)

    made = Items(negate(value.failed), None, ibis.range(begin, ibis.least(end, begin + LONGEST_WALK)), element)
    return Value(items=made, failed=value.failed, undecided=either(value.undecided, odd), complete=True)
