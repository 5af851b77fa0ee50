"""sum, min, max, avg, median, mode, flatten: of arrays of numbers; an element of another kind fails."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns import numbers
from kaopu.decision.core.columns.choose import choose
from kaopu.decision.core.columns.closures import flattened
from kaopu.decision.core.columns.kinds import FAILED, is_kind, number, spoiled
from kaopu.decision.core.columns.lambdas import each as each_of
from kaopu.decision.core.columns.lambdas import those
from kaopu.decision.core.columns.truth import either, known, negate
from kaopu.decision.core.columns.value import LARGEST, SMALLEST, CannotCompile, Digits, Items, Number, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.columns.scope import Scope

LARGEST_SUM = 1e24


def over_numbers(operation: Callable[[Items], Value]) -> Callable[[Scope, tuple[Value, ...]], Value]:
    """A function of an array whose elements must all be numbers."""

    def call(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
        (value,) = arguments
        if value.items is None:
            return FAILED
        made = operation(value.items)
        there = is_kind(value, "items")
        return spoiled(made, negate(there) if there is not True else False, value.undecided)

    return call


def _listed(items: Items) -> list[Value] | None:
    """The elements written out, all of which are there; None for an array column.

    Raises:
        CannotCompile: places that may be absent.
    """
    if items.listed is None:
        return None
    if any(present is not True for _, present in items.listed):
        raise CannotCompile("a figure of an array with places that may be absent")
    return [value for value, _ in items.listed]


def _column(items: Items) -> tuple[Any, Any, Number]:
    """(the numbers, the rows in which an element is none, what one number is like)."""
    assert items.element is not None  # noqa: S101 - an array column knows its elements
    sample: list[Number] = []

    def of(each: Any) -> Any:
        value = items.element(each)  # type: ignore[misc]
        sample[:] = [value.number or Number(ibis.null("float64"))]
        return sample[0].column

    plain = each_of(items.column, of)
    wrong = those(plain, lambda each: each.isnull()).length() > 0
    return plain, known(wrong), sample[0]


def _sizes(array: Any) -> Any:
    return each_of(array, lambda each: each.abs())


def _trusted(sample: Number) -> Digits:
    return sample.digits if sample.digits >= Digits.QUOTIENT else Digits.REACHED


def total(items: Items) -> Value:
    """`sum`: 0 of none."""
    if items.listed is not None:
        zero = number(ibis.literal(0.0, "float64"), complete=True, whole=True, bound=0.0, least=1.0)
        listed = [choose(present, value, zero) for value, present in items.listed]
        return reduce(lambda left, right: numbers.arithmetic("+", left, right), listed, zero)
    plain, wrong, sample = _column(items)
    column_ = plain.sums().fill_null(0.0)
    sizes = _sizes(plain).sums().fill_null(0.0)
    made = Number(column_, _trusted(sample), sample.whole, LARGEST_SUM, SMALLEST, sizes, sample.whole and sample.plain)
    return spoiled(Value(number=made, complete=True), wrong)


def average(items: Items) -> Value:
    """`avg`: fails of none."""
    listed = _listed(items)
    if listed is not None:
        if not listed:
            return FAILED
        count = numbers.constant_of_int(len(listed))
        return numbers.arithmetic("/", total(items), count)
    plain, wrong, sample = _column(items)
    sizes = _sizes(plain).sums() / plain.length()
    digits = Digits.QUOTIENT if sample.digits <= Digits.REACHED else Digits.ROUNDED
    made = Number(plain.sums() / plain.length(), digits, False, LARGEST, SMALLEST, sizes, plain=False)
    return spoiled(Value(number=made, complete=True), either(wrong, plain.length() == 0))


def extreme(operator: str, of_column: Callable[[Any], Any]) -> Callable[[Items], Value]:
    """`min` and `max`: fail of none."""

    def call(items: Items) -> Value:
        listed = _listed(items)
        if listed is None:
            plain, wrong, sample = _column(items)
            made = Number(of_column(plain), sample.digits, sample.whole, sample.bound, sample.least, plain=sample.plain)
            return spoiled(Value(number=made, complete=True), either(wrong, plain.length() == 0))
        if not listed:
            return FAILED
        if any(value.moment is not None for value in listed):
            return _extreme_of_moments(operator, listed)
        failed = either(*[negate(is_kind(value, "number")) for value in listed])
        if failed is True:
            return FAILED
        best = Value(number=listed[0].number, complete=True)
        for value in listed[1:]:
            assert value.number is not None and best.number is not None  # noqa: PT018, S101 - looked at above
            first = known(numbers.compare(operator, best.number, value.number))
            best = choose(first, best, Value(number=value.number, complete=True))
        undecided = either(*[value.undecided for value in listed])
        return spoiled(best, failed, undecided)

    return call


def _extreme_of_moments(operator: str, listed: list[Value]) -> Value:
    from kaopu.decision.core.columns.comparison import order

    if any(value.moment is None for value in listed):
        return FAILED
    best = listed[0]
    for value in listed[1:]:
        first = order(operator, best, value)
        best = spoiled(choose(known(first.boolean), best, value), first.failed, first.undecided)
    return best


def _constants(items: Items) -> list[Value]:
    listed = _listed(items)
    if listed is None:
        raise CannotCompile("a middle or most frequent number of an array column")
    return listed


def median(items: Items) -> Value:
    """`median`: the middle, or the mean of the two in the middle; fails of none."""
    if items.listed is not None:
        return _median_of_listed(_constants(items))
    plain, wrong, sample = _column(items)
    ordered = plain.sort()
    count = ordered.length()
    middle = (count / 2).floor().cast("int64")
    upper = ordered[middle]
    lower = ordered[ibis.greatest(middle - 1, 0)]
    column_ = ibis.cases((count % 2 == 1, upper), else_=(lower + upper) / 2)
    digits = max(sample.digits, Digits.REACHED)
    made = Number(column_, digits, False, sample.bound, SMALLEST, _sizes(ordered).maxs(), plain=False)
    return spoiled(Value(number=made, complete=True), either(wrong, count == 0))


def _median_of_listed(listed: list[Value]) -> Value:
    if not listed:
        return FAILED
    failed = either(*[negate(is_kind(value, "number")) for value in listed])
    if failed is True:
        return FAILED
    if any(value.number is None or value.number.digits is not Digits.EXACT for value in listed):
        raise CannotCompile("the median of numbers that were calculated")
    columns = [value.number.column for value in listed if value.number is not None]
    ordered = ibis.array(columns).sort()
    middle = len(columns) // 2
    if len(columns) % 2:
        made = number(ordered[middle], complete=True)
    else:
        pair = [number(ordered[place], complete=True) for place in (middle - 1, middle)]
        made = numbers.arithmetic("/", numbers.arithmetic("+", *pair), numbers.constant_of_int(2))
    return spoiled(made, failed, either(*[value.undecided for value in listed]))


def mode(items: Items) -> Value:
    """`mode`: the most frequent number; of several equally frequent ones columns cannot say which zen takes."""
    if items.listed is not None:
        listed = _constants(items)
        if not listed:
            return FAILED
        failed = either(*[negate(is_kind(value, "number")) for value in listed])
        if failed is True:
            return FAILED
        if any(value.number is None or value.number.digits is not Digits.EXACT for value in listed):
            raise CannotCompile("the mode of numbers that were calculated")
        array = ibis.array([value.number.column for value in listed if value.number is not None])
        undecided = either(*[value.undecided for value in listed])
        return spoiled(_mode_of(array), failed, either(undecided, _tied(array)))
    plain, wrong, _ = _column(items)
    return spoiled(_mode_of(plain), either(wrong, plain.length() == 0), known(_tied(plain)))


def _mode_of(array: Any) -> Value:
    return number(array.modes(), complete=True)


def _tied(array: Any) -> Any:
    """Whether another number is as frequent."""
    best = those(array, lambda each: each == array.modes()).length()
    others = those(array, lambda each: each != array.modes())
    return (best <= those(others, lambda each: each == others.modes()).length()) & (others.length() > 0)


def flatten(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`flatten`: one level."""
    return flattened(arguments[0])


FUNCTIONS = {
    "sum": over_numbers(total),
    "avg": over_numbers(average),
    "min": over_numbers(extreme("<=", lambda array: array.mins())),
    "max": over_numbers(extreme(">=", lambda array: array.maxs())),
    "median": over_numbers(median),
    "mode": over_numbers(mode),
    "flatten": flatten,
}
