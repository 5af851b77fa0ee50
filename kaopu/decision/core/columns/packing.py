"""A Value as one struct column and back: what an array column can hold of the bodies of its elements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.kinds import has
from kaopu.decision.core.columns.lambdas import each as each_of
from kaopu.decision.core.columns.truth import column
from kaopu.decision.core.columns.value import CannotCompile, Fields, Items, Moment, Number, Value

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Packed:
    """An array column of structs, how one struct is read as a Value, and what the bodies may do."""

    column: Any
    element: Callable[[Any], Value]
    may_fail: bool
    may_be_undecided: bool


def pack(body: Callable[[Any], Value], array: Any) -> Packed:
    """`array.map(body)` with each Value as a struct.

    Raises:
        CannotCompile: a body that is itself an array written out.
    """
    shape: list[Value] = []

    def packed(each: Any) -> Any:
        value = body(each)
        shape[:] = [value]
        return ibis.struct(leaves(value, "v"))

    made = each_of(array, packed)
    sample = shape[0]
    may_fail, may_be_undecided = sample.failed is not False, sample.undecided is not False
    return Packed(made, lambda struct: rebuilt(sample, struct, "v"), may_fail, may_be_undecided)


def leaves(value: Value, name: str) -> dict[str, Any]:
    """The columns that a Value is made of, by name."""
    found: dict[str, Any] = {}
    for kind in has(value):
        there = getattr(value, kind)
        match there:
            case Number():
                found[f"{name}_n"] = there.column
                if there.size is not None:
                    found[f"{name}_z"] = there.size
            case Moment():
                raise CannotCompile("a date in an array of objects")
            case Fields():
                found |= _leaves_of_fields(there, name)
            case Items():
                if there.column is None:
                    raise CannotCompile("an array written out within an array column")
                found[f"{name}_a"] = there.column
                found[f"{name}_ah"] = column(there.here)
            case _:
                found[f"{name}_{kind[0]}"] = there
    return found or {f"{name}_0": ibis.literal(True)}


def _leaves_of_fields(fields: Fields, name: str) -> dict[str, Any]:
    found = {f"{name}_h": column(fields.here)}
    for place, (inner, present) in enumerate(fields.items.values()):
        found |= leaves(inner, f"{name}_{place}")
        found[f"{name}_{place}_p"] = column(present)
    return found


def rebuilt(sample: Value, struct: Any, name: str) -> Value:
    """The Value behind a struct that `leaves` of a Value like `sample` made."""
    parts: dict[str, Any] = {}
    for kind in has(sample):
        there = getattr(sample, kind)
        match there:
            case Number():
                sizes = None if there.size is None else struct[f"{name}_z"]
                parts[kind] = replace(there, column=struct[f"{name}_n"], size=sizes)
            case Fields():
                parts[kind] = _rebuilt_fields(there, struct, name)
            case Items():
                parts[kind] = replace(there, column=struct[f"{name}_a"], here=struct[f"{name}_ah"])
            case _:
                parts[kind] = struct[f"{name}_{kind[0]}"]
    return Value(**parts, complete=sample.complete)


def _rebuilt_fields(fields: Fields, struct: Any, name: str) -> Fields:
    items = {}
    for place, (key, (inner, _)) in enumerate(fields.items.items()):
        items[key] = rebuilt(inner, struct, f"{name}_{place}"), struct[f"{name}_{place}_p"]
    return Fields(items, struct[f"{name}_h"])
