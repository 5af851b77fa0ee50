"""Which kinds a value may have, and tests of the kind per row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis

from kaopu.decision.core.columns.truth import both, either, filled, known, negate
from kaopu.decision.core.columns.value import Fields, Items, Moment, Number, Span, Value

NULL = Value()
FAILED = Value(failed=True)


def has(value: Value) -> tuple[str, ...]:
    """The names of the kinds that occur; none: the value is always null."""
    kinds = ("number", "text", "boolean", "moment", "fields", "items", "span")
    return tuple(kind for kind in kinds if getattr(value, kind) is not None)


def is_kind(value: Value, kind: str) -> Any:
    """True in the rows in which `value` has this kind (and did not fail)."""
    there = getattr(value, kind)
    if there is None or value.failed is True:
        return False
    if value.complete and len(has(value)) == 1:
        return negate(value.failed)
    match there:
        case Number():
            return filled(there.column)
        case Moment():
            return filled(there.instant)
        case Fields() | Items():
            return both(there.here, negate(value.failed))
        case Span():
            return negate(value.failed)
    return filled(there)


def is_null(value: Value) -> Any:
    """True in the rows in which the value is null (and did not fail)."""
    if value.complete:
        return False
    kinds = [is_kind(value, kind) for kind in has(value)]
    return both(negate(either(*kinds)), negate(value.failed))


def only(value: Value, kind: str) -> Value:
    """`value` with the other kinds taken out: null there."""
    several = len(has(value)) > 1
    kept = getattr(value, kind)
    return Value(**{kind: kept}, complete=value.complete and not several, undecided=value.undecided)


def number(column: Any, *, complete: bool = False, failed: Any = False, undecided: Any = False, **facts: Any) -> Value:
    """A number per row."""
    return Value(number=Number(column, **facts), complete=complete, failed=failed, undecided=undecided)


def text(column: Any, *, complete: bool = False, failed: Any = False, undecided: Any = False) -> Value:
    """A text per row."""
    return Value(text=column, complete=complete, failed=failed, undecided=undecided)


def boolean(column: Any, *, complete: bool = False, failed: Any = False, undecided: Any = False) -> Value:
    """A truth per row."""
    return Value(
        boolean=ibis.literal(column) if isinstance(column, bool) else column,
        complete=complete,
        failed=failed,
        undecided=undecided,
    )


def spoiled(value: Value, failed: Any, undecided: Any = False) -> Value:
    """`value`, failing in more rows: its columns become NULL there."""
    if failed is False and undecided is False:
        return value
    if failed is False:
        return replace(value, undecided=either(value.undecided, undecided))
    if failed is True:
        return replace(FAILED, undecided=either(value.undecided, undecided))
    return replace(
        masked(value, negate(failed)),
        failed=either(value.failed, failed),
        undecided=either(value.undecided, undecided),
        complete=value.complete,
    )


def masked(value: Value, where: Any) -> Value:
    """`value` in the rows of `where`, null elsewhere."""
    if where is True:
        return value
    cut = {kind: _cut(getattr(value, kind), where) for kind in has(value)}
    return replace(
        value,
        **cut,
        failed=both(where, value.failed),
        undecided=both(where, value.undecided),
        complete=False,
        path=None,
    )


def _cut(there: Any, where: Any) -> Any:
    match there:
        case Number():
            return replace(there, column=_when(where, there.column))
        case Moment():
            return replace(there, instant=_when(where, there.instant))
        case Fields() | Items():
            return replace(there, here=both(there.here, where))
        case Span():
            return there
    return _when(where, there)


def _when(where: Any, column: Any) -> Any:
    return None if where is False else ibis.cases((known(where), column))
