"""Conversions and tests of kinds: string, number, bool, isNumeric, type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.choose import choose
from kaopu.decision.core.columns.instants import moment_text
from kaopu.decision.core.columns.kinds import FAILED, boolean, has, is_kind, is_null, number, text
from kaopu.decision.core.columns.truth import both, either, filled, known, negate, where
from kaopu.decision.core.columns.value import CannotCompile, Digits, Number, Value

if TYPE_CHECKING:
    from kaopu.decision.core.columns.scope import Scope

TAME_NUMERAL = r"^-?([0-9]{1,15}|[0-9]{1,8}\.[0-9]{1,7})$|^-?[0-9]{1,6}(\.[0-9]{1,7})?e-?[0-9]$"
ZERO = ibis.literal(0.0, "float64")
ONE = ibis.literal(1.0, "float64")


def number_text(value: Number) -> tuple[Any, Any]:
    """(zen's text of a number, the rows in which float64 cannot give it)."""
    column = value.column
    whole = column.cast("int64").cast("string")
    if not value.plain or value.digits is not Digits.EXACT:
        return whole, True
    if value.whole:
        return whole, False
    plain = column.cast("string")
    is_whole = column == column.floor()
    return where(is_whole, whole, plain), known(both(negate(is_whole), plain.contains("e")))


def as_text(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`string`: a number, a truth, a text or null as text; arrays and objects fail."""
    return text_of(arguments[0])


def text_of(value: Value) -> Value:
    """The text of a value, as `string` and templates give it."""
    if value.failed is True:
        return FAILED
    parts, undecided = [], value.undecided
    if value.text is not None:
        parts.append(value.text)
    if value.number is not None:
        made, odd = number_text(value.number)
        parts.append(made)
        undecided = either(undecided, both(filled(value.number.column), odd))
    if value.boolean is not None:
        parts.append(ibis.cases((value.boolean, "true"), (~value.boolean, "false")))
    if value.moment is not None:
        parts.append(moment_text(value.moment))
    bad = either(*[is_kind(value, kind) for kind in ("items", "fields", "span")])
    if bad is True:
        return FAILED
    null = is_null(value)
    if null is not False:
        parts.append(where(null, ibis.literal("null"), None) if null is not True else ibis.literal("null"))
    column = parts[0] if len(parts) == 1 else ibis.coalesce(*parts)
    return text(column, complete=True, failed=either(value.failed, bad), undecided=undecided)


def as_number(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`number`: of a text, a truth or a number; anything else, and null, fails."""
    (value,) = arguments
    parts: list[Value] = []
    if value.number is not None:
        parts.append(Value(number=value.number))
    if value.boolean is not None:
        column = ibis.cases((value.boolean, ONE), (~value.boolean, ZERO))
        parts.append(number(column, whole=True, bound=1.0, least=1.0))
    undecided = value.undecided
    if value.text is not None:
        tame = value.text.re_search(TAME_NUMERAL)
        parts.append(number(ibis.cases((tame, value.text.try_cast("float64"))), bound=1e16, least=1e-16, plain=False))
        undecided = either(undecided, known(both(filled(value.text), ~tame)))
    if not parts:
        return FAILED
    made = parts[0]
    for part in parts[1:]:
        made = choose(is_kind(made, "number"), made, part)
    numbers = either(*[is_kind(value, kind) for kind in ("number", "boolean", "text")])
    return Value(number=made.number, failed=negate(numbers), undecided=undecided, complete=True)


def as_boolean(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`bool`: 'true' and '' are true, other texts false; numbers but 0, arrays and objects are true; null is false."""
    (value,) = arguments
    parts = []
    if value.boolean is not None:
        parts.append(value.boolean)
    if value.number is not None:
        parts.append(value.number.column != 0)
    if value.text is not None:
        parts.append(value.text.isin(["true", ""]))
    if any(kind in has(value) for kind in ("items", "fields", "moment", "span")):
        raise CannotCompile("bool of an array, an object or a date")
    parts.append(ibis.literal(False))
    return boolean(ibis.coalesce(*parts), complete=True, failed=value.failed, undecided=value.undecided)


def is_numeric(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`isNumeric`: a number, or a text that zen reads as one."""
    (value,) = arguments
    found: list[Any] = [is_kind(value, "number")]
    undecided = value.undecided
    if value.text is not None:
        tame = value.text.re_search(TAME_NUMERAL)
        hopeless = ~value.text.re_search(r"[0-9]")
        found.append(known(tame))
        undecided = either(undecided, known(both(~tame, ~hopeless)))
    answer = either(*found)
    column = ibis.literal(answer) if isinstance(answer, bool) else answer
    return boolean(column, complete=True, failed=value.failed, undecided=undecided)


TYPES = {
    "number": "number",
    "text": "string",
    "boolean": "bool",
    "items": "array",
    "fields": "object",
    "moment": "date",
    "span": "interval",
}


def type_of(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
    """`type`: the name of the kind."""
    (value,) = arguments
    made = text(ibis.literal("null"), complete=True)
    for kind in has(value):
        made = choose(is_kind(value, kind), text(ibis.literal(TYPES[kind]), complete=True), made)
    return text(made.text, complete=True, failed=value.failed, undecided=value.undecided)


FUNCTIONS = {
    "string": as_text,
    "number": as_number,
    "bool": as_boolean,
    "isNumeric": is_numeric,
    "type": type_of,
}
