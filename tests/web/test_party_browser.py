"""In a real Chromium: found, opened once for a reason; clean in both languages, on a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_party_pages import know_someone

from kaopu.kernel.roles import Role
from tests.web import browser, small_book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(live_server, settings, monkeypatch):
    from kaopu.web import chart_bundle

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    chart_bundle.build(settings.STATIC_BUILT)
    small_book.staff(Role.ADMINISTRATOR, is_staff=True)
    return live_server.url


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_found_opened_and_clean(console, language, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    party_id = know_someone()
    folder = Path(os.environ.get("KAOPU_SCREENS_TO", tmp_path))
    reports: list[str] = []
    found = {}
    with browser.chromium() as chromium:
        for width in (1440, 360):
            page = browser.watched(chromium, reports, language=language, base_url=console, width=width)
            page.goto("/")
            page.fill("#id_login", "administrator@example.org")
            page.fill("#id_password", small_book.PASSWORD)
            page.click("main button.primary")
            page.wait_for_selector(".kpis, .empty")
            page.goto("/parties/")
            page.fill("#p-value", "17012345678")
            page.click("main form button")
            page.wait_for_selector("tbody a")
            looked_at(page, Axe, found, folder, f"parties-{language}-{width}", width)
            assert "17012345678" not in page.url
            page.click("tbody a")
            page.wait_for_url(f"**/parties/{party_id}/")
            looked_at(page, Axe, found, folder, f"party-{language}-{width}", width)
            page.select_option("#thing", index=1)
            page.select_option("#reason", "collection")
            page.click("section:has(#thing) button")
            page.wait_for_selector("[role=status]")
            assert "17012345678" in page.inner_text("main")
            looked_at(page, Axe, found, folder, f"party-open-{language}-{width}", width)
            page.context.close()
    assert {name: what for name, what in found.items() if what} == {}
    assert reports == []


def looked_at(page, axe, found, folder, name, width):
    found[name] = [violation["id"] for violation in axe().run(page).response["violations"]]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
    page.screenshot(path=folder / f"{name}.png", full_page=True)
