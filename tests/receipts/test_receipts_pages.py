"""The pages: what waits, one receipt, match with a preview, take back, return, reveal; who may do what."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from receipt_files import csv_bytes

from kaopu.book.models import Event
from kaopu.kernel.models import Approval, AuditRow
from kaopu.kernel.roles import Role
from kaopu.receipts.jobs import take_upload
from kaopu.receipts.models import Allocation, Receipt, ReceiptsFile, Return

NAME, ACCOUNT = "欧阳明月", "6222000011114471"


@pytest.fixture
def treasurer(sign_in):
    return sign_in(Role.TREASURER)


@pytest.fixture
def waiting(take):
    row = {"amount": "500", "bank_reference": "WAIT-1", "payer_name": NAME, "payer_account": ACCOUNT}
    _, rows = take(row | {"reference": f"还款 {NAME} 13912345678"}, {"amount": "7", "bank_reference": "OTHER-2"})
    return rows["WAIT-1"]


def test_an_empty_room_says_what_will_be_here_and_how_to_begin(treasurer, sign_in):
    page = treasurer.get("/receipts/").content.decode()
    assert "No receipts yet" in page and "Take in a file of the bank to begin" in page
    assert "还没有收款" in sign_in(Role.AUDITOR, "zh-hans").get("/receipts/").content.decode()


def test_what_waits_is_found_by_reference_age_payer_and_state(treasurer, waiting, debt):
    one = debt()
    take_back = f"/receipts/{waiting.pk}/match"
    ids = lambda query: [row.id for row in treasurer.get(f"/receipts/?{query}").context["page"].rows]  # noqa: E731
    assert len(ids("")) == 2
    assert ids("q=WAIT") == ids(f"q={NAME}") == ids(f"q={ACCOUNT}") == ids(f"q=R-{waiting.pk}") == [waiting.pk]
    assert ids("age=90%2B") == ids("") and ids("age=0-3") == []
    assert ids("q=nothing") == []
    treasurer.post(take_back, {"debt": f"D-{one.pk}", "amount": "500", "left": "50000"})
    assert waiting.pk not in ids("") and ids("state=matched") == ids(f"q=D-{one.pk}") == [waiting.pk]
    assert "The oldest is" in treasurer.get("/receipts/").context["page"].answer


def test_no_list_no_export_and_no_page_carries_the_payer_in_full(treasurer, waiting):
    for address in ("/receipts/", "/receipts/export.csv", f"/receipts/{waiting.pk}/"):
        response = treasurer.get(address)
        body = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
        assert NAME not in body and ACCOUNT not in body and "13912345678" not in body
    assert "欧***" in treasurer.get("/receipts/").content.decode()


def test_a_preview_shows_what_is_settled_and_writes_nothing(treasurer, waiting, debt):
    one = debt(external_id="LN-77")
    form = {"debt": "LN-77", "amount": "106.62", "left": "50000", "act": "preview"}
    page = treasurer.post(f"/receipts/{waiting.pk}/match", form).context["page"]
    told = {change.words: (change.before, change.after) for change in page.match.changes}
    assert told["Outstanding"] == ("¥1,279.42", "¥1,172.80")
    assert told["Interest"] == ("¥79.42", "¥67.42")
    assert not Event.objects.exists() and not Allocation.objects.exists()
    response = treasurer.post(f"/receipts/{waiting.pk}/match", form | {"act": "match"}, follow=True)
    assert "went to D-" in response.content.decode()
    assert Allocation.objects.get().debt_id == one.pk


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"debt": "D-999999"}, "debt", "no such debt"), ({"amount": "x"}, "amount", "306.20"),
        ({"amount": "500.01"}, "amount", "More than is left"), ({"amount": "0"}, "amount", "above 0"),
        ({"left": "40000"}, "amount", "colleague acted"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(treasurer, waiting, debt, given, field, told):
    form = {"debt": f"D-{debt().pk}", "amount": "5", "left": "50000", "act": "match"} | given
    response = treasurer.post(f"/receipts/{waiting.pk}/match", form)
    page = response.context["page"]
    assert response.status_code == 422
    assert page.match.wrong[0].field == field and told in page.match.wrong[0].words
    assert page.match.debt == form["debt"]


def test_a_match_is_taken_back_on_the_page(treasurer, waiting, debt):
    one = debt()
    treasurer.post(f"/receipts/{waiting.pk}/match", {"debt": f"D-{one.pk}", "amount": "500", "left": "50000"})
    allocation = Allocation.objects.get()
    page = treasurer.post(f"/receipts/{waiting.pk}/unmatch/{allocation.pk}", follow=True)
    assert "the payment of D-" in page.content.decode()
    assert page.context["page"].left == 50_000
    told = [act.words for act in page.context["page"].happened]
    assert len(told) == 4 and "taken back" in told[0] and "matched to D-" in told[1] and told[3].startswith("taken in")


def test_a_small_return_goes_and_a_large_one_is_agreed_to_under_approvals(treasurer, sign_in, waiting, take):
    form = {"amount": "20", "on": "2026-11-22", "reason": "not-ours"}
    assert "goes back" in treasurer.post(f"/receipts/{waiting.pk}/return", form, follow=True).content.decode()
    assert treasurer.post(f"/receipts/{waiting.pk}/return", form | {"reason": ""}).status_code == 422
    _, rows = take({"amount": "5000", "bank_reference": "BIG"})
    page = treasurer.post(f"/receipts/{rows['BIG'].pk}/return", form | {"amount": "4000"}, follow=True)
    assert "waits for a second person" in page.content.decode()
    assert page.context["page"].returning is None
    proposal = Approval.objects.get()
    checker = sign_in(Role.CHECKER)
    shown = checker.get(f"/approvals/{proposal.pk}/").content.decode()
    assert f"Return ¥4,000.00 of R-{rows['BIG'].pk}" in shown
    checker.post(f"/approvals/{proposal.pk}/decide", {"fingerprint": proposal.fingerprint, "act": "approve"})
    assert sorted(Return.objects.values_list("amount", flat=True)) == [2_000, 400_000]


def test_the_payer_is_shown_once_for_a_reason(sign_in, waiting):
    agent = sign_in(Role.AGENT)
    address = f"/receipts/{waiting.pk}/reveal"
    assert agent.post(address, {"reason": "curiosity"}).status_code == 422
    shown = agent.post(address, {"reason": "dispute"})
    assert NAME in shown.content.decode() and ACCOUNT in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert AuditRow.objects.get(act="receipt.revealed").details == {"reason": "dispute"}


def test_an_auditor_reads_and_does_not_act(sign_in, waiting, debt):
    auditor = sign_in(Role.AUDITOR)
    page = auditor.get(f"/receipts/{waiting.pk}/")
    assert page.status_code == 200 and page.context["page"].match is None and page.context["page"].returning is None
    assert auditor.get("/receipts/export.csv").status_code == 200
    for act in ("match", "return", "reveal", "unmatch/1"):
        assert auditor.post(f"/receipts/{waiting.pk}/{act}", {}).status_code == 403
    assert auditor.post("/receipts/upload", {}).status_code == 403
    agent = sign_in(Role.AGENT)
    assert agent.post(f"/receipts/{waiting.pk}/return", {}).status_code == 403


def test_a_file_is_taken_in_by_the_worker_and_its_rejects_are_downloaded(treasurer):
    content = csv_bytes([{"amount": "5", "bank_reference": "B1"}, {"amount": "x", "bank_reference": "B2"}])
    assert treasurer.post("/receipts/upload", {"file": SimpleUploadedFile("bank day.csv", content)}).status_code == 302
    job = ProcrastinateJob.objects.get(task_name="receipts.take")
    take_upload(**job.args)
    take_upload(**job.args)  # a job may run twice
    file = ReceiptsFile.objects.get()
    assert (file.file_name, file.status, file.rejected) == ("bank day.csv", "done", 1)
    assert Receipt.objects.count() == 1
    page = treasurer.get("/receipts/", headers={"HX-Request": "true", "HX-Target": "files"}).content.decode()
    assert "bank day.csv" in page and 'id="list"' not in page
    rejects = b"".join(treasurer.get(f"/receipts/files/{file.pk}/rejects.csv").streaming_content)
    assert b"a decimal number above 0" in rejects
    treasurer.post("/receipts/upload", {"file": SimpleUploadedFile("no.csv", b"who,when\n1,2\n")})
    take_upload(**ProcrastinateJob.objects.filter(task_name="receipts.take").latest("id").args)
    assert "no column booked_on" in treasurer.get("/receipts/").content.decode()


@pytest.mark.parametrize(("address", "most"), [("/receipts/", 9), ("/receipts/?q=WAIT", 12), ("/receipts/{pk}/", 24)])
def test_a_page_asks_no_more_often_than_said(treasurer, waiting, address, most):
    path = address.format(pk=waiting.pk)
    treasurer.get(path)
    with CaptureQueriesContext(connection) as seen:
        treasurer.get(path)
    assert len(seen) <= most, "\n".join(query["sql"][:150] for query in seen.captured_queries)
