"""The null law as columns names the same breaches as the null law of one input."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaopu.decision.core.columns.inputs import ROW, arrow_table, root_value
from kaopu.decision.core.columns.plan import Plan
from kaopu.decision.core.columns.shapes import shape_of
from kaopu.decision.core.columns.truth import column
from kaopu.decision.core.policy.declared_shape import declared_shape
from kaopu.decision.core.policy.null_law import breaches
from kaopu.decision.core.policy.null_law_columns import breach_columns
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.engines.columns import schema_of
from tests.decision.policy.documents import AS_OF, policy
from tests.decision.policy.shipped import NAMES, complete_inputs, manifest, spoiled
from tests.decision.policy.test_null_law import CASES, GOOD
from tests.decision.policy.test_null_law import manifest as small_manifest

if TYPE_CHECKING:
    from kaopu.decision.core.columns.value import Shape
    from kaopu.decision.core.policy.manifest import Manifest

SLOW = settings(deadline=None, max_examples=1, derandomize=True, suppress_health_check=list(HealthCheck))


def named(declared: Manifest, shape: Shape, rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """The breaches of each row as the columns say them."""
    plan = Plan()
    found = breach_columns(declared, root_value(shape, plan))
    table = arrow_table(rows, shape, list(range(len(rows))))
    columns = {f"b{place}": column(each.rows) for place, each in enumerate(found)}
    query = ibis.to_sql(plan.bind(ibis.table(schema_of(table), name="inputs"), columns, also=(ROW,)), dialect="duckdb")
    with duckdb.connect() as connection:
        connection.register("inputs", table)
        said = sorted(connection.sql(query).to_arrow_table().to_pylist(), key=lambda each: each[ROW])
    return [tuple(each.reason for place, each in enumerate(found) if row[f"b{place}"]) for row in said]


@pytest.mark.parametrize("name", NAMES)
@SLOW
@given(data=st.data())
def test_columns_name_the_breaches_of_every_row(name: str, data: st.DataObject) -> None:
    rows = [row for row, _ in data.draw(st.lists(spoiled(name, kinds_kept=True), min_size=20, max_size=60))]
    rows += complete_inputs(name)
    expected = [breaches(manifest(name), each) for each in rows]
    assert named(manifest(name), declared_shape(manifest(name)), rows) == expected
    assert () in expected


def _has_a_column(value: Any) -> bool:
    """NaN and an array without a kind have none: such rows are decided live."""
    return value == value and value not in ([], [None])


@pytest.mark.parametrize(("change", "expected"), [case for case in CASES if all(map(_has_a_column, case[0].values()))])
def test_case_by_case_in_a_column_of_the_kind_it_has(change: dict[str, Any], expected: list[str]) -> None:
    row = {**GOOD, **change}
    assert named(small_manifest(), shape_of([row]), [row]) == [tuple(expected)]


def test_a_field_that_no_row_has_is_missing_in_all() -> None:
    assert named(small_manifest(), shape_of([{}]), [{}]) == [
        ("missing:as_of", "missing:age_years", "missing:bureau.score")
    ]


def test_a_column_of_another_kind_is_wrong_in_every_row() -> None:
    shape = declared_shape(small_manifest())
    shape = replace(shape, fields={**shape.fields, "age_years": replace(shape.fields["job"])})
    rows = [{**GOOD, "age_years": "30"}, {**GOOD, "age_years": None}]
    assert named(small_manifest(), shape, rows) == [("wrong_type:age_years",), ("missing:age_years",)]


@pytest.mark.parametrize(
    ("declared", "good", "bad"),
    [
        ({"type": "boolean", "enum": [True]}, [True], [(False, "out_of_range")]),
        (
            {"type": "date", "minimum": "2026-01-01", "maximum": "2026-12-31"},
            ["2026-01-01", "2026-12-31"],
            [("2025-12-31", "out_of_range"), ("2026-13-01", "wrong_type")],
        ),
        ({"type": "number", "enum": [0.1, 2]}, [0.1, 2], [(0.2, "out_of_range")]),
        ({"type": "number", "minimum": -0.5, "maximum": 0.3}, [-0.5, 0.3], [(0.300001, "out_of_range")]),
        ({"type": "object"}, [{"a": 1}], []),
        ({"type": "array", "items": "integer"}, [[1, 2]], [([1, 2.5], "wrong_type")]),
    ],
)
def test_ends_belong_to_the_range(declared: dict[str, Any], good: list[Any], bad: list[tuple[Any, str]]) -> None:
    document = policy(inputs=(AS_OF, {"field": "x", "required": True, **declared}))
    found = read_policy(json.dumps(document), "example.json").manifest
    assert found is not None
    rows = [{"as_of": "2026-03-31", "x": each} for each in [*good, *(value for value, _ in bad)]]
    expected = [() for _ in good] + [(f"{word}:x",) for _, word in bad]
    assert [breaches(found, each) for each in rows] == expected
    assert named(found, shape_of(rows), rows) == expected
