"""The permit explorer in a real Chromium: asked, moved by keys, own facts, rules opened; clean and in width."""

from __future__ import annotations

import os

import browser
import pytest
import small_book

from kaopu.conduct.models import Entry, Judgement
from kaopu.kernel.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/conduct/permit/", "/conduct/permit/?case=offer", "/conduct/permit/?case=missing", "/conduct/rules/",
         "/conduct/rules/X-DEF-30/")  # fmt: skip


@pytest.fixture
def console(live_server, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    small_book.staff(Role.COMPLIANCE)
    return live_server.url


def sign_in(page):
    page.goto("/")
    page.fill("#id_login", "compliance@example.org")
    page.fill("#id_password", small_book.PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector("nav.side")


def verdict(page):
    return page.inner_text("#verdict .headline")


def test_a_question_asked_moved_and_answered(console):
    reports: list[str] = []
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, base_url=console)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=console)
        sign_in(page)
        page.keyboard.press("g")
        page.keyboard.press("c")
        page.wait_for_url("**/conduct/permit/")
        assert verdict(page) == "✕ Not now"
        assert "Earliest: Mon 2026-11-23 09:00." in page.inner_text("#verdict")

        page.keyboard.press("a")  # the earliest time
        page.wait_for_selector("#verdict >> text=Yes, now")
        assert page.input_value("#ex-at") == "2026-11-23T09:00"
        page.keyboard.press("[")  # an hour earlier
        page.wait_for_selector("#verdict >> text=Not now")
        assert page.input_value("#ex-at") == "2026-11-23T08:00"
        for hour in ("09", "10"):
            page.keyboard.press("]")
            page.wait_for_selector(f"#ex-at[value='2026-11-23T{hour}:00']")
        page.wait_for_selector("#verdict >> text=Yes, now")

        page.select_option("#ex-channel", "visit")  # any change asks again
        page.wait_for_selector("#verdict >> text=PIPL-CONSENT")
        page.wait_for_url("**channel=visit**")
        page.select_option("#ex-channel", "voice")
        page.wait_for_selector("#verdict >> text=Yes, now")
        page.select_option("#ex-purpose", "collect")
        page.wait_for_url("**purpose=collect**")
        page.reload()  # the address holds the view
        assert page.input_value("#ex-purpose") == "collect"
        assert verdict(page) == "✕ Not now"
        page.keyboard.press("w")
        assert page.evaluate("document.querySelector('details[data-key=w]').open") is True

        page.click("[data-copy]")
        page.wait_for_selector("text=Copied")
        assert '"allowed": false' in page.evaluate("navigator.clipboard.readText()")

        own = page.evaluate("navigator.clipboard.readText()")
        page.fill("#ex-facts", own)  # a verdict is no line of facts: the fields are named
        page.click("text=Judge these facts")
        page.wait_for_selector("#verdict >> text=a fact is missing")
        assert "jurisdictions is missing" in page.inner_text("#verdict")

        page.goto("/conduct/permit/?case=tries")
        page.click("#verdict a:has-text('X-DEF-14')")
        page.wait_for_url("**/conduct/rules/X-DEF-14/")
        assert "3 dials" in page.inner_text("main") or "strictest-wins" in page.inner_text("main")
        page.goto("/conduct/rules/")
        page.fill("#r-q", "reg f")
        page.select_option("#r-place", "IN")
        page.wait_for_selector("text=No rule fits this view")
        page.fill("#r-q", "08:00")
        page.keyboard.press("Enter")
        page.wait_for_selector("tbody >> text=IN-RA-02")
    assert reports == []
    assert (Entry.objects.count(), Judgement.objects.count()) == (0, 0)


def problems(results):
    return [
        f"{violation['id']}: {[node['html'][:160] for node in violation['nodes']][:4]}"
        for violation in results.response["violations"]
    ]


def pictures(page, path):
    """Wide and narrow, for a person to look at. KAOPU_SCREENSHOTS=1 puts those of the explorer into the documents."""
    page.screenshot(path=f"{path}.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 800})
    page.screenshot(path=f"{path}-360.png", full_page=True)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_are_clean(console, language, dark, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    folder = browser.SCREENS if os.environ.get("KAOPU_SCREENSHOTS") == "1" else tmp_path
    reports: list[str] = []
    found = {}
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, language=language, dark=dark, base_url=console)
        sign_in(page)
        for where in PAGES:
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(where)
            if not dark and (where == PAGES[0] or folder is tmp_path):
                pictures(page, folder / f"{where.strip('/').replace('/', '-').replace('?case=', '')}-{language[:2]}")
            page.set_viewport_size({"width": 360, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, f"{where} scrolls sideways"
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            found[where] = problems(Axe().run(page))
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, f"{where} scrolls sideways when open"
    assert {where: what for where, what in found.items() if what} == {}
    assert reports == []
