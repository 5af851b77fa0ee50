"""REST of decisions: a decision with its sentences, reading it, scopes, refusals."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from life_policies import GOOD, approved, text

FOLDER = str(Path(__file__).resolve().parents[1] / "api")
if FOLDER not in sys.path:
    sys.path.insert(0, FOLDER)

from api_callers import Caller, expect_problem, new_key  # noqa: E402 - needs the lines above

from kaopu.decision.actions.place_policy import schedule  # noqa: E402 - same
from kaopu.decision.models import Decision  # noqa: E402 - same
from kaopu.decision.reason_words import language_of, words_of  # noqa: E402 - same
from kaopu.kernel.api.scope import Scope  # noqa: E402 - same
from kaopu.kernel.clock import system_clock  # noqa: E402 - same

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def caller(transactional_db):
    now = system_clock().now()
    schedule(approved(text(), now), actor="staff:1", now=now)
    return Caller(new_key(Scope.DECISIONS_READ, Scope.DECISIONS_WRITE)[1])


def test_a_decision_is_taken_and_read(caller):
    answer = caller.post("/decisions", {"policy": "small", "party": "P-1", "input": {"score": 400}}, key=None)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["outcome"], found["policy_version"], found["model_versions"]) == ("decline", 1, {})
    assert found["reasons"] == [{"code": "R01", "text": "The score is too low."}]
    read = caller.get(f"/decisions/{found['id']}").json()
    assert {key: read[key] for key in found} == found
    assert (read["party"], read["role"], read["policy"]) == ("P-1", "champion", "small")
    assert Decision.objects.get().caller.startswith("key:")
    assert caller.get("/policies/small").json() == {"policy": "small", "policy_version": 1, "stopped": False}


def test_sentences_come_in_the_language_that_was_asked_for(caller):
    body = {"policy": "small", "input": {}}
    english = caller.post("/decisions", body, key=None).json()["reasons"]
    assert english == [{"code": "missing:score", "text": "Not given: Score."}]
    caller.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN,zh;q=0.9,en;q=0.5"
    chinese = caller.post("/decisions", body, key=None).json()["reasons"]
    assert chinese == [{"code": "missing:score", "text": "缺少信息：评分。"}]


def test_an_unknown_policy_is_referred_and_on_record(caller):
    found = caller.post("/decisions", {"policy": "nobody", "input": GOOD}, key=None).json()
    assert (found["outcome"], found["policy_version"], found["reasons"][0]["code"]) == ("refer", None, "no_policy")
    assert Decision.objects.get().policy_name == "nobody"


def test_refusals_are_problems(caller):
    expect_problem(caller.post("/decisions", {"policy": "small", "input": [1]}, key=None), 422, "bad-input")
    expect_problem(caller.get("/decisions/00000000-0000-7000-8000-000000000000"), 404, "not-found")
    reader = Caller(new_key(Scope.DECISIONS_READ)[1])
    expect_problem(reader.post("/decisions", {"policy": "small", "input": GOOD}, key=None), 403, "scope-missing")
    assert not Decision.objects.exists()


def test_languages_and_words():
    assert [language_of(each) for each in ("", "fr", "en;q=0.1, zh;q=x, zh;q=0.2", "zh-TW", "EN-us, zh")] == [
        "en", "en", "zh", "zh", "en",
    ]  # fmt: skip
    assert words_of("R99", None, "en") == "R99"
