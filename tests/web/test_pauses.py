"""Bulk pauses at the console: looked at, proposed, agreed to by another, taken back."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from kaopu.book import jobs
from kaopu.book.models import BulkPause, Event
from kaopu.kernel.models import Approval
from kaopu.kernel.roles import Role

ASKED = {"where": "outstanding > 0", "from": "2026-11-01", "to": "2026-11-30"}


def run_queue():
    for job in ProcrastinateJob.objects.filter(task_name="book.pause", status="todo"):
        jobs.pause(**job.args)


def agree(client):
    waiting = Approval.objects.get(state="proposed")
    page = client.get(f"/approvals/{waiting.pk}/")
    assert page.status_code == 200
    body = {"act": "approve", "decision": "approve", "fingerprint": waiting.fingerprint}
    client.post(f"/approvals/{waiting.pk}/decide", body)
    waiting.refresh_from_db()
    assert waiting.state == "approved", page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_from_a_look_to_the_way_back(sign_in, book):
    treasurer, checker = sign_in(Role.TREASURER), sign_in(Role.CHECKER, "zh-hans")
    assert "No debts were paused together yet" in treasurer.get("/pauses/").content.decode()
    looked = treasurer.get("/pauses/", ASKED).content.decode()
    assert "Penalty that will not accrue" in looked and "Propose to a second person" in looked
    assert not BulkPause.objects.exists(), "a look writes nothing"
    treasurer.post("/pauses/propose", ASKED)
    bulk = BulkPause.objects.get()
    assert "Propose to a second person" not in checker.get("/pauses/", ASKED).content.decode()
    agree(checker)
    run_queue()
    page = treasurer.get(f"/pauses/{bulk.pk}/").content.decode()
    assert "✓ applied" in page
    assert Event.objects.filter(kind="pause").count() == bulk.debts > 0
    treasurer.post(f"/pauses/{bulk.pk}/undo")
    agree(checker)
    run_queue()
    assert "已撤回" in checker.get(f"/pauses/{bulk.pk}/").content.decode()


@pytest.mark.django_db
def test_a_faulty_filter_keeps_what_was_typed(sign_in, book):
    page = sign_in(Role.TREASURER).get("/pauses/", ASKED | {"where": "region = 'x'"}).content.decode()
    assert "region" in page and "2026-11-30" in page
    assert sign_in(Role.AUDITOR).post("/pauses/propose", ASKED).status_code == 403
