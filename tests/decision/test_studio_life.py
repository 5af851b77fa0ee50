"""A version's life on the pages, back-tests with their result, decisions masked and taken again."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "web"))  # the small book and the browser of the console

import small_book
import studio_policy
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from kaopu.decision.actions.take_decision import take_decision
from kaopu.decision.console import policy_shelf as shelf
from kaopu.decision.jobs import backtest
from kaopu.decision.models import Decision, PolicyVersion
from kaopu.decision.policy_store import is_stopped
from kaopu.kernel.clock import FixedClock, system_clock
from kaopu.kernel.models import Approval, AuditRow
from kaopu.kernel.roles import Role

ADDRESS = f"/policies/{studio_policy.NAME}/"
STEP = f"{ADDRESS}versions/1"


@pytest.fixture
def sign_in(db):
    def of(role, language="en"):
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(small_book.staff(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of


@pytest.fixture
def kept(db, tmp_path, monkeypatch):
    return studio_policy.keep()


@pytest.fixture
def live(kept, sign_in):
    """The policy at work, and the maker and the checker who brought it there by way of the pages."""
    maker, checker = sign_in(Role.POLICY_MAKER), sign_in(Role.CHECKER)
    maker.post(STEP, {"act": "waive", "reason": "a first version"})
    maker.post(STEP, {"act": "propose"})
    proposal = Approval.objects.get()
    shown = checker.get(f"/approvals/{proposal.pk}/").content.decode()
    assert "Version 1 of policy studio-example" in shown and "a first version" in shown
    checker.post(f"/approvals/{proposal.pk}/decide", {"fingerprint": proposal.fingerprint, "act": "approve"})
    answer = maker.post(STEP, {"act": "schedule", "on": system_clock().now().date().isoformat()}, follow=True)
    assert "decides from now on" in answer.content.decode()
    return maker, checker


def decide(score=500):
    return take_decision(studio_policy.NAME, {"score": score}, clock=FixedClock(system_clock().now()), party="P-77")


def test_a_version_comes_to_work_by_four_eyes(live):
    maker, _checker = live
    assert shelf.versions(studio_policy.NAME, system_clock().now())[0].state == "live"
    assert decide().outcome == "decline"
    row = next(row for row in maker.get("/policies/").context["page"].rows if row.name == studio_policy.NAME)
    assert (row.version, row.state, row.today, row.stopped) == (1, "live", 1, False)


def test_the_author_cannot_approve_and_no_reason_is_no_waiver(kept, sign_in):
    maker = sign_in(Role.ADMINISTRATOR)
    assert "Enter a reason" in maker.post(STEP, {"act": "waive"}, follow=True).content.decode()
    maker.post(STEP, {"act": "waive", "reason": "a first version"})
    maker.post(STEP, {"act": "propose"})
    proposal = Approval.objects.get()
    maker.post(f"/approvals/{proposal.pk}/decide", {"fingerprint": proposal.fingerprint, "act": "approve"})
    assert Approval.objects.get().state == "proposed"
    assert sign_in(Role.AGENT).post(STEP, {"act": "propose"}).status_code == 403


def test_the_kill_switch_asks_once_works_at_once_and_two_let_it_go_on(live):
    maker, checker = live
    policy = PolicyVersion.objects.get().policy
    maker.post(f"{ADDRESS}stop", {"reason": "a fault"})
    assert not is_stopped(policy)
    assert "Stopped" in maker.post(f"{ADDRESS}stop", {"reason": "a fault", "sure": "yes"}, follow=True).content.decode()
    assert decide(700).reasons == ("policy_stopped",)
    maker.post(STEP, {"act": "resume", "reason": "mended"})
    proposal = Approval.objects.get(state="proposed")
    checker.post(f"/approvals/{proposal.pk}/decide", {"fingerprint": proposal.fingerprint, "act": "approve"})
    assert not is_stopped(policy) and decide(700).outcome == "approve"


def population(rows=400):
    lines = [f"2026-01-{1 + n % 28:02},{300 + n},{int(n % 7 == 0)}" for n in range(rows)]
    return SimpleUploadedFile("past.csv", "\n".join(["as_of,score,bad", *lines]).encode())


def test_a_back_test_is_asked_for_runs_and_is_kept_with_the_version(kept, sign_in):
    maker = sign_in(Role.POLICY_MAKER)
    changed = studio_policy.document()
    changed["nodes"][1]["content"]["rules"][0]["score"] = "< 600"
    changed["nodes"][1]["content"]["rules"][1]["score"] = ">= 600"
    shelf.save(changed, by="staff:1", now=studio_policy.NOW)
    assert maker.post(f"{ADDRESS}backtests/", {"new": "2", "old": "1"}).status_code == 422
    asked = {"new": "2", "old": "1", "file": population(), "outcome": "bad"}
    answer = maker.post(f"{ADDRESS}backtests/", asked, follow=True)
    run = answer.context["page"].run
    assert answer.context["page"].running and b"hx-get" in answer.content
    job = ProcrastinateJob.objects.get(task_name="decision.backtest")
    backtest(**job.args)
    page = maker.get(f"{ADDRESS}backtests/{run.code}/").context["page"]
    assert [bar.new_words for bar in page.bars if bar.words == "approve"] == ["25.00%"]
    assert {swap.words: swap.rows for swap in page.swaps}["newly approved"] == "40"
    assert shelf.versions(studio_policy.NAME, studio_policy.NOW)[0].state == "back-tested"
    assert "15.00% → 25.00%" in maker.get(f"{ADDRESS}?version=2").content.decode()


def test_a_back_test_that_cannot_run_says_why(kept, sign_in):
    maker = sign_in(Role.POLICY_MAKER)
    asked = {"new": "1", "old": "1", "file": population(), "outcome": "nothing"}
    code = maker.post(f"{ADDRESS}backtests/", asked, follow=True).context["page"].run.code
    backtest(code)
    assert "nothing" in maker.get(f"{ADDRESS}backtests/{code}/").context["page"].run.problem
    assert maker.get(f"{ADDRESS}backtests/{'0' * 16}/").status_code == 404


def test_decisions_are_found_masked_revealed_for_a_reason_and_taken_again(live, sign_in):
    maker, checker = live
    first, second = decide(500), decide(700)
    found = lambda query: [row.id for row in maker.get(f"/decisions/?{query}").context["page"].rows]  # noqa: E731
    assert found("") == [second.id, first.id] and found("outcome=decline") == [first.id]
    assert found("party=P-77&since=2020-01-01") == found("") and found("policy=other") == []
    address = f"/decisions/{first.id}/"
    masked = maker.get(address)
    assert "The score is too low." in masked.content.decode()
    assert ("Score", "score", "•••") in masked.context["page"].inputs
    assert not any("500" in value for *_names, value in masked.context["page"].inputs)
    assert all(step.gave == "•••" for step in masked.context["page"].steps)
    assert maker.post(f"{address}reveal", {"reason": "dispute"}).status_code == 403
    assert checker.post(f"{address}reveal", {"reason": "curiosity"}).status_code == 422
    shown = checker.post(f"{address}reveal", {"reason": "dispute"})
    assert ("Score", "score", "500") in shown.context["page"].inputs and shown["Cache-Control"] == "no-store"
    assert AuditRow.objects.filter(act="decision.revealed").get().details == {"reason": "dispute"}
    assert maker.get(f"{address}?replay=1").context["page"].replayed == "same"


def test_a_decision_without_a_policy_is_shown_with_its_reason(sign_in, db):
    taken = take_decision("nobody", {"x": 1}, clock=FixedClock(datetime(2026, 11, 23, tzinfo=UTC)))
    page = sign_in(Role.AUDITOR, "zh-hans").get(f"/decisions/{taken.id}/?replay=1")
    assert page.context["page"].replayed == "nothing" and "没有该名称的策略" in page.content.decode()
    assert Decision.objects.count() == 1
