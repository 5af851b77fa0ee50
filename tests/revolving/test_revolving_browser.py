"""Pages of revolving accounts in a real Chromium: clean for axe, no sideways scroll, printed on A4; a posting by form."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "web"))

import browser
import small_book
from cards import issued, open_card, posted
from django.db import connection

from kaopu.kernel.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(live_server, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    with connection.cursor() as cursor:  # numbers as long as those of a book that has been used for years
        cursor.execute("ALTER SEQUENCE revolving_posting_posting_id_seq RESTART WITH 87654321")
        cursor.execute("ALTER SEQUENCE revolving_revolvingaccount_account_id_seq RESTART WITH 7654321")
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    posted(account, "cash", "04-01", 20_000)
    issued(account, "05-10")
    posted(account, "payment", "04-20", 60_000)
    issued(account, "06-05")
    small_book.staff(Role.ADMINISTRATOR, is_staff=True)
    return live_server.url, account


def sign_in(page):
    page.goto("/sign-in/?next=/revolving/")
    page.fill("#id_login", "administrator@example.org")
    page.fill("#id_password", small_book.PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector("#list")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_clean(console, language, dark):
    from axe_playwright_python.sync_playwright import Axe

    address, account = console
    root = f"/revolving/{account.account_id}/"
    addresses = ("/revolving/", root, f"{root}statements/2024-05-05/", f"{root}statements/2024-06-05/")
    reports, found = [], {}
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, language=language, dark=dark, base_url=address, width=1024)
        sign_in(page)
        for where in addresses:
            page.goto(where)
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            found[where] = [violation["id"] for violation in Axe().run(page).response["violations"]]
            for width in (1024, 360):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, width)
            page.set_viewport_size({"width": 1024, "height": 800})
    assert {where: what for where, what in found.items() if what} == {}
    assert reports == []


def test_a_statement_prints_on_few_pages_without_the_console(console):
    address, account = console
    with browser.chromium() as chromium:
        page = browser.watched(chromium, [], base_url=address, dark=True)
        sign_in(page)
        page.goto(f"/revolving/{account.account_id}/statements/2024-06-05/")
        printed = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="print")
        for hidden in (".side", ".find", ".person", ".foot", ".tools"):
            assert not page.locator(hidden).first.is_visible(), hidden
        assert page.locator(".headline").is_visible()
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(255, 255, 255)"
        )
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}  # A4 in points
    assert 1 <= len(boxes) <= 2


def test_from_the_list_to_a_posting_that_moves_the_position(console):
    address, account = console
    reports: list[str] = []
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, base_url=address)
        sign_in(page)
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/revolving/{account.account_id}/")
        before = int(re.sub(r"\D", "", page.inner_text("#outstanding")))
        page.click("#post > summary")
        page.fill("#po-amount", "100.00")
        page.click("#post button.primary")
        page.wait_for_selector("text=Posted: payment")
        assert int(re.sub(r"\D", "", page.inner_text("#outstanding"))) == before - 10_000
    assert reports == []
