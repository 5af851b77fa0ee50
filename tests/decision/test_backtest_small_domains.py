"""Shortened columns say the same as the long ones, over every graph that compiles."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
import pytest

from kaopu.decision.core.backtest.small_domains import simplified
from kaopu.decision.core.columns.inputs import arrow_table
from kaopu.decision.core.columns.shapes import row_fits, shape_of
from kaopu.decision.core.columns.value import CannotCompile
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.engines.columns import compile_policy, schema_of
from tests.shared_data import shared_path

if TYPE_CHECKING:
    from pathlib import Path

GRAPHS = sorted(shared_path("data", "jdm_graphs", "graphs").glob("*.json"))
LEAST_COMPARED = 10


def varied(given: Any, draw: random.Random) -> Any:
    """The same input with some values gone, moved, or taken from elsewhere."""
    if isinstance(given, dict):
        return {key: varied(value, draw) for key, value in given.items() if draw.random() > 0.12}
    if isinstance(given, bool) or given is None:
        return draw.choice([True, False])
    if isinstance(given, int | float):
        return draw.choice([given, given + draw.choice([-1, 1]), given * 2, 0, draw.randint(-50, 900)])
    return given


def answers(policy: Any, shape: Any, rows: list[Any], *, shorten: bool) -> list[Any]:
    compiled = compile_policy(policy, shape)
    outputs = dict(compiled.outputs)
    if shorten:
        outputs, _ = simplified(compiled.plan, outputs, frozenset())
    inputs = arrow_table(rows, shape, list(range(len(rows))))
    table = compiled.plan.bind(ibis.table(schema_of(inputs), name="inputs"), outputs, also=("row_number",))
    with duckdb.connect() as connection:
        connection.register("inputs", inputs)
        found = connection.sql(ibis.to_sql(table, dialect="duckdb")).fetchall()
    return sorted(tuple(plain(each) for each in row) for row in found)


def plain(value: Any) -> str:
    """DuckDB gives a constant 1.2 as a decimal and a column's as a double."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return str([plain(each) for each in inside])
    return str(float(value)) if isinstance(value, int) and not isinstance(value, bool) else str(value)


@pytest.mark.skipif(not GRAPHS, reason="the shared graphs are not here")
def test_shorter_columns_say_the_same() -> None:
    compared = 0
    for path in GRAPHS:
        rows = rows_of(path)
        try:
            policy = read_policy(path.read_text(encoding="utf-8"), path.name)
            shape = shape_of(rows or [{}])
            fitting = [row for row in rows if row_fits(row, shape)]
            long = answers(policy, shape, fitting, shorten=False) if fitting else []
        except CannotCompile:
            continue
        assert answers(policy, shape, fitting, shorten=True) == long, path.name
        compared += bool(long)
    assert compared >= LEAST_COMPARED


def rows_of(path: Path) -> list[Any]:
    cases = json.loads(path.read_text(encoding="utf-8")).get("tests") or []
    draw = random.Random(path.name)
    inputs = [case["input"] for case in cases if isinstance(case.get("input"), dict)]
    return inputs + [varied(each, draw) for each in inputs for _ in range(25)]
