"""map, filter, all, some, none, one, count, flatMap: a body for each element.

all stops at the first false, some and none at the first true: what comes later can no longer fail. A body that is not
true or false fails (map and flatMap take anything). Arrays written out are walked when compiling; over an array column
the body becomes a lambda.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ibis

from kaopu.decision.core.columns.arrays import as_items
from kaopu.decision.core.columns.kinds import FAILED, boolean, has, is_kind, number, spoiled
from kaopu.decision.core.columns.lambdas import each as each_of
from kaopu.decision.core.columns.lambdas import those
from kaopu.decision.core.columns.packing import pack
from kaopu.decision.core.columns.truth import both, column, either, known, negate
from kaopu.decision.core.columns.value import CannotCompile, Items, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.columns.scope import Scope
    from kaopu.decision.core.zen import syntax as ast

    Evaluate = Callable[[ast.Node, Scope], Value]
    Made = Callable[[Scope, Value, ast.Closure, Evaluate], Value]

MOST_COUNTED = 1e9


def _same(expression: Any) -> Any:
    return expression


def _walk(scope: Scope, items: Items, closure: ast.Closure, evaluate: Evaluate) -> list[tuple[Value, Value, Any]]:
    """(element, body, present) of each place of an array written out."""
    walked = []
    for value, present in items.listed or ():
        body = evaluate(closure.body, scope.with_element(value, closure.alias))
        walked.append((value, body, present))
    return walked


def _verdict(body: Value) -> tuple[Any, Any]:
    """(true, failed) of a body that must be true or false; neither is ever NULL."""
    if body.boolean is None:
        return False, True
    return known(body.boolean), negate(is_kind(body, "boolean"))


def _lambda(scope: Scope, items: Items, closure: ast.Closure, evaluate: Evaluate) -> Callable[[Any], Value]:
    def body(element: Any) -> Value:
        assert items.element is not None  # noqa: S101 - an array column knows its elements
        return evaluate(closure.body, scope.with_element(items.element(element), closure.alias, _same))

    return body


def _any(array: Any, test: Callable[[Any], Any]) -> Any:
    """Whether one element passes; `test` may give NULL for no."""
    return those(array, lambda each: column(known(test(each)))).length() > 0


def _guarded(value: Value, made: Callable[[], Value]) -> Value:
    """Fails where there is no array to walk over."""
    there = is_kind(value, "items")
    if there is False:
        return FAILED
    return spoiled(made(), negate(there), value.undecided)


def _test(stops_at: bool, answers: bool) -> Made:
    """all, some, none: walk until a body is `stops_at`, the answer is `answers` then, else its opposite."""

    def call(scope: Scope, value: Value, closure: ast.Closure, evaluate: Evaluate) -> Value:
        value = as_items(value)
        if value.items is None:
            return FAILED
        items = value.items

        def listed() -> Value:
            stopped: Any = False
            failed: Any = False
            undecided: Any = False
            for _, body, present in _walk(scope, items, closure, evaluate):
                holds, wrong = _verdict(body)
                running = both(negate(stopped), negate(failed), present)
                failed = either(failed, both(running, wrong))
                undecided = either(undecided, both(running, body.undecided))
                met = holds if stops_at else negate(holds)
                stopped = either(stopped, both(running, negate(wrong), met))
            answer = column(stopped if answers else negate(stopped))
            return spoiled(boolean(answer, complete=True), failed, undecided)

        def over_column() -> Value:
            body = _lambda(scope, items, closure, evaluate)

            def parts(each: Any) -> tuple[Any, Any, Any]:
                made = body(each)
                holds, wrong = _verdict(made)
                met = both(holds if stops_at else negate(holds), negate(wrong))
                return met, wrong, made.undecided

            array = items.column
            events = each_of(array, lambda each: _code(*parts(each)))
            first = those(events, lambda code: code > 0)[0].fill_null(0)
            answer = (first == 1) if answers else (first != 1)
            return spoiled(boolean(answer, complete=True), first == 2, first == 3)

        return _guarded(value, listed if items.listed is not None else over_column)

    return call


def _code(met: Any, failed: Any, undecided: Any) -> Any:
    """3 where columns cannot know, 2 where it fails, 1 where it is met, else 0."""
    return ibis.cases(
        (column(undecided), ibis.literal(3, "int8")),
        (column(failed), ibis.literal(2, "int8")),
        (column(met), ibis.literal(1, "int8")),
        else_=ibis.literal(0, "int8"),
    )


def _count(scope: Scope, value: Value, closure: ast.Closure, evaluate: Evaluate) -> Value:
    value = as_items(value)
    if value.items is None:
        return FAILED
    items = value.items

    def listed() -> Value:
        total: Any = ibis.literal(0, "int64")
        failed: Any = False
        undecided: Any = False
        for _, body, present in _walk(scope, items, closure, evaluate):
            holds, wrong = _verdict(body)
            failed = either(failed, both(present, wrong))
            undecided = either(undecided, both(present, body.undecided))
            hit = both(present, holds)
            total = total + column(hit).cast("int64")
        return spoiled(_whole(total), failed, undecided)

    def over_column() -> Value:
        body = _lambda(scope, items, closure, evaluate)
        codes = each_of(items.column, lambda each: _code(*_counted(body(each))))
        failed = _any(codes, lambda code: code == 2)
        undecided = _any(codes, lambda code: code == 3)
        return spoiled(_whole(those(codes, lambda code: code == 1).length()), failed, undecided)

    return _guarded(value, listed if items.listed is not None else over_column)


def _counted(body: Value) -> tuple[Any, Any, Any]:
    holds, wrong = _verdict(body)
    return both(holds, negate(wrong)), wrong, body.undecided


def _whole(total: Any) -> Value:
    return number(total.cast("float64"), complete=True, whole=True, bound=MOST_COUNTED, least=1.0)


def _one(scope: Scope, value: Value, closure: ast.Closure, evaluate: Evaluate) -> Value:
    counted = _count(scope, value, closure, evaluate)
    if counted.number is None:
        return FAILED
    answer = counted.number.column == 1
    return boolean(answer, complete=True, failed=counted.failed, undecided=counted.undecided)


def _filter(scope: Scope, value: Value, closure: ast.Closure, evaluate: Evaluate) -> Value:
    value = as_items(value)
    if value.items is None:
        return FAILED
    items = value.items

    def listed() -> Value:
        kept: list[tuple[Value, Any]] = []
        failed: Any = False
        undecided: Any = False
        for element, body, present in _walk(scope, items, closure, evaluate):
            holds, wrong = _verdict(body)
            failed = either(failed, both(present, wrong))
            undecided = either(undecided, both(present, body.undecided))
            kept.append((element, both(present, holds)))
        made = Value(items=Items(items.here, tuple(kept)), complete=True)
        return spoiled(made, failed, undecided)

    def over_column() -> Value:
        body = _lambda(scope, items, closure, evaluate)
        codes = each_of(items.column, lambda each: _code(*_counted(body(each))))
        failed = _any(codes, lambda code: code == 2)
        undecided = _any(codes, lambda code: code == 3)
        kept = those(items.column, lambda each: column(known(_counted(body(each))[0])))
        return spoiled(Value(items=replace(items, column=kept), complete=True), failed, undecided)

    return _guarded(value, listed if items.listed is not None else over_column)


def _map(scope: Scope, value: Value, closure: ast.Closure, evaluate: Evaluate) -> Value:
    value = as_items(value)
    if value.items is None:
        return FAILED
    items = value.items

    def listed() -> Value:
        failed: Any = False
        undecided: Any = False
        made: list[tuple[Value, Any]] = []
        for _, body, present in _walk(scope, items, closure, evaluate):
            failed = either(failed, both(present, body.failed))
            undecided = either(undecided, both(present, body.undecided))
            made.append((body, present))
        return spoiled(Value(items=Items(items.here, tuple(made)), complete=True), failed, undecided)

    def over_column() -> Value:
        return mapped(items, _lambda(scope, items, closure, evaluate))

    return _guarded(value, listed if items.listed is not None else over_column)


def mapped(items: Items, body: Callable[[Any], Value]) -> Value:
    """An array column with `body` of each element."""
    packed = pack(body, items.column)
    failed = _any(items.column, lambda each: column(body(each).failed)) if packed.may_fail else False
    undecided = _any(items.column, lambda each: column(body(each).undecided)) if packed.may_be_undecided else False
    made = Value(items=Items(items.here, None, packed.column, packed.element), complete=True)
    return spoiled(made, failed, undecided)


def _flat_map(scope: Scope, value: Value, closure: ast.Closure, evaluate: Evaluate) -> Value:
    made = _map(scope, value, closure, evaluate)
    return flattened(made)


def flattened(value: Value) -> Value:
    """One level of arrays taken out of an array."""
    if value.items is None:
        return FAILED
    if value.items.listed is None:
        raise CannotCompile("flattening an array column")
    flat: list[tuple[Value, Any]] = []
    for element, present in value.items.listed:
        if element.items is None:
            flat.append((element, present))
            continue
        if has(element) != ("items",) or element.items.listed is None:
            raise CannotCompile("flattening an array whose elements may be arrays or not")
        here = both(present, is_kind(element, "items"))
        flat += [(inner, both(here, there)) for inner, there in element.items.listed]
    return replace(value, items=replace(value.items, listed=tuple(flat)))


CLOSURES: dict[str, Made] = {
    "all": _test(stops_at=False, answers=False),
    "some": _test(stops_at=True, answers=True),
    "none": _test(stops_at=True, answers=False),
    "one": _one,
    "count": _count,
    "filter": _filter,
    "map": _map,
    "flatMap": _flat_map,
}
