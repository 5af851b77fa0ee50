"""zen's own answers beside those of columns, and the lines of zen's own expression tests."""

from __future__ import annotations

import csv
import json
import re

import duckdb
import ibis
import zen
from ibis.formats.pyarrow import PyArrowSchema

from kaopu.decision.core.columns.access import key_of
from kaopu.decision.core.columns.expression import evaluate
from kaopu.decision.core.columns.inputs import ROW, arrow_table, root_value
from kaopu.decision.core.columns.outputs import Unsure, outputs_of
from kaopu.decision.core.columns.plan import Plan
from kaopu.decision.core.columns.scope import Scope
from kaopu.decision.core.columns.shapes import shape_of
from kaopu.decision.core.columns.truth import column

FAILED, UNDECIDED = "FAILED", "UNDECIDED"


def answers_of(node, rows, *, fold=True, current=None):
    """The answer of each row over inputs of one shape, FAILED, or UNDECIDED where zen is asked."""
    shape, plan = shape_of(rows), Plan()
    root = root_value(shape, plan)
    scope = Scope(root, plan.keep, fold=fold, current=None if current is None else key_of(root, current))
    value = evaluate(node, scope)
    columns, read = ({}, None) if value.failed is True else outputs_of(value)
    flags = {"failed": column(value.failed), "undecided": column(value.undecided)}
    inputs = arrow_table(rows, shape, range(len(rows)))
    table = ibis.table(PyArrowSchema.to_ibis(inputs.schema), name="inputs")
    query = ibis.to_sql(plan.bind(table, {**columns, **flags}, (ROW,)).order_by(ROW), dialect="duckdb")
    with duckdb.connect() as connection:
        connection.register("inputs", inputs)
        found = connection.sql(query).to_arrow_table().to_pylist()
    return [_answer(row, read) for row in found]


def _answer(row, read):
    if row["undecided"]:
        return UNDECIDED
    if row["failed"]:
        return FAILED
    try:
        return read(row)
    except Unsure:
        return UNDECIDED


def of_zen(expression, context, *, unary=False):
    """What zen says, FAILED where it raises."""
    try:
        return (zen.evaluate_unary_expression if unary else zen.evaluate_expression)(expression, context)
    except Exception:  # noqa: BLE001 - zen raises plain exceptions
        return FAILED


def same(one, two):
    """The same JSON value; numbers to 1e-12 (zen's Python binding gives every number as a float)."""
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, int | float) and isinstance(two, int | float):
        return abs(one - two) <= 1e-12 * abs(two)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    return type(one) is type(two) and one == two


def lines(path):
    """(expression, context) of each case line of one of zen's own files."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith(("#", "expression (")):
            continue
        parts = next(csv.reader([line], delimiter=";")) if line.startswith('"') else _split(line)
        yield parts[0], _json5(parts[1])


def _split(line):
    parts = line.rsplit(";", 2)
    return parts if len(parts) == 3 else [line.rsplit(";", 1)[0], ""]


def _json5(text):
    quoted = re.sub(r"([{,]\s*)([A-Za-z_$][\w$]*)\s*:", r'\1"\2":', text.strip())
    return json.loads(re.sub(r"'([^']*)'", r'"\1"', quoted)) if quoted else {}
