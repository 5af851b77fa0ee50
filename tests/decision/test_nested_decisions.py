"""Decisions in decisions: files beside the policy, the same live and in columns; circles have no columns."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from bench.policy_agreement import compared
from kaopu.decision.core.columns.value import CannotCompile
from kaopu.decision.core.policy.policy_file import read_policy
from kaopu.decision.engines.columns import decide_rows
from kaopu.decision.engines.live import LiveEngine

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = {"id": "in", "type": "inputNode", "name": "request"}
RESULT = {"id": "out", "type": "outputNode", "name": "result"}
PEOPLE = [
    {"income": 5000, "debts": [{"due": 100}, {"due": 50.5}], "person": {"income": 10}},
    {"income": 100, "debts": [], "person": {"income": "none"}},
    {"income": "much", "debts": [{"due": None}], "person": {}},
    {"debts": [{"due": 1}], "rate": 7},
    {"income": None, "person": None, "debts": None},
    {},
]


def chain(*nodes: dict[str, Any]) -> dict[str, Any]:
    ids = [each["id"] for each in (REQUEST, *nodes, RESULT)]
    edges = [{"id": f"e{n}", "type": "edge", "sourceId": a, "targetId": b} for n, (a, b) in enumerate(pairwise(ids))]
    return {"nodes": [REQUEST, *nodes, RESULT], "edges": edges}


def formulas(identity: str, **texts: str) -> dict[str, Any]:
    expressions = [{"id": key, "key": key, "value": text} for key, text in texts.items()]
    return {"id": identity, "type": "expressionNode", "name": identity, "content": {"expressions": expressions}}


def nested(key: str, **content: Any) -> dict[str, Any]:
    return {"id": "d", "type": "decisionNode", "name": "d", "content": {"key": key, **content}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "rate.json": chain(formulas("f", rate="income > 1000 ? 3 : 5", doubled="income * 2", nothing="null")),
        "due.json": chain(formulas("f", late="due > 60", seen="$nodes.request.due")),
        "deep.json": chain(nested("rate.json", passThrough=True)),
        "circle.json": chain(nested("round.json")),
        "round.json": chain(nested("circle.json")),
    }
    for name, graph in files.items():
        (tmp_path / name).write_text(json.dumps(graph), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "node",
    [
        nested("rate.json"),
        nested("rate.json", passThrough=True),
        nested("rate.json", outputPath="price.found"),
        nested("rate.json", inputField="person"),
        nested("due.json", inputField="debts", executionMode="loop", outputPath="judged"),
        nested("due.json", inputField="debts", executionMode="loop", outputPath="judged", passThrough=True),
        nested("deep.json"),
    ],
    ids=["plain", "passed through", "at a path", "of a field", "for each", "for each, passed through", "two deep"],
)
def test_live_and_columns_agree(node: dict[str, Any], folder: Path) -> None:
    policy = read_policy(json.dumps(chain(node, formulas("after", known="$root.rate != null"))), "outer.json")
    found = compared(policy, PEOPLE, folder)
    assert not found.refused, found.refused
    assert not found.different, found.different[0]
    assert found.live < len(PEOPLE)


def test_a_failure_inside_names_the_node_outside(folder: Path) -> None:
    policy = read_policy(json.dumps(chain(nested("rate.json"))), "outer.json")
    answers, _ = decide_rows(policy, [{"income": "much"}, {"income": 2000}], folder)
    assert answers[0].reasons == ("evaluation_failed:d",)
    assert answers[1].output == {"rate": 3, "doubled": 4000}


def test_a_circle_is_refused_in_columns_and_fails_live(folder: Path) -> None:
    policy = read_policy(json.dumps(chain(nested("circle.json"))), "outer.json")
    with pytest.raises(CannotCompile, match=r"circle.json calls itself"):
        decide_rows(policy, [{}], folder)
    assert LiveEngine(policy, folder).decide({}).reasons == ("evaluation_failed:d",)


@pytest.mark.parametrize("key", ["absent.json", "../outside.json", ""])
def test_a_decision_that_is_not_there_is_refused(key: str, folder: Path) -> None:
    (folder.parent / "outside.json").write_text(json.dumps(chain()), encoding="utf-8")
    policy = read_policy(json.dumps(chain(nested(key))), "outer.json")
    with pytest.raises(CannotCompile, match="is not there"):
        decide_rows(policy, [{}], folder)
    assert LiveEngine(policy, folder).decide({}).reasons == ("evaluation_failed:d",)


@pytest.mark.parametrize("depth", [4, 5])
def test_as_deep_as_zen_goes(depth: int, tmp_path: Path) -> None:
    (tmp_path / "k0").write_text(json.dumps(chain(formulas("f", r="a * 2"))), encoding="utf-8")
    for number in range(1, depth):
        (tmp_path / f"k{number}").write_text(json.dumps(chain(nested(f"k{number - 1}"))), encoding="utf-8")
    policy = read_policy(json.dumps(chain(nested(f"k{depth - 1}"))), "outer.json")
    found = compared(policy, [{"a": 1}, {"a": 2.5}], tmp_path)
    assert not found.refused, found.refused
    assert not found.different, found.different[0]
