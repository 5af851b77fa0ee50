"""Imports from the page: kept privately, checked at once, queued, shown as a whole sum, undone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from kaopu.book.jobs import import_upload
from kaopu.book.models import Debt, ImportBatch
from kaopu.kernel.database import home
from kaopu.kernel.roles import Role

DEBTS = (
    b"debt_id,party_id,currency,disbursed_on,principal\n"
    b"1,1,CNY,2026-01-10,120000\n2,2,CNY,2026-02-30,5000\n3,3,RMB,2026-03-01,5000\n"
)
INSTALMENTS = b"debt_id,seq,due_on,principal,interest,fee\n1,1,2026-02-10,120000,1000,0\n"
EVENTS = b"debt_id,on,kind,amount\n1,2026-02-09,payment,121000\n"


@pytest.fixture
def client(sign_in, db):
    return sign_in(Role.ANALYST)


def upload(client, **files):
    given = [SimpleUploadedFile(f"{name}.csv", content) for name, content in files.items()]
    return client.post("/imports/", {"file": given, "mapping": "native"})


def test_a_file_is_kept_privately_taken_in_by_the_worker_and_undone(client, django_capture_on_commit_callbacks):
    response = upload(client, debts=DEBTS, instalments=INSTALMENTS, events=EVENTS)
    assert response.status_code == 302
    job = ProcrastinateJob.objects.get(task_name="book.import")
    kept = Path(home() / "uploads" / job.args["upload"])
    assert {path.name for path in kept.iterdir()} == {"debts.csv", "instalments.csv", "events.csv"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.iterdir()} == {0o600}
    assert set(job.args) == {"upload", "mapping", "actor"}

    import_upload(**job.args)
    batch = ImportBatch.objects.get()
    page = client.get(f"/imports/{batch.pk}/")
    assert page.context["page"].answer.endswith("rejected 2 + repeated (ignored) 0")
    assert sum(reason.count for reason in page.context["page"].reasons) == 2
    assert b"2026-02-30" in page.content
    rejects = client.get(f"/imports/{batch.pk}/rejects.csv")
    assert b"2026-02-30" in b"".join(rejects.streaming_content)
    assert "2 rows wait" in client.get("/imports/").context["page"].answer

    assert Debt.objects.count() == 1
    assert client.post(f"/imports/{batch.pk}/undo").status_code == 302
    assert Debt.objects.count() == 0
    assert "undone" in client.get(f"/imports/{batch.pk}/").content.decode()


def test_a_folder_that_the_mapping_cannot_read_is_said_at_once(client):
    response = upload(client, unrelated=b"a,b\n1,2\n")
    assert response.status_code == 422
    assert "Nothing was taken in" in response.context["page"].wrong
    assert not ProcrastinateJob.objects.filter(task_name="book.import").exists()


def test_without_a_file_the_form_says_so(client):
    assert client.post("/imports/", {"mapping": "native"}).context["page"].wrong == "Choose a file and a mapping."
