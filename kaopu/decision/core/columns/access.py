"""Reading inside values: a key of an object, a place of an array. What is not there is null, never a failure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis

from kaopu.decision.core.columns.choose import present_or_null
from kaopu.decision.core.columns.kinds import NULL, has, is_kind, masked, spoiled
from kaopu.decision.core.columns.truth import both, either, filled
from kaopu.decision.core.columns.value import CannotCompile, Fields, Items, Value


def key_of(target: Value, key: str) -> Value:
    """`target.key`: null where the target is no object or has no such key."""
    if target.failed is True:
        return target
    found = NULL
    if target.fields is not None:
        found = _of_fields(target.fields, key)
        inside = is_kind(target, "fields")
        if inside is not True and target.failed is False:
            found = masked(found, inside)
    return spoiled(found, target.failed, target.undecided)


def _of_fields(fields: Fields, key: str) -> Value:
    value, present = fields.items.get(key, (NULL, False))
    return present_or_null(value, present)


def at(target: Value, index: Value) -> Value:
    """`target[index]`: by key when the index is a text, by place when it is a number."""
    literal = constant_of(index)
    if isinstance(literal, str):
        return key_of(target, literal)
    if has(index) != ("number",):
        if (target.items is None and target.text is None and target.fields is None) or not has(index):
            return spoiled(NULL, either(target.failed, index.failed), target.undecided)
        raise CannotCompile("an index that differs in kind, or a key that differs from row to row")
    if target.text is not None:
        raise CannotCompile("one letter of a text")
    if target.items is None:
        return spoiled(NULL, target.failed, target.undecided)
    return _place(target, target.items, index, literal)


def _place(target: Value, items: Items, index: Value, literal: Any) -> Value:
    failed = target.failed
    if items.listed is not None:
        if not isinstance(literal, float) or literal < 0 or any(present is not True for _, present in items.listed):
            raise CannotCompile("a place that differs from row to row in an array written out")
        place = int(literal)
        found = items.listed[place][0] if place < len(items.listed) else NULL
        return spoiled(masked(found, is_kind(target, "items")), failed, target.undecided)
    assert items.element is not None  # noqa: S101 - an array column knows its elements
    column = index.number.column  # type: ignore[union-attr]
    if isinstance(literal, float) and literal < 0:
        return spoiled(NULL, is_kind(target, "items"))
    negative = False if isinstance(literal, float) else both(is_kind(target, "items"), (column < 0).fill_null(False))
    place_column = column.floor().cast("int64")
    found = replace(items.element(items.column[place_column]), complete=False)  # a place may be out of range
    found = masked(found, filled(column)) if not index.complete else found
    return spoiled(found, either(failed, index.failed, negative), either(target.undecided, index.undecided))


def constant_of(value: Value) -> str | float | bool | None:
    """The constant behind a value of one kind, None when it is not one."""
    kinds = has(value)
    if len(kinds) != 1 or kinds[0] not in {"number", "text", "boolean"}:
        return None
    there = getattr(value, kinds[0])
    column = there.column if kinds[0] == "number" else there
    operation = column.op()
    return operation.value if isinstance(operation, ibis.expr.operations.Literal) else None
