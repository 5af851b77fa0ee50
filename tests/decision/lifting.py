"""Proofs of compiled expressions: constants become fields of the row, and rows go through DuckDB one column a field.

A constant that zen works out once proves nothing about columns; lifted into a field it must go through SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from kaopu.decision.core.columns.expression import evaluate
from kaopu.decision.core.columns.inputs import arrow_type, value_of
from kaopu.decision.core.columns.outputs import outputs_of
from kaopu.decision.core.columns.plan import Plan
from kaopu.decision.core.columns.scope import Scope
from kaopu.decision.core.columns.shapes import kind_of, shape_of
from kaopu.decision.core.columns.truth import known
from kaopu.decision.core.columns.value import Fields, Shape, Value
from kaopu.decision.core.zen import syntax as ast

if TYPE_CHECKING:
    from collections.abc import Sequence

ibis.options.sql.fuse_selects = False

# Arguments that name something (a unit, a zone, a format) and that policies always write out.
WORDS_OF_FUNCTIONS = {"d": 1, "startOf": 1, "endOf": 1}


@dataclass(frozen=True)
class Answer:
    """What the columns say of one row."""

    value: Any
    failed: bool
    undecided: bool


def lift_literals(node: ast.Node, *, words: bool = True) -> tuple[ast.Node, dict[str, Any]]:
    """(the tree with `l0`, `l1`, … in place of its constants, their values).

    Nulls, keys of objects, names after a dot and the fixed parts of templates stay; `words=False` also leaves units,
    zones, formats and durations of dates.
    """
    context: dict[str, Any] = {}
    return _lifted(node, context, words), context


def _lifted(node: ast.Node, context: dict[str, Any], words: bool) -> ast.Node:
    def inside(part: Any) -> Any:
        if isinstance(part, ast.Node):
            return _lifted(part, context, words)
        return tuple(inside(each) for each in part) if isinstance(part, tuple) else part

    match node:
        case ast.Literal(None):
            return node
        case ast.Literal(value):
            name = f"l{len(context)}"
            context[name] = _plain(value)
            return ast.Name(name)
        case ast.Member(target, ast.Literal(str()) as key):
            return ast.Member(inside(target), key)
        case ast.ObjectOf(pairs):
            kept = [(key if isinstance(key, ast.Literal) else inside(key), inside(each)) for key, each in pairs]
            return ast.ObjectOf(tuple(kept))
        case ast.Template(parts):
            return ast.Template(tuple(each if isinstance(each, ast.Literal) else inside(each) for each in parts))
        case ast.Assignments(targets, result):
            kept_targets = tuple((path, inside(each)) for path, each in targets)
            return ast.Assignments(kept_targets, inside(result) if result else None)
        case ast.Call(name, arguments) if not words and name in WORDS_OF_FUNCTIONS:
            first = WORDS_OF_FUNCTIONS[name]
            return ast.Call(name, (*inside(arguments[:first]), *arguments[first:]))
        case ast.MethodCall(target, name, arguments) if not words:
            return ast.MethodCall(inside(target), name, tuple(_but_texts(each, inside) for each in arguments))
    return replace(node, **{each.name: inside(getattr(node, each.name)) for each in fields(node)})  # type: ignore[type-var, arg-type]


def _but_texts(node: ast.Node, inside: Any) -> ast.Node:
    return node if isinstance(node, ast.Literal) and isinstance(node.value, str) else inside(node)


def _plain(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def columns_of(node: ast.Node, rows: Sequence[dict[str, Any]], *, fold: bool = True) -> list[Answer]:
    """What the columns of an expression give for each row, in order; a field may have another kind in each row.

    Raises:
        CannotCompile: as `evaluate` does.
    """
    plan = Plan()
    root, given = _root(plan, rows)
    value = evaluate(node, Scope(root, plan.keep, fold=fold))
    return read_back(plan, value, given)


def read_back(plan: Plan, value: Value, given: dict[str, pa.Array]) -> list[Answer]:
    """A compiled value over these columns, read as JSON."""
    outputs, reader = outputs_of(value)
    flags = {"failed": known(value.failed), "undecided": known(value.undecided)}
    table = ibis.memtable(pa.table(given))
    bound = plan.bind(table, {**outputs, **flags}, ("row",)).order_by("row")
    return [
        Answer(None if row["failed"] else reader(row), bool(row["failed"]), bool(row["undecided"]))
        for row in bound.to_pyarrow().to_pylist()
    ]


def _root(plan: Plan, rows: Sequence[dict[str, Any]]) -> tuple[Value, dict[str, pa.Array]]:
    given: dict[str, pa.Array] = {"row": pa.array(range(len(rows)), pa.int64())}
    items = {}
    for place, key in enumerate(dict.fromkeys(key for row in rows for key in row)):
        items[key] = _field(plan, given, f"c{place}", key, [row.get(key) for row in rows]), True
    return Value(fields=Fields(items), complete=True, path=()), given


def _field(plan: Plan, given: dict[str, pa.Array], name: str, key: str, values: list[Any]) -> Value:
    """One column for each kind that occurs."""
    parts: dict[str, Any] = {}
    for kind in dict.fromkeys(kind_of(each) for each in values if each is not None):
        mine = [each if kind_of(each) == kind else None for each in values]
        shape = shape_of(mine)
        column = plan.given(f"{name}{kind}", _ibis_type(shape))
        given[f"{name}{kind}"] = pa.array([_arrow(each, shape) for each in mine], arrow_type(shape))
        made = value_of(column, shape, (key,))
        found = {part: getattr(made, part) for part in ("number", "text", "boolean", "fields", "items")}
        parts |= {part: each for part, each in found.items() if each is not None}
    return Value(**parts, complete=bool(values) and None not in values, path=(key,))


def _ibis_type(shape: Shape) -> Any:
    from kaopu.decision.core.columns.inputs import _ibis_type as type_of

    return type_of(shape)


def _arrow(value: Any, shape: Shape) -> Any:
    from kaopu.decision.core.columns.inputs import _arrow as arrow_of

    return arrow_of(value, shape)
