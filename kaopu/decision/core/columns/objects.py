"""Objects written in an expression, whose keys are known when compiling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kaopu.decision.core.columns.access import constant_of
from kaopu.decision.core.columns.kinds import FAILED
from kaopu.decision.core.columns.truth import either, negate
from kaopu.decision.core.columns.value import CannotCompile, Fields, Value

if TYPE_CHECKING:
    from collections.abc import Sequence


def object_of(pairs: Sequence[tuple[Value, Value]]) -> Value:
    """`{key: value}`: fails where a value fails; the last of equal keys stays."""
    failed = either(*[value.failed for _, value in pairs])
    if failed is True:
        return FAILED
    undecided = either(*[value.undecided for _, value in pairs])
    # A key that is written out is there even where its value is an absent field of the input.
    items = {_key(key): (replace(value, path=None), True) for key, value in pairs}
    return Value(fields=Fields(items, negate(failed)), failed=failed, undecided=undecided, complete=True)


def _key(value: Value) -> str:
    constant = constant_of(value)
    if isinstance(constant, str):
        return constant
    if isinstance(constant, float) and constant == int(constant):
        return str(int(constant))
    raise CannotCompile("a key of an object that is not a text known when compiling")
