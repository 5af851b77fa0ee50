from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from kaopu.decision.core.policy.policy_file import read_policy, write_policy
from kaopu.kernel.core.errors import BadInput
from tests.decision.policy.documents import AGE, AS_OF, policy, table
from tests.shared_data import shared_path

ROWS = [{"age_years": ">= 20", "= outcome": '"approve"'}, {"= outcome": '"decline"', "= reason": '"R01"'}]


def read(document: dict[str, Any]) -> Any:
    return read_policy(json.dumps(document), "example.json")


def changed(**what: Any) -> dict[str, Any]:
    document = policy(table("t", ROWS), inputs=(AS_OF, AGE))
    document["manifest"] = {**document["manifest"], **what}
    return document


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"valid_from": None}, "manifest: valid_from is None, expected a day as YYYY-MM-DD"),
        ({"valid_from": "2026-02-30"}, "valid_from is '2026-02-30'"),
        ({"valid_to": "2025-12-31"}, "valid_to is '2025-12-31', expected a day not before"),
        ({"purpose": "marketing"}, "purpose is 'marketing', expected one of credit, fraud, identity"),
        ({"outcomes": []}, "outcomes is [], expected a list of texts"),
        ({"requird": True}, "unknown key 'requird'"),
        ({"inputs": [AGE, AGE]}, "'age_years' is declared twice"),
        ({"inputs": [{"field": "a b", "type": "number"}]}, "manifest.inputs[0]: field is 'a b', expected a path"),
        ({"inputs": [{"field": "a", "type": "money"}]}, "manifest.inputs[0]: type is 'money', expected one of number"),
        ({"inputs": [{**AGE, "minimum": "18"}]}, "minimum is '18', expected a number"),
        ({"inputs": [{**AGE, "maximum": 17}]}, "maximum is 17, expected at least the minimum 18"),
        ({"inputs": [{**AGE, "required": "yes"}]}, "required is 'yes', expected true or false"),
        ({"inputs": [{**AGE, "observed_on": "seen_on"}]}, "observed_on and fresh_within_days go together"),
        ({"inputs": [{**AGE, "observed_on": "seen_on", "fresh_within_days": 1}]}, "needs the required input 'as_of'"),
        ({"inputs": [AGE, {"field": "age_years.x", "type": "number"}]}, "lies within 'age_years'"),
        ({"inputs": [{"field": "a", "type": "string", "enum": ["x", 1]}]}, "enum is ['x', 1]"),
        ({"inputs": [{"field": "a", "type": "string", "items": "number"}]}, "only an array has items"),
        ({"reasons": {"R01": "no"}}, "manifest.reasons: R01 is 'no', expected an object"),
        ({"approved_attributes": [{"field": "age_years"}]}, "approved_attributes[0]: reason is None"),
    ],
)
def test_a_wrong_manifest_names_file_place_and_expectation(what: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as error:
        read(changed(**what))
    assert str(error.value).startswith("example.json: manifest")
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "example.json: not JSON"),
        ("[]", "example.json: expected a JSON object"),
        ('{"nodes": []}', "the key 'edges' is missing"),
        ('{"nodes": [], "edges": [], "edges": []}', "the key 'edges' stands twice"),
        ('{"nodes": [], "edges": [], "x": NaN}', "NaN is not a JSON number"),
        ('{"nodes": [1], "edges": []}', "nodes[0] is 1, expected an object"),
        ('{"nodes": [], "edges": [], "tests": [{"name": "a", "input": {}}]}', "the key 'output' is missing"),
    ],
)
def test_a_file_that_is_no_policy_says_why(text: str, words: str) -> None:
    with pytest.raises(BadInput) as error:
        read_policy(text, "example.json")
    assert words in str(error.value)


def test_the_digest_ignores_spaces_and_key_order_but_no_value() -> None:
    document = changed()
    same = json.dumps(dict(reversed(document.items())), indent=7, ensure_ascii=False)
    other = copy.deepcopy(document)
    other["nodes"][1]["content"]["rules"][0]["age_years"] = ">= 21"
    assert read_policy(same, "other-name.json").digest == read(document).digest
    assert read(other).digest != read(document).digest


def test_writing_is_stable_and_one_changed_row_is_one_changed_line() -> None:
    policy_read = read(changed())
    text = write_policy(policy_read)
    assert text.endswith("}\n")
    assert read_policy(text, "again.json").digest == policy_read.digest
    assert write_policy(read_policy(text, "again.json")) == text
    other = copy.deepcopy(dict(policy_read.document))
    other["nodes"][1]["content"]["rules"][0]["age_years"] = ">= 21"
    different = [line for line in write_policy(other).splitlines() if line not in text.splitlines()]
    assert len(different) == 1
    assert '">= 21"' in different[0]


def test_every_shared_graph_is_read_and_written_without_loss() -> None:
    files = sorted(shared_path("data", "jdm_graphs", "graphs").glob("*.json"))
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        graph = {key: document[key] for key in ("nodes", "edges")}
        policy_read = read(graph)
        assert policy_read.manifest is None
        assert json.loads(write_policy(policy_read)) == graph
    assert len(files) == 59
