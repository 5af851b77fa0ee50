"""Rows of JSON to an Arrow table with one column a path, and the Value that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from kaopu.decision.core.columns.kinds import is_null
from kaopu.decision.core.columns.truth import negate
from kaopu.decision.core.columns.value import Fields, Items, Number, Shape, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.decision.core.columns.plan import Plan

ROW = "row_number"
_ARROW = {
    "number": pa.float64(),
    "integer": pa.float64(),
    "string": pa.string(),
    "date": pa.string(),
    "boolean": pa.bool_(),
    "null": pa.bool_(),
}


def arrow_type(shape: Shape) -> pa.DataType:
    """float64, text, boolean, list, struct."""
    if shape.kind == "array":
        return pa.list_(arrow_type(shape.element or Shape("null")))
    if shape.kind == "object":
        return pa.struct(
            [(f"f{n}", arrow_type(each)) for n, each in enumerate(shape.fields.values())] or [("e", pa.bool_())]
        )
    return _ARROW[shape.kind]


def arrow_table(rows: Sequence[dict[str, Any]], shape: Shape, numbers: Sequence[int]) -> pa.Table:
    """One column for each top-level key and the row's number."""
    columns: dict[str, Any] = {ROW: pa.array(numbers, pa.int64())}
    for place, (key, each) in enumerate(shape.fields.items()):
        columns[f"c{place}"] = pa.array([_arrow(row.get(key), each) for row in rows], arrow_type(each))
    return pa.table(columns)


def _arrow(value: Any, shape: Shape) -> Any:
    if value is None:
        return None
    match shape.kind:
        case "number" | "integer":
            return float(value)
        case "array":
            element = shape.element or Shape("null")
            return [_arrow(each, element) for each in value]
        case "object":
            made = {f"f{n}": _arrow(value.get(key), each) for n, (key, each) in enumerate(shape.fields.items())}
            return made or {"e": True}
    return value


def root_value(shape: Shape, plan: Plan) -> Value:
    """The input of a graph over the columns of `arrow_table`."""
    items = {}
    for place, (key, each) in enumerate(shape.fields.items()):
        if each.kind == "null":
            continue
        column = plan.given(f"c{place}", ibis.dtype(arrow_type(each)) if False else _ibis_type(each))
        value = value_of(column, each, (key,))
        items[key] = value, True
    return Value(fields=Fields(items), complete=True, path=())


def _ibis_type(shape: Shape) -> Any:
    from ibis.formats.pyarrow import PyArrowType

    return PyArrowType.to_ibis(arrow_type(shape))


def value_of(column: Any, shape: Shape, path: tuple[str, ...] | None) -> Value:
    """A column as a Value; `path` says that it is the row's own input (a null key is an absent one)."""
    complete = shape.complete and path is not None and shape.kind not in {"object", "array"}
    match shape.kind:
        case "number" | "integer":
            return Value(
                number=Number(column, whole=shape.kind == "integer", bound=shape.bound), complete=complete, path=path
            )
        case "string" | "date":
            return Value(text=column, complete=complete, path=path)
        case "boolean":
            return Value(boolean=column, complete=complete, path=path)
        case "array":
            element = shape.element or Shape("null")
            return Value(items=Items(column.notnull(), None, column, _element(element)), path=path)
        case "object":
            return Value(fields=_fields(column, shape, path), path=path)
    return Value(path=path)


def _fields(column: Any, shape: Shape, path: tuple[str, ...] | None) -> Fields:
    items = {}
    for place, (key, each) in enumerate(shape.fields.items()):
        if each.kind == "null":
            continue
        value = value_of(column[f"f{place}"], each, None if path is None else (*path, key))
        items[key] = value, True if path is not None else negate(is_null(value))
    return Fields(items, column.notnull())


def _element(shape: Shape) -> Any:
    def element(each: Any) -> Value:
        value = value_of(each, shape, None)
        if shape.kind in {"number", "string", "boolean"}:
            return Value(number=value.number, text=value.text, boolean=value.boolean, complete=True)
        return value

    return element
