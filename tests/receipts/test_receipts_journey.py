"""In a real Chromium: a receipt in suspense is found, previewed, matched and taken back; every page clean and in width."""

from __future__ import annotations

import os
from pathlib import Path

import browser
import pytest
import small_book
from receipt_files import NOW, csv_bytes

from kaopu.book.models import Debt
from kaopu.kernel.roles import Role
from kaopu.receipts.actions.return_receipt import Reason, return_receipt
from kaopu.receipts.actions.take_receipts import take_content
from kaopu.receipts.models import Allocation, Receipt
from kaopu.web import chart_bundle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(live_server, settings, monkeypatch):
    """The address of a running console with the small book and a file of receipts."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    chart_bundle.build(settings.STATIC_BUILT)
    book = small_book.build()
    small_book.staff(Role.ADMINISTRATOR, is_staff=True)
    late = book["late"]
    rows = [
        {"booked_on": "2026-11-12", "amount": "533.09", "bank_reference": "ICBC-20261112-0007", "payer_name": "李雷",
         "payer_account": "6222000011114471", "reference": "李雷 手机分期还款 13912345678"},
        {"booked_on": "2026-11-20", "amount": "100", "bank_reference": "ICBC-20261120-0001", "reference": f"还款D-{late}"},
        {"booked_on": "2026-11-20", "amount": "5000", "bank_reference": "ICBC-20261120-0002", "payer_name": "某某商贸有限公司",
         "reference": "货款"},
        {"booked_on": "2026-10-02", "amount": "88.80", "bank_reference": "ICBC-20261002-0009"},
        {"booked_on": "2026-11-21", "amount": "x", "bank_reference": "ICBC-20261121-0001"},
    ]  # fmt: skip
    take_content(csv_bytes(rows), "icbc-2026-11.csv", "staff:1", NOW)
    large = Receipt.objects.get(bank_reference="ICBC-20261120-0002")
    return_receipt(large.pk, Reason.NOT_OURS, "staff:99", NOW)
    return live_server.url, late, large.pk


def sign_in(page):
    page.goto("/debts/")
    page.fill("#id_login", "administrator@example.org")
    page.fill("#id_password", small_book.PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector(".kpis, .empty, .asof")


def test_a_receipt_in_suspense_is_found_and_matched(console):
    address, late, _large = console
    reports: list[str] = []
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, base_url=address)
        sign_in(page)
        page.keyboard.press("g")
        page.keyboard.press("r")
        page.wait_for_url("**/receipts/")
        assert "3 receipts wait" in page.inner_text("#list")
        page.fill("#f-q", "ICBC-20261112")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=ICBC-20261112**")
        page.wait_for_selector("text=1 receipt waits")
        page.click("[data-open]")
        page.wait_for_selector("text=only the name is known")
        page.click(f"a[href*='debt=D-{late}']")
        page.wait_for_selector("#match")
        assert page.input_value("#m-debt") == f"D-{late}"
        assert page.input_value("#m-amount") == "533.09"
        page.click("button[value=preview]")
        page.wait_for_selector("text=What it would settle")
        assert Allocation.objects.count() == 1
        page.click("button[value=match]")
        page.wait_for_selector(f"text=went to D-{late}")
        assert "matched ¥533.09" in page.inner_text(".headline")
        page.click(f"th a[href*='/debts/{late}/']")
        page.wait_for_url(f"**/debts/{late}/**")
        page.go_back()
        page.click("button:has-text('Take back')")
        page.wait_for_selector("text=waits in suspense again")
        assert "in suspense ¥533.09" in page.inner_text(".headline")
    assert reports == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_clean_wide_and_narrow(console, language, tmp_path):
    """KAOPU_PICTURES=folder keeps what was seen."""
    from axe_playwright_python.sync_playwright import Axe

    address, late, large = console
    waits = Receipt.objects.get(bank_reference="ICBC-20261112-0007").pk
    matched = Receipt.objects.get(bank_reference="ICBC-20261120-0001").pk
    places = {
        "list": "/receipts/", "all": "/receipts/?state=all", "none": "/receipts/?q=nothing", "waits": f"/receipts/{waits}/?debt=D-{late}",
        "matched": f"/receipts/{matched}/", "proposed": f"/receipts/{large}/",
    }  # fmt: skip
    folder, found, reports = Path(os.environ.get("KAOPU_PICTURES") or tmp_path), {}, []
    with browser.chromium() as chromium:
        for width in (1440, 360):
            page = browser.watched(chromium, reports, language=language, base_url=address, width=width)
            sign_in(page)
            for name, where in places.items():
                page.goto(where)
                page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
                if name == "waits":
                    page.click("button[value=preview]")
                    page.wait_for_selector("#match .change")
                page.screenshot(path=folder / f"{name}-{language[:2]}-{width}.png", full_page=True)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
                if width == 1440:
                    found[name] = [
                        f"{one['id']}: {[node['html'][:120] for node in one['nodes']][:3]}"
                        for one in Axe().run(page).response["violations"]
                    ]
            page.context.close()
    assert {name: what for name, what in found.items() if what} == {}
    assert reports == []
    assert Debt.objects.filter(pk=late).exists()
