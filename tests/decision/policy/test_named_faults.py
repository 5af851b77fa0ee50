"""Faults seen elsewhere, by their names: what `check` says of them, on the shipped application review."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

from kaopu.decision.actions.check_policy import check_policy
from kaopu.decision.core.features.catalogue import CATALOGUE
from kaopu.decision.core.features.sensitivity import Sensitivity
from kaopu.decision.core.policy import check_attributes
from kaopu.decision.core.policy.policy_file import read_policy
from tests.decision.policy.documents import expressions, policy, table
from tests.decision.policy.shipped import shipped
from tests.decision.policy.test_check import NO, SCORE, TEST, YES, row


def found(document: dict[str, Any]) -> set[tuple[str | None, str]]:
    report = check_policy(read_policy(json.dumps(document), "changed.json"))
    return {(each.node, each.kind.value) for each in report.findings}


def review() -> dict[str, Any]:
    return copy.deepcopy(dict(shipped("application-review").document))


def node(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in document["nodes"] if each["id"] == name)


def test_a_later_approve_never_overrides_a_decline_unnoticed() -> None:
    document = review()
    node(document, "decision")["content"]["passThrough"] = True
    loyal = table("loyal", [{"bureau.score": ">= 720", "= outcome": YES}])
    loyal["position"] = {"x": 0, "y": 0}
    document["nodes"].append(loyal)
    last = document["edges"][-1]
    last["targetId"] = "loyal"
    document["edges"].append({"id": "edge-last", "type": "edge", "sourceId": "loyal", "targetId": "output"})
    assert ("loyal", "later_approve_after_decline") in found(document)
    rows = loyal["content"]["rules"]
    loyal["content"]["inputs"].append({"id": "so-far", "name": "So far", "field": "outcome"})
    rows[0]["so-far"] = '!= "decline"'
    assert ("loyal", "later_approve_after_decline") not in found(document)


def test_a_value_between_two_score_bands_is_a_finding() -> None:
    document = review()
    rows = node(document, "score-bands")["content"]["rules"]
    rows[1]["score-bands-in1"] = "(660..720)"
    assert found(document) == {("score-bands", "gap"), (None, "failing_test")}  # its own test stands on 660


def test_a_row_that_another_has_taken_and_a_reason_that_is_not_there_are_findings() -> None:
    document = review()
    rows = node(document, "score-bands")["content"]["rules"]
    rows[1]["score-bands-in1"] = "[720..800)"
    rows[4]["score-bands-out2"] = ""
    kinds = {kind for name, kind in found(document) if name == "score-bands"}
    assert kinds >= {"unreachable_row", "gap", "missing_reason"}


def test_why_it_does_not_compile_names_node_and_reason() -> None:
    steps = expressions("steps", outcome="fuzzyMatch(string(score), 'a') > 2 ? 'approve' : 'refer'")
    report = check_policy(read_policy(json.dumps(policy(steps, inputs=(SCORE,), tests=[TEST])), "example.json"))
    assert not report.compilable
    assert report.why_not is not None
    assert "steps" in report.why_not
    assert "fuzzyMatch" in report.why_not


def test_a_feature_is_judged_by_its_class_in_the_catalogue_whatever_the_field_is_called(monkeypatch: Any) -> None:
    contact = replace(
        CATALOGUE.named("merchant_count"), name="people_named_count", sensitivity=Sensitivity.CONTACT, group="outside"
    )
    from kaopu.decision.core.features.catalogue import fresh

    registry = fresh()
    registry.register(contact)
    monkeypatch.setattr(check_attributes, "CATALOGUE", registry)
    declared = {"field": "plain_figure", "type": "number", "required": False, "feature": "people_named_count"}
    rules = table("t", [row(YES, score=">= 600"), row(NO, score="< 600")])
    credit = policy(rules, inputs=(SCORE, declared))
    fraud = policy(rules, inputs=(SCORE, declared), purpose="fraud")
    assert (None, "forbidden_attribute") in found(credit)
    assert (None, "forbidden_attribute") not in found(fraud)
