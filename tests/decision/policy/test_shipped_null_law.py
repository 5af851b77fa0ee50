"""Unknown is never yes: for every shipped policy, whatever subset of its required inputs is spoiled, in whatever way."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaopu.decision.engines.columns import decide_rows
from tests.decision.policy.shipped import GONE, NAMES, favourable_inputs, live, manifest, put, shipped, spoiled

MANY = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
FEW = settings(deadline=None, max_examples=1, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", NAMES)
@MANY
@given(data=st.data())
def test_no_subset_of_unknown_inputs_ever_passes(name: str, data: st.DataObject) -> None:
    row, fields = data.draw(spoiled(name))
    answer = live(name).decide(row)
    assert (answer.outcome, answer.output) == ("refer", None)
    assert fields <= {each.split(":", 1)[1] for each in answer.reasons}


@pytest.mark.parametrize("name", NAMES)
def test_a_null_never_passes(name: str) -> None:
    for row in favourable_inputs(name):
        for declared in manifest(name).inputs:
            for unknown in (None, GONE):
                asked = copy.deepcopy(row)
                put(asked, declared.field, unknown)
                answer = live(name).decide(asked)
                if declared.required:
                    assert answer.outcome == "refer"
                    assert f"missing:{declared.field}" in answer.reasons
                assert not any(each.startswith("evaluation_failed") for each in answer.reasons)


@pytest.mark.parametrize("name", NAMES)
@FEW
@given(data=st.data())
def test_nor_does_it_pass_in_columns(name: str, data: st.DataObject) -> None:
    rows = [row for row, _ in data.draw(st.lists(spoiled(name), min_size=20, max_size=40))]
    good = favourable_inputs(name)
    answers, _ = decide_rows(shipped(name), [*rows, *good])
    assert {each.outcome for each in answers[: len(rows)]} == {"refer"}
    assert [each.as_json() for each in answers] == [live(name).decide(each).as_json() for each in [*rows, *good]]
