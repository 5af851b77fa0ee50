"""One value or another per row: the columns of both, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.kinds import NULL, has, is_null, masked
from kaopu.decision.core.columns.numbers import size
from kaopu.decision.core.columns.truth import both, either, known, negate, where
from kaopu.decision.core.columns.value import CannotCompile, Digits, Fields, Items, Moment, Number, Value

if TYPE_CHECKING:
    from collections.abc import Callable


def choose(condition: Any, then: Value, otherwise: Value) -> Value:
    """`then` in the rows of `condition` (never NULL), `otherwise` in the others.

    Raises:
        CannotCompile: two kinds of arrays or objects that have no common columns.
    """
    if isinstance(condition, bool):
        return then if condition else otherwise
    if then is otherwise:  # not ==: columns have no truth value
        return then
    kinds = {*has(then), *has(otherwise)}
    parts = {kind: _MERGED[kind](condition, getattr(then, kind), getattr(otherwise, kind)) for kind in kinds}
    return Value(
        **parts,
        failed=_flag(condition, then.failed, otherwise.failed),
        undecided=_flag(condition, then.undecided, otherwise.undecided),
        complete=then.complete and otherwise.complete,
        path=then.path if then.path == otherwise.path else None,
    )


def _flag(condition: Any, then: Any, otherwise: Any) -> Any:
    if then is otherwise and isinstance(then, bool):
        return then
    return either(both(condition, then), both(negate(condition), otherwise))


def _plain(condition: Any, then: Any, otherwise: Any) -> Any:
    return where(condition, then, otherwise)


def _number(condition: Any, then: Number | None, otherwise: Number | None) -> Number:
    some = [each for each in (then, otherwise) if each is not None]
    sizes = None
    if any(each.size is not None for each in some):
        sizes = where(condition, size(then) if then else None, size(otherwise) if otherwise else None)
    return Number(
        where(condition, then and then.column, otherwise and otherwise.column),
        max(each.digits for each in some),
        all(each.whole for each in some),
        max(each.bound for each in some),
        min(each.least for each in some),
        sizes,
        all(each.plain for each in some),
    )


def _moment(condition: Any, then: Moment | None, otherwise: Moment | None) -> Moment:
    some = [each for each in (then, otherwise) if each is not None]
    if len({each.zone for each in some}) > 1:
        raise CannotCompile("dates of two zones in one place")
    sure = all(each.sure for each in some)
    return Moment(where(condition, then and then.instant, otherwise and otherwise.instant), some[0].zone, sure)


def _fields(condition: Any, then: Fields | None, otherwise: Fields | None) -> Fields:
    a, b = then or Fields(here=False), otherwise or Fields(here=False)
    if then and otherwise and a.path != b.path:
        raise CannotCompile("two different objects of the input in one place")
    items = {}
    for key in dict.fromkeys((*a.items, *b.items)):
        (one, has_one), (two, has_two) = a.items.get(key, (NULL, False)), b.items.get(key, (NULL, False))
        if key not in a.items or key not in b.items:
            _refuse_half_known(a if key not in a.items else b, then and otherwise)
        if one.path != two.path:  # what comes out is no longer known as the input's own, whose null is an absent key
            has_one, has_two = _there(one, has_one), _there(two, has_two)
        items[key] = choose(condition, one, two), _flag(condition, has_one, has_two)
    return Fields(items, _flag(condition, a.here, b.here), a.path if then else b.path)


def _there(value: Value, present: Any) -> Any:
    return present if value.path is None else both(present, negate(is_null(value)))


def _refuse_half_known(lacking: Fields, two: Any) -> None:
    if two and lacking.path is not None:
        raise CannotCompile("an object of the input in one branch and a changed one in the other")


def _items(condition: Any, then: Items | None, otherwise: Items | None) -> Items:
    a, b = then or Items(False, ()), otherwise or Items(False, ())
    here = _flag(condition, a.here, b.here)
    if then is None or otherwise is None:
        kept = then or otherwise
        assert kept is not None  # noqa: S101 - one of them has the kind
        return Items(here, kept.listed, kept.column, kept.element)
    if a.listed is not None and b.listed is not None:
        listed = [(value, both(condition, present)) for value, present in a.listed]
        listed += [(value, both(negate(condition), present)) for value, present in b.listed]
        return Items(here, tuple(listed))
    if a.column is not None and b.column is not None and a.element is b.element:
        return Items(here, None, where(condition, a.column, b.column), a.element)
    like = a if a.column is not None else b
    return Items(here, None, where(condition, _as_column(a, like), _as_column(b, like)), like.element)


def _as_column(items: Items, like: Items) -> Any:
    """An array written out as a column with elements like those of another: none at all, or plain ones of its kind.

    Raises:
        CannotCompile: the elements are of another form.
    """
    if items is like or items.listed is None:
        if items.column is None or items.element is not like.element:
            raise CannotCompile("arrays of two forms in one place")
        return items.column
    dtype = like.column.type()
    kind = {"float64": "number", "string": "text", "boolean": "boolean"}.get(str(dtype.value_type))
    plain = [value for value, present in items.listed if present is True and has(value) == (kind,) and value.complete]
    if len(plain) != len(items.listed):
        raise CannotCompile("arrays of two forms in one place")
    if not plain:
        return ibis.literal([], dtype)
    return ibis.array([getattr(value, kind or "") if kind != "number" else _column_of(value) for value in plain])


def _column_of(value: Value) -> Any:
    assert value.number is not None  # noqa: S101 - the kind was looked at
    if value.number.digits is not Digits.EXACT:
        raise CannotCompile("an array of numbers that were calculated in one branch only")
    return value.number.column


def _span(_condition: Any, _then: Any, _otherwise: Any) -> Any:
    raise CannotCompile("an interval that depends on the row")


_MERGED: dict[str, Callable[[Any, Any, Any], Any]] = {
    "number": _number,
    "text": _plain,
    "boolean": _plain,
    "moment": _moment,
    "fields": _fields,
    "items": _items,
    "span": _span,
}


def present_or_null(value: Value, present: Any) -> Value:
    """`value` where it is there, null elsewhere: what reading an absent key gives."""
    return masked(value, present if isinstance(present, bool) else known(present))
