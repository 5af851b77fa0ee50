"""Each kind of finding: a small policy that shows it and one, differing in that alone, that does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kaopu.decision.core.policy.check import check
from kaopu.decision.core.policy.finding import FindingKind
from kaopu.decision.core.policy.policy_file import read_policy
from tests.decision.policy.documents import expressions, policy, table

SCORE = {"field": "score", "type": "number", "minimum": 300, "maximum": 850}
WHOLE = {**SCORE, "type": "integer"}
TEST = {"name": "one", "input": {}, "output": {"outcome": "refer"}}
YES, NO = '"approve"', '"decline"'


def row(outcome: str, /, **cells: str) -> dict[str, str]:
    return {**cells, "= outcome": outcome, **({} if outcome == YES else {"= reason": '"R01"'})}


def kinds(*nodes: dict[str, Any], inputs: tuple[dict[str, Any], ...] = (SCORE,), **other: Any) -> set[str]:
    document = policy(*nodes, inputs=inputs, **{"tests": [TEST], **other})
    return {each.kind.value for each in check(read_policy(json.dumps(document), "example.json"))}


def bands(low: str, high: str, **more: Any) -> set[str]:
    return kinds(table("t", [row(YES, score=high), row(NO, score=low)]), **more)


def test_a_value_between_two_score_bands_is_a_finding_not_a_zero() -> None:
    assert bands("< 599", ">= 600") == {"gap"}
    assert bands("<= 599", ">= 600") == {"gap"}
    assert bands("< 600", ">= 600") == set()
    assert bands("<= 599", ">= 600", inputs=(WHOLE,)) == set()
    assert bands("< 599", ">= 600", inputs=(WHOLE,)) == {"gap"}


def test_an_optional_input_that_may_be_null_is_a_gap_until_a_row_names_it() -> None:
    optional = {**SCORE, "required": False}
    assert bands("< 600", ">= 600", inputs=(optional,)) == {"gap"}
    other = table("t", [row(YES, score=">= 600"), row(NO, score="< 600"), row('"refer"', score="null")])
    assert kinds(other, inputs=(optional,)) == set()


def test_a_later_approve_never_overrides_an_earlier_decline_unnoticed() -> None:
    first = table("first", [row(NO, score="< 600"), {"= outcome": '"refer"', "= reason": '"R01"'}])
    blind = table("second", [row(YES, score=">= 300")])
    looks = table("second", [row(YES, score=">= 600", outcome="!= 'decline'"), {"= outcome": "outcome"}])
    assert kinds(first, blind) == {"later_approve_after_decline"}
    assert kinds(first, looks) == set()
    assert kinds(first, expressions("second", outcome="score > 600 ? 'approve' : outcome")) == {
        "later_approve_after_decline"
    }
    careful = "outcome == 'decline' ? 'decline' : score > 600 ? 'approve' : 'refer'"
    assert kinds(first, expressions("second", outcome=careful)) == set()


@pytest.mark.parametrize(
    ("found", "rules"),
    [
        ("unreachable_row", [row(YES, score=">= 600"), row(YES, score=">= 700"), row(NO, score="< 600")]),
        ("unreachable_row", [row(YES, score=">= 600"), row(NO, score="< 600"), row(NO, score="> 900")]),
        ("unreachable_row", [row(YES, score=">= 600"), row(NO, score="< 600"), {"= outcome": YES}]),
        ("overlapping_rows", [row(YES, score=">= 600"), row(NO, score="< 620")]),
        ("overlapping_rows", [row(YES, score="[600..850]"), row(NO, score="[300..600]")]),
        ("missing_reason", [row(YES, score=">= 600"), {"score": "< 600", "= outcome": NO}]),
        ("missing_reason", [row(YES, score=">= 600"), {**row(NO, score="< 600"), "= reason": '"R02"'}]),
        ("unknown_outcome", [row(YES, score=">= 600"), row('"maybe"', score="< 600")]),
        ("wrong_type", [row(YES, score=">= 600"), row(NO, score="< 600"), row(NO, score='"low"')]),
        ("bad_expression", [row(YES, score=">= 600"), row(NO, score="< (600")]),
        ("unknown_input", [row(YES, score=">= 600"), row(NO, score="< floor_score")]),
        ("undecided", [row(YES, score=">= 600"), row(NO, score="< floor_score")]),
        ("reads_clock", [row(YES, score=">= 600"), row(NO, score="< year('now')")]),
        ("reads_random", [row(YES, score=">= 600"), row(NO, score="< rand(600)")]),
    ],
)
def test_a_table_that_shows_the_finding(found: str, rules: list[dict[str, str]]) -> None:
    assert found in kinds(table("t", rules))


def test_ranges_closed_and_open_meet_without_gap_or_overlap() -> None:
    assert kinds(table("t", [row(YES, score="[600..850]"), row(NO, score="[300..600)")])) == set()


def test_a_table_of_two_columns_shows_its_uncovered_corner() -> None:
    job = {"field": "job", "type": "string", "enum": ["employed", "none"]}
    rules = [row(YES, score=">= 600", job='"employed"'), row(NO, score="< 600")]
    assert kinds(table("t", rules), inputs=(SCORE, job)) == {"gap"}
    assert kinds(table("t", [*rules, row(NO, score=">= 600", job='not in ["employed"]')]), inputs=(SCORE, job)) == set()


@pytest.mark.parametrize(
    ("field", "purpose", "found"),
    [
        ("religion", "credit", True),
        ("applicant.gender", "credit", True),
        ("emergency_contact_count", "credit", True),
        ("emergency_contact_count", "fraud", False),
        ("usage_days", "credit", False),
        ("性别", "credit", True),
        ("message_count", "credit", False),
    ],
)
def test_forbidden_attributes(field: str, purpose: str, *, found: bool) -> None:
    if not field.isascii():
        from kaopu.decision.core.policy.protected_attributes import attribute_of

        assert (attribute_of(field) is not None) is found
        return
    declared = {"field": field, "type": "number", "required": False}
    rules = [row(YES, score=">= 600"), row(NO, score="< 600")]
    seen = kinds(table("t", rules), inputs=(SCORE, declared), purpose=purpose)
    assert ("forbidden_attribute" in seen) is found


def test_a_protected_attribute_enters_with_a_reason_and_a_forbidden_one_never() -> None:
    rules = [row(YES, age_years=">= 18"), row(NO, age_years="< 18")]
    age = {"field": "age_years", "type": "integer", "minimum": 0, "maximum": 120}
    approved = [{"field": "age_years", "reason": "the law sets 18 as the least age", "by": "compliance"}]
    assert kinds(table("t", rules), inputs=(age,)) == {"forbidden_attribute"}
    assert kinds(table("t", rules), inputs=(age,), approved_attributes=approved) == set()


def test_a_bad_graph_is_named() -> None:
    document = policy(table("t", [row(YES, score=">= 600"), row(NO, score="< 600")]), inputs=(SCORE,), tests=[TEST])
    document["edges"] += [{"id": "x", "sourceId": "t", "targetId": "nowhere"}]
    document["edges"] += [{"id": "y", "sourceId": "out", "targetId": "t"}]
    document["nodes"] = [each for each in document["nodes"] if each["type"] != "inputNode"]
    messages = " ".join(
        each.message
        for each in check(read_policy(json.dumps(document), "example.json"))
        if each.kind is FindingKind.BAD_GRAPH
    )
    assert "'nowhere', which is no node" in messages
    assert "stands on a cycle" in messages
    assert "expected one input node, found 0" in messages


def test_a_policy_without_tests_is_found() -> None:
    assert bands("< 600", ">= 600", tests=[]) == {"no_test"}
