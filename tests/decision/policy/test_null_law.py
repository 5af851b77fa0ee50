from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kaopu.decision.core.policy.null_law import breaches
from kaopu.decision.core.policy.policy_file import read_policy
from tests.decision.policy.documents import AGE, AS_OF, policy

if TYPE_CHECKING:
    from kaopu.decision.core.policy.manifest import Manifest

SCORE = {
    "field": "bureau.score",
    "type": "number",
    "minimum": 300,
    "maximum": 850,
    "required": True,
    "observed_on": "bureau.seen_on",
    "fresh_within_days": 30,
}
JOB = {"field": "job", "type": "string", "enum": ["employed", "none"], "required": False}
DEBTS = {"field": "debts", "type": "array", "items": {"amount": "integer", "kind": "string"}, "required": False}
GOOD = {
    "as_of": "2026-03-31",
    "age_years": 30,
    "bureau": {"score": 700.5, "seen_on": "2026-03-01"},
    "job": "employed",
    "debts": [{"amount": 100, "kind": "card"}],
}


def manifest() -> Manifest:
    found = read_policy(json.dumps(policy(inputs=(AS_OF, AGE, SCORE, JOB, DEBTS))), "example.json").manifest
    assert found is not None
    return found


# fmt: off
CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({},                                                          []),
    ({"age_years": None},                                         ["missing:age_years"]),
    ({"age_years": True},                                         ["wrong_type:age_years"]),
    ({"age_years": "30"},                                         ["wrong_type:age_years"]),
    ({"age_years": 30.5},                                         ["wrong_type:age_years"]),
    ({"age_years": 30.0},                                         []),
    ({"age_years": float("nan")},                                 ["wrong_type:age_years"]),
    ({"age_years": 17},                                           ["out_of_range:age_years"]),
    ({"age_years": 18},                                           []),
    ({"age_years": 101},                                          ["out_of_range:age_years"]),
    ({"job": None},                                               []),
    ({"job": ""},                                                 ["out_of_range:job"]),
    ({"job": 1},                                                  ["wrong_type:job"]),
    ({"bureau": None},                                            ["missing:bureau.score"]),
    ({"bureau": "x"},                                             ["missing:bureau.score"]),
    ({"bureau": {"score": 700}},                                  ["stale:bureau.score"]),
    ({"bureau": {"score": 700, "seen_on": "2026-02-28"}},         ["stale:bureau.score"]),
    ({"bureau": {"score": 700, "seen_on": "2026-03-31"}},         []),
    ({"bureau": {"score": 700, "seen_on": "2026-04-01"}},         ["stale:bureau.score"]),
    ({"bureau": {"score": 900, "seen_on": "2026-3-1"}},           ["out_of_range:bureau.score", "stale:bureau.score"]),
    ({"as_of": "2026-02-30"},                                     ["wrong_type:as_of", "stale:bureau.score"]),
    ({"as_of": None},                                             ["missing:as_of", "stale:bureau.score"]),
    ({"as_of": "2026-W14-2"},                                     ["wrong_type:as_of", "stale:bureau.score"]),
    ({"debts": []},                                               []),
    ({"debts": {}},                                               ["wrong_type:debts"]),
    ({"debts": [{"amount": 1}]},                                  ["wrong_type:debts"]),
    ({"debts": [{"amount": 1.5, "kind": "card"}]},                ["wrong_type:debts"]),
    ({"debts": [None]},                                           ["wrong_type:debts"]),
]
# fmt: on


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_what_is_unknown_is_named(change: dict[str, Any], expected: list[str]) -> None:
    assert list(breaches(manifest(), {**GOOD, **change})) == expected


@pytest.mark.parametrize("given", [None, [], 1, "text"])
def test_an_input_that_is_no_object_is_refused(given: Any) -> None:
    assert breaches(manifest(), given) == ("wrong_type:$root",)


def test_an_empty_input_names_every_required_field_in_the_order_of_the_manifest() -> None:
    assert breaches(manifest(), {}) == ("missing:as_of", "missing:age_years", "missing:bureau.score")
