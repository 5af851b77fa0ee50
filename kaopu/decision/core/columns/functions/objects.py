"""keys, values, merge, mergeDeep: of objects whose keys are known when compiling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns import numbers
from kaopu.decision.core.columns.arrays import count_of
from kaopu.decision.core.columns.choose import choose
from kaopu.decision.core.columns.kinds import FAILED, has, is_kind, spoiled, text
from kaopu.decision.core.columns.truth import either, negate
from kaopu.decision.core.columns.value import CannotCompile, Fields, Items, Number, Value

if TYPE_CHECKING:
    from kaopu.decision.core.columns.scope import Scope


def known_fields(value: Value) -> Fields:
    """The object's fields, when all of them are known.

    Raises:
        CannotCompile: an object of the input, whose keys differ from row to row.
    """
    assert value.fields is not None  # noqa: S101 - asked only of objects
    if value.fields.path is not None:
        raise CannotCompile("the keys of an object of the input")
    return value.fields


def keys(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`keys`: the names of an object in the order of their letters, the places of an array."""
    (value,) = arguments
    if value.items is not None and value.fields is None:
        return _places(value)
    if value.fields is None:
        return FAILED
    fields = known_fields(value)
    listed = tuple((text(ibis.literal(key), complete=True), present) for key, (_, present) in _in_order(fields))
    made = Value(items=Items(fields.here, listed), complete=True)
    return spoiled(made, negate(is_kind(value, "fields")), value.undecided)


def _in_order(fields: Fields) -> list[tuple[str, tuple[Value, Any]]]:
    return sorted(fields.items.items())


def _places(value: Value) -> Value:
    items = value.items
    assert items is not None  # noqa: S101 - asked only of arrays
    if items.listed is None or any(present is not True for _, present in items.listed):
        count = count_of(items).cast("int64")
        column = ibis.range(0, count)

        def element(each: Any) -> Value:
            return Value(number=Number(each.cast("float64"), whole=True, bound=1e9, least=1.0), complete=True)

        made = Value(items=Items(items.here, None, column, element), complete=True)
    else:
        listed = tuple((numbers.constant_of_int(place), True) for place in range(len(items.listed)))
        made = Value(items=Items(items.here, listed), complete=True)
    return spoiled(made, negate(is_kind(value, "items")), value.undecided)


def values(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`values`: what is under the names, in their order."""
    (value,) = arguments
    if value.fields is None:
        return FAILED
    fields = known_fields(value)
    made = Value(items=Items(fields.here, tuple(pair for _, pair in _in_order(fields))), complete=True)
    return spoiled(made, negate(is_kind(value, "fields")), value.undecided)


def merge(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`merge`: objects laid over each other, or arrays one after the other; null is nothing."""
    return _merged(arguments[0], deep=False)


def merge_deep(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`mergeDeep`: as merge, objects within objects too."""
    return _merged(arguments[0], deep=True)


def _merged(value: Value, *, deep: bool) -> Value:
    if value.items is None:
        return FAILED
    if value.items.listed is None or any(present is not True for _, present in value.items.listed):
        raise CannotCompile("merging an array whose places differ from row to row")
    parts = [part for part, _ in value.items.listed if has(part)]
    kinds = {kind for part in parts for kind in has(part)}
    if len(kinds) > 1 or any(not part.complete or part.failed is not False for part in parts):
        raise CannotCompile("merging things that may differ in kind from row to row")
    undecided = either(value.undecided, *[part.undecided for part in parts])
    if kinds <= {"fields"}:
        made = Fields()
        for part in parts:
            made = laid_over(made, known_fields(part), deep=deep)
        return Value(fields=made, complete=True, failed=value.failed, undecided=undecided)
    if kinds == {"items"} and not deep:
        listed: list[tuple[Value, Any]] = []
        for part in parts:
            if part.items is None or part.items.listed is None:
                raise CannotCompile("merging an array column")
            listed += part.items.listed
        return Value(items=Items(value.items.here, tuple(listed)), complete=True, undecided=undecided)
    if deep:
        raise CannotCompile("mergeDeep of arrays")
    return FAILED


def laid_over(below: Fields, above: Fields, *, deep: bool) -> Fields:
    """`above` laid over `below`, key by key."""
    items = dict(below.items)
    for key, (value, present) in above.items.items():
        old, old_present = items.get(key, (Value(), False))
        new = value
        if deep and old.fields is not None and value.fields is not None:
            if present is not True or old_present is not True:
                raise CannotCompile(f"mergeDeep of {key!r}, which may be absent")
            new = replace(value, fields=laid_over(known_fields(old), known_fields(value), deep=True))
        items[key] = (choose(present, new, old), either(present, old_present))
    return replace(below, items=items)


FUNCTIONS = {"keys": keys, "values": values, "merge": merge, "mergeDeep": merge_deep}
