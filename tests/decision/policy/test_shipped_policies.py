"""Every shipped policy is clean, is written as kaopu writes, compiles, and says the same in columns."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaopu.decision.actions.check_policy import check_policy
from kaopu.decision.core.columns.shapes import shape_of
from kaopu.decision.core.policy.declared_shape import declared_shape
from kaopu.decision.core.policy.null_law import value_at
from kaopu.decision.core.policy.policy_file import write_policy
from kaopu.decision.engines.columns import decide_rows
from tests.decision.policy.shipped import FOLDER, NAMES, changed, complete_inputs, live, manifest, shipped

FEWEST_TESTS = 12
SLOW = settings(deadline=None, max_examples=1, derandomize=True, suppress_health_check=list(HealthCheck))


def test_six_policies_are_shipped() -> None:
    assert NAMES == [
        "application-review",
        "checkout-authorisation",
        "early-warning",
        "limit-assignment",
        "limit-review",
        "pricing-within-cap",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_and_it_compiles(name: str) -> None:
    report = check_policy(shipped(name), FOLDER)
    assert report.as_dict() == {"ok": True, "findings": [], "compilable": True, "why_not": None, "notes": []}


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_written_as_kaopu_writes_it(name: str) -> None:
    assert write_policy(shipped(name)) == (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert manifest(name).name == name


@pytest.mark.parametrize("name", NAMES)
def test_its_tests_give_every_outcome_and_every_reason(name: str) -> None:
    tests = shipped(name).tests
    assert len(tests) >= FEWEST_TESTS
    assert {each.output["outcome"] for each in tests} == set(manifest(name).outcomes)
    told = {code for each in tests for code in each.output["reasons"] if ":" not in code}
    assert set(manifest(name).reasons) == told
    assert any(code.startswith("stale:") for each in tests for code in each.output["reasons"])


@pytest.mark.parametrize("name", NAMES)
def test_columns_say_what_its_tests_say(name: str) -> None:
    policy = shipped(name)
    answers, by_zen = decide_rows(policy, [each.input for each in policy.tests])
    said = [{"outcome": each.outcome, "reasons": list(each.reasons), "output": each.output} for each in answers]
    assert said == [each.output for each in policy.tests]
    assert by_zen == sum(_has_inner_null(each) for each in complete_inputs(name))


@pytest.mark.parametrize("name", NAMES)
@SLOW
@given(data=st.data())
def test_columns_say_what_the_live_engine_says(name: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(changed(name), min_size=30, max_size=60))
    answers, by_zen = decide_rows(shipped(name), rows)
    assert [each.as_json() for each in answers] == [live(name).decide(each).as_json() for each in rows]
    assert by_zen == sum(_has_inner_null(each) for each in rows)


def _has_inner_null(row: dict[str, Any]) -> bool:
    """An explicit null inside an object has no column of its own: such a row is decided by zen."""
    return any(None in each.values() for each in row.values() if isinstance(each, dict))


@pytest.mark.parametrize("name", NAMES)
def test_the_declared_shape_has_what_the_inputs_have(name: str) -> None:
    declared, seen = declared_shape(manifest(name)), shape_of(complete_inputs(name))
    assert _kinds(seen, ()) <= _kinds(declared, ())


def _kinds(shape: Any, path: tuple[str, ...]) -> set[tuple[tuple[str, ...], str]]:
    kind = {"integer": "number", "date": "string"}.get(shape.kind, shape.kind)
    return {(path, kind)}.union(*(_kinds(each, (*path, key)) for key, each in shape.fields.items()))


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_in_both_languages(name: str) -> None:
    for each in manifest(name).inputs:
        assert set(each.label) == {"en", "zh"}, each.field
    text = json.dumps(shipped(name).document["manifest"], ensure_ascii=False)
    assert "TODO" not in text
    assert value_at(shipped(name).document, ("manifest", "rationale", "zh"))
