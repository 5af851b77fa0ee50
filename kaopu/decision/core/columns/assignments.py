"""`a.b = 1; c = 2; a`: names laid over the input, what was assigned as the answer when nothing else is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.columns.kinds import FAILED, spoiled
from kaopu.decision.core.columns.truth import either
from kaopu.decision.core.columns.value import CannotCompile, Fields, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.decision.core.columns.scope import Scope
    from kaopu.decision.core.zen import syntax as ast


def assigned(node: ast.Assignments, scope: Scope, evaluate: Callable[[ast.Node, Scope], Value]) -> Value:
    """The last expression, or the object that the assignments make of the input."""
    root, answer = scope.root, Value(fields=Fields(), complete=True)
    failed: Any = False
    for path, value in node.targets:
        made = evaluate(value, replace(scope, root=root))
        failed = either(failed, made.failed)
        if failed is True:
            return FAILED
        root, answer = put(root, path, made), put(answer, path, made)
    if node.result is not None:
        answer = evaluate(node.result, replace(scope, root=root))
    return spoiled(answer, failed, root.undecided)


def put(target: Value, path: tuple[str, ...], value: Value) -> Value:
    """`target` with `value` at `path`; objects on the way are made where there are none.

    Raises:
        CannotCompile: something on the way may be of another kind.
    """
    fields = target.fields or Fields()
    if target.number is not None or target.text is not None or target.boolean is not None or target.items is not None:
        raise CannotCompile(f"a field {path[0]!r} put into something that may be no object")
    key, *rest = path
    if not rest:
        inner = value
    else:
        old, present = fields.items.get(key, (Value(), False))
        if present is not True and old.fields is not None:
            raise CannotCompile(f"a field put into {key!r}, which may be absent")
        inner = put(old if old.fields is not None else Value(fields=Fields(), complete=True), tuple(rest), value)
    items = {**fields.items, key: (inner, True)}
    return Value(
        fields=replace(fields, items=items, here=True),
        complete=True,
        undecided=either(target.undecided, value.undecided),
    )
