"""The ledger's pages: who may see and post, from the trial balance down to one event, the chart under four eyes."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from kaopu.kernel.models import Approval
from kaopu.kernel.roles import Role
from kaopu.ledger import store
from kaopu.ledger.jobs import post as post_job
from kaopu.ledger.models import ChartVersion, PostingRun
from tests.web import small_book

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sign_in(transactional_db):
    """`sign_in(Role.AUDITOR)`: a client of a person with that role."""

    def of(role, language="en"):
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(small_book.staff(role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of


@pytest.fixture
def posted(booked, record, post):
    debt = booked()
    paid = record(debt, "payment", "2026-02-15", 10_662)
    post("2026-02-28")
    return debt, paid.event_id


def body(client, address, **more):
    answer = client.get(address, **more)
    assert answer.status_code == 200, answer
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_without_a_posting_the_page_says_what_to_do(sign_in):
    page = body(sign_in(Role.TREASURER), "/ledger/")
    assert "Nothing is posted up to this day. Post the ledger" in page
    assert 'action="/ledger/post"' in page
    assert "这一天之前还没有记账" in body(sign_in(Role.AUDITOR, "zh-hans"), "/ledger/")


def test_from_the_trial_balance_down_to_one_event(sign_in, posted):
    _, event = posted
    client = sign_in(Role.AUDITOR)
    page = body(client, "/ledger/")
    assert "on both sides" in page
    assert 'action="/ledger/post"' not in page
    account = re.search(r'href="(/ledger/accounts/1002/[^"]+)"', page)[1].replace("&amp;", "&")
    debts = re.findall(r'href="(/ledger/accounts/1002/debts/[^"]+)"', body(client, account))
    (found,) = [page for each in debts if "paid by borrowers" in (page := body(client, each.replace("&amp;", "&")))]
    row = re.search(r'href="(/ledger/postings/[^"]+)"', found)[1].replace("&amp;", "&")
    page = body(client, row)
    assert f"E-{event}" in page
    assert "¥106.62" in page
    at_debt = re.search(r'href="(/debts/[^"]+as_of=2026-02-15)"', page)[1]
    assert f"E-{event}" in body(client, at_debt)


def test_posting_is_for_those_who_may_and_runs_in_the_background(sign_in, booked, own_home):
    booked()
    assert sign_in(Role.AUDITOR).post("/ledger/post", {"as_of": "2026-03-31"}).status_code == 403
    client = sign_in(Role.TREASURER)
    client.post("/ledger/post", {"as_of": "2026-03-31"})
    job = ProcrastinateJob.objects.get(task_name="ledger.post")
    assert "posting" in body(client, "/ledger/")
    assert "waits already" in client.post("/ledger/post", {"as_of": "2026-03-31"}, follow=True).content.decode()
    post_job(**job.args)
    assert PostingRun.objects.get().as_of == date(2026, 3, 31)
    refused = client.post("/ledger/post", {"as_of": "2026-03-30"}, follow=True).content.decode()
    assert "the ledger stands at 31 Mar 2026" in refused


def test_an_agent_does_not_read_the_ledger(sign_in):
    client = sign_in(Role.AGENT)
    for address in ("/ledger/", "/ledger/period/", "/ledger/chart/", "/ledger/accounts/1002/", "/ledger/export.csv"):
        assert client.get(address).status_code == 403


def test_a_period_page_shows_income_cash_and_corrections(sign_in, posted, record, post):
    debt, _ = posted
    record(debt, "payment", "2026-02-20", 500)
    post("2026-03-31")
    client = sign_in(Role.ANALYST)
    page = body(client, "/ledger/period/?from=2026-03-01&to=2026-03-31")
    assert "From the journal, as posted." in page
    assert "20 Feb 2026" in page
    export = body(client, "/ledger/period/export.csv?from=2026-03-01&to=2026-03-31")
    assert "cash,paid,CNY,5.00" in export


def test_exports_are_the_tables(sign_in, posted):
    client = sign_in(Role.AUDITOR)
    table = body(client, "/ledger/export.csv?as_of=2026-02-28")
    assert "1301,贷款本金,Loan principal,asset,CNY," in table
    assert "paid,own,CNY,106.62" in body(client, "/ledger/accounts/1002/export.csv?as_of=2026-02-28")


def test_a_chart_is_proposed_checked_and_taken_in_by_another(sign_in, posted):
    client = sign_in(Role.TREASURER)
    text = store.DEFAULT_CHART.read_text(encoding="utf-8")
    bad = SimpleUploadedFile("bad.toml", text.replace('kind = "memo"', 'kind = "mem"', 1).encode())
    answer = client.post("/ledger/chart/", {"file": bad})
    assert answer.status_code == 422
    assert "bad.toml, account" in answer.content.decode()
    mine = text.replace('"1002"', '"1003"').replace('name = "default"', 'name = "ours"')
    answer = client.post("/ledger/chart/", {"file": SimpleUploadedFile("ours.toml", mine.encode())})
    proposal = Approval.objects.get(kind="ledger.chart")
    assert answer["Location"] == f"/approvals/{proposal.pk}/"
    assert "ours waits for a second person" in body(client, "/ledger/chart/")
    decide = {"act": "approve", "fingerprint": proposal.fingerprint}
    client.post(answer["Location"] + "decide", decide)
    assert ChartVersion.objects.count() == 1
    checker = sign_in(Role.CHECKER)
    shown = body(checker, answer["Location"])
    assert "1003" in shown
    checker.post(answer["Location"] + "decide", decide)
    assert ChartVersion.objects.count() == 2
    assert store.chart_in_force().roles["bank"] == "1003"


def test_a_fragment_is_the_changing_part_alone(sign_in, posted):
    part = body(sign_in(Role.AUDITOR), "/ledger/?as_of=2026-02-28", headers={"HX-Request": "true"})
    assert part.lstrip().startswith('<div id="ledger"')
