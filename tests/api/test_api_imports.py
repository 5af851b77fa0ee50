"""Imports over REST: files in, the worker's job takes them in, the state is read until it is done."""

from __future__ import annotations

import pytest
from api_callers import expect_problem
from procrastinate.contrib.django.models import ProcrastinateJob

from kaopu.book import jobs
from kaopu.book.models import Debt
from kaopu.kernel.api.scope import Scope
from kaopu.kernel.database import home

DEBTS = "debt_id,party_id,currency,principal,disbursed_on\n9001,1,CNY,100000,2026-01-15\n9002,1,CNY,-5,2026-01-15\n"
INSTALMENTS = "debt_id,seq,due_on,principal,interest,fee\n9001,1,2026-02-15,100000,0,0\n"
BODY = {
    "mapping": "native",
    "files": [{"name": "debts.csv", "content": DEBTS}, {"name": "instalments.csv", "content": INSTALMENTS}],
}


def run_queue():
    """Do the queued imports as the worker would; how many there were."""
    queued = list(ProcrastinateJob.objects.filter(task_name="book.import", status="todo"))
    for job in queued:
        jobs.import_upload(**job.args)
    return len(queued)


@pytest.mark.django_db(transaction=True)
def test_files_are_queued_once_and_taken_in(caller):
    first = caller.post("/imports", BODY, key="night-1")
    assert first.status_code == 202, first.content
    upload = first.json()["upload"]
    assert caller.post("/imports", BODY, key="night-1").json() == first.json()
    assert caller.get("/imports", upload=upload).json()["items"] == []
    assert run_queue() == 1
    (found,) = caller.get("/imports", upload=upload).json()["items"]
    assert (found["status"], found["accepted"], found["rejected"], found["debts"]) == ("done", 2, 1, 1)
    assert caller.get(f"/imports/{found['import_id']}").json() == found
    assert Debt.objects.get().external_id == "9001"
    assert not (home() / "uploads" / upload).exists()


@pytest.mark.django_db
def test_files_that_fit_no_mapping_leave_nothing(caller):
    before = set((home() / "uploads").glob("*"))
    problem = expect_problem(caller.post("/imports", BODY | {"mapping": "nonsense"}), 422, "bad-input")
    assert "native" in problem["detail"]
    missing = BODY | {"files": [{"name": "other.csv", "content": "a\n1\n"}]}
    expect_problem(caller.post("/imports", missing), 422, "bad-input")
    twice = BODY | {"files": [BODY["files"][0], BODY["files"][0]]}
    assert "twice" in expect_problem(caller.post("/imports", twice), 422, "bad-input")["detail"]
    assert set((home() / "uploads").glob("*")) == before
    assert not ProcrastinateJob.objects.filter(task_name="book.import").exists()


@pytest.mark.django_db
def test_an_unknown_import_and_a_missing_scope(caller, caller_with):
    expect_problem(caller.get("/imports/999999"), 404, "not-found")
    expect_problem(caller_with(Scope.IMPORTS_READ).post("/imports", BODY), 403, "scope-missing")
