"""abs, floor, ceil, round, trunc: halves go away from zero, ties of float64 are ties of decimals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.access import constant_of
from kaopu.decision.core.columns.kinds import FAILED, is_kind, spoiled
from kaopu.decision.core.columns.numbers import TIE, size
from kaopu.decision.core.columns.truth import both, either, known, negate
from kaopu.decision.core.columns.value import EXACT_WHOLE, CannotCompile, Digits, Number, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.columns.scope import Scope

MOST_PLACES = 10


def of_number(operation: Callable[[Number], tuple[Number, Any]]) -> Callable[[Scope, tuple[Value, ...]], Value]:
    """A function from number to number; another kind fails."""

    def call(_scope: Scope, arguments: tuple[Value, ...]) -> Value:
        value = arguments[0]
        if value.number is None:
            return FAILED
        made, undecided = operation(value.number)
        undecided = either(value.undecided, known(undecided))
        return Value(number=made, failed=negate(is_kind(value, "number")), undecided=undecided, complete=True)

    return call


def _absolute(a: Number) -> tuple[Number, Any]:
    return replace(a, column=a.column.abs()), False


def _whole(operation: Callable[[Any], Any]) -> Callable[[Number], tuple[Number, Any]]:
    """floor, ceil and the like: a calculated number that is nearly whole is whole."""

    def call(a: Number) -> tuple[Number, Any]:
        if a.whole:
            return a, False
        nearest = a.column.round(0)
        column = operation(a.column)
        undecided: Any = a.column.abs() >= EXACT_WHOLE if a.bound >= EXACT_WHOLE else False
        if a.digits is not Digits.EXACT:
            near = (a.column - nearest).abs() <= size(a) * TIE
            column = ibis.cases((near, nearest), else_=column)
            undecided = either(undecided, near if a.digits is Digits.ROUNDED else False)
        return Number(column.cast("float64"), Digits.EXACT, True, a.bound + 1, 1.0), undecided

    return call


def _truncated(column: Any) -> Any:
    return ibis.cases((column < 0, column.ceil()), else_=column.floor())


def _half_away(column: Any) -> Any:
    return ibis.cases((column < 0, (column - 0.5).ceil()), else_=(column + 0.5).floor())


def _rounded(a: Number) -> tuple[Number, Any]:
    """To whole numbers: a tie (…,5) goes away from zero; what is nearly a tie is one."""
    if a.whole:
        return a, False
    twice = a.column * 2
    near = (twice - twice.round(0)).abs() <= size(a) * 4 * TIE
    column = ibis.cases((near, _half_away(twice.round(0) / 2)), else_=_half_away(a.column))
    undecided: Any = a.column.abs() >= EXACT_WHOLE / 4 if a.bound >= EXACT_WHOLE / 4 else False
    if a.digits is Digits.ROUNDED:
        undecided = either(undecided, near)
    return Number(column.cast("float64"), Digits.EXACT, True, a.bound + 1, 1.0), undecided


def _with_places(operation: Callable[[Number], tuple[Number, Any]]) -> Callable[[Scope, tuple[Value, ...]], Value]:
    plain = of_number(operation)

    def call(scope: Scope, arguments: tuple[Value, ...]) -> Value:
        if len(arguments) == 1:
            return plain(scope, arguments)
        if constant_of(arguments[1]) == 0:
            return plain(scope, arguments[:1])
        if arguments[1].number is None:
            return FAILED
        factor, beyond = _factor(arguments[1].number.column)

        def scaled(a: Number) -> tuple[Number, Any]:
            trust = max(a.digits, Digits.REACHED)
            sizes = None if a.size is None else a.size * factor
            most = 10.0**MOST_PLACES
            made, undecided = operation(Number(a.column * factor, trust, a.whole, a.bound * most, a.least, sizes))
            return Number(made.column / factor, Digits.REACHED, a.whole, a.bound + 1, 1 / most, plain=False), undecided

        made = of_number(scaled)(scope, arguments[:1])
        places = arguments[1]
        return spoiled(made, negate(is_kind(places, "number")), either(places.undecided, beyond))

    return call


def _factor(places: Any) -> tuple[Any, Any]:
    """(ten to the places, the rows whose number of places is not one of 0 to 10)."""
    if isinstance(places.op(), ibis.expr.operations.Literal):
        value = float(places.op().value)
        if value != int(value) or not 0 <= value <= MOST_PLACES:
            raise CannotCompile(f"rounding to {value:g} places")
        return ibis.literal(10.0 ** int(value), "float64"), False
    powers = [(places == place, ibis.literal(10.0**place, "float64")) for place in range(MOST_PLACES + 1)]
    factor = ibis.cases(*powers)
    return factor, known(both(places.notnull(), factor.isnull()))


def refused(reason: str) -> Callable[[Scope, tuple[Value, ...]], Value]:
    """A function that has no exact columns."""

    def call(_scope: Scope, _arguments: tuple[Value, ...]) -> Value:
        raise CannotCompile(reason)

    return call


FUNCTIONS = {
    "abs": of_number(_absolute),
    "floor": of_number(_whole(lambda column: column.floor())),
    "ceil": of_number(_whole(lambda column: column.ceil())),
    "trunc": _with_places(_whole(_truncated)),
    "round": _with_places(_rounded),
    "rand": refused("rand gives another number each time"),
}
