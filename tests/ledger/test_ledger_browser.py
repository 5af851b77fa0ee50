"""In a real Chromium: posted by a button, then from the trial balance down to one event; clean in both languages and widths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kaopu.kernel.roles import Role
from kaopu.ledger.jobs import post as post_job
from tests.web import browser, small_book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(live_server, settings, monkeypatch, own_home):
    from kaopu.web import chart_bundle

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    chart_bundle.build(settings.STATIC_BUILT)
    small_book.build()
    small_book.close_for_real()
    small_book.staff(Role.ADMINISTRATOR, is_staff=True)
    return live_server.url


def sign_in(page):
    page.goto("/")
    page.fill("#id_login", "administrator@example.org")
    page.fill("#id_password", small_book.PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector(".kpis, .empty")


def run_job():
    from procrastinate.contrib.django.models import ProcrastinateJob

    job = ProcrastinateJob.objects.get(task_name="ledger.post", status="todo")
    post_job(**job.args)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])


def test_posted_by_a_button_the_trial_balance_opens_down_to_one_event(console):
    reports: list[str] = []
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, base_url=console)
        sign_in(page)
        page.keyboard.press("g")
        page.keyboard.press("t")
        page.wait_for_url("**/ledger/")
        assert "Nothing is posted up to this day" in page.inner_text("main")
        page.fill("#post-to", small_book.AS_OF.isoformat())
        page.click("#postings button.primary")
        page.wait_for_selector("#postings progress")
        run_job()
        page.wait_for_selector("#postings table")  # the page asks by itself
        page.goto("/ledger/")
        assert "on both sides" in page.inner_text("main")
        page.click("tbody a:text('1002')")
        page.wait_for_selector("text=Balance on")
        page.click("a:text('paid by borrowers')")
        page.wait_for_selector("text=By debt", state="attached")
        page.click("tbody a >> nth=0")
        page.wait_for_selector("text=Bookings")
        event = page.inner_text("a:text('E-') >> nth=0")
        page.click("a:text('E-') >> nth=0")
        page.wait_for_url("**/debts/**as_of=**")
        assert event in page.inner_text(".timeline")
    assert reports == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_clean(console, language, post, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    run = post(small_book.AS_OF.isoformat())
    debt = small_book.Debt.objects.order_by("pk").first().pk
    addresses = {
        "ledger": "/ledger/", "account": "/ledger/accounts/1301/", "debts": "/ledger/accounts/1002/debts/?cause=14",
        "booking": f"/ledger/postings/{run.run}/debts/{debt}/", "period": "/ledger/period/", "chart": "/ledger/chart/",
    }  # fmt: skip
    folder = Path(os.environ.get("KAOPU_SCREENS_TO", tmp_path))
    reports: list[str] = []
    found = {}
    with browser.chromium() as chromium:
        for width in (1440, 360):
            page = browser.watched(chromium, reports, language=language, base_url=console, width=width)
            sign_in(page)
            for name, where in addresses.items():
                page.goto(where)
                if width == 1440:
                    found[name] = [violation["id"] for violation in Axe().run(page).response["violations"]]
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{where} scrolls sideways"
                page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
            page.context.close()
    assert {name: what for name, what in found.items() if what} == {}
    assert reports == []
