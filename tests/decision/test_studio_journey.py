"""In a real Chromium: a cell is edited, checked, tried and kept; every page clean and in width, in both languages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "web"))  # the small book and the browser of the console

import browser
import small_book
import studio_policy

from kaopu.decision.actions import run_backtest as runs
from kaopu.decision.actions.load_shipped import load_shipped
from kaopu.decision.actions.take_decision import take_decision
from kaopu.decision.console import policy_shelf as shelf
from kaopu.kernel.clock import FixedClock
from kaopu.kernel.roles import Role
from kaopu.web import chart_bundle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = f"/policies/{studio_policy.NAME}/"


@pytest.fixture
def console(live_server, settings, monkeypatch, tmp_path):
    """The address of a running console with one policy."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    chart_bundle.build(settings.STATIC_BUILT)
    small_book.build()
    small_book.staff(Role.ADMINISTRATOR, is_staff=True)
    studio_policy.keep()
    load_shipped("staff:1", studio_policy.NOW)
    return live_server.url


def sign_in(page):
    page.goto("/policies/")
    page.fill("#id_login", "administrator@example.org")
    page.fill("#id_password", small_book.PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/policies/")


def test_a_cell_is_edited_checked_tried_and_kept(console):
    reports: list[str] = []
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, base_url=console)
        sign_in(page)
        page.click(f"a[href='{ADDRESS}']")
        page.wait_for_selector("#studio")
        page.fill("#c-2-1", ">= 660")
        page.click("button[value=check]")
        page.wait_for_selector("td.changed")
        assert "before: >= 640" in page.inner_text("td.changed")
        assert "no row hits" in page.inner_text("#studio")
        page.fill("#c-1-1", "< 660")
        page.click("button[value='add:2']")
        page.wait_for_selector("#c-3-1")
        page.click("button[value='remove:3']")
        page.wait_for_selector("#c-3-1", state="detached")
        page.fill("[name='in.score']", "650")
        page.fill("[name='in.as_of']", "2026-11-22")
        page.click("button[value=run]")
        page.wait_for_selector("#case .verdict.refused")
        assert "The score is too low." in page.inner_text("#case")
        page.click("button[value=save]")
        page.wait_for_selector("text=Kept as version 2")
    assert reports == []
    newest, first = shelf.versions(studio_policy.NAME, studio_policy.NOW)
    assert "< 660" in newest.text and "< 640" in first.text


def test_the_studio_works_without_scripts(console):
    reports: list[str] = []
    with browser.chromium() as chromium:
        context = chromium.new_context(base_url=console, java_script_enabled=False)
        page = context.new_page()
        sign_in(page)
        page.goto(ADDRESS)
        page.fill("#c-2-1", ">= 700")
        page.click("button[value='down:1']")
        assert page.input_value("#c-1-1") == ">= 700"
        page.click("button[value=save]")
        assert "Kept as version 2" in page.inner_text("main")
    assert reports == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_clean_wide_and_narrow(console, language, tmp_path):
    """KAOPU_PICTURES=folder keeps what was seen."""
    from axe_playwright_python.sync_playwright import Axe

    shipped = "/policies/application-review/"
    run = runs.keep(
        policy="application-review", new=1, old=1, name=runs.SAMPLE, blocks=(), columns=runs.SAMPLE_COLUMNS,
        actor="staff:1", now=studio_policy.NOW,
    )  # fmt: skip
    runs.run_backtest(run.code, studio_policy.NOW)
    taken = take_decision(studio_policy.NAME, {"score": 500}, clock=FixedClock(studio_policy.NOW))
    decided = take_decision("application-review", {}, clock=FixedClock(studio_policy.NOW), party="P-77")
    places = {
        "list": "/policies/", "grid": ADDRESS, "graph": f"{ADDRESS}?view=graph", "text": f"{ADDRESS}?view=text",
        "shipped": shipped, "shipped-graph": f"{shipped}?view=graph", "backtests": f"{shipped}backtests/",
        "backtest": f"{shipped}backtests/{run.code}/", "decisions": "/decisions/", "decision": f"/decisions/{decided.id}/",
        "replayed": f"/decisions/{taken.id}/?replay=1",
    }  # fmt: skip
    folder, found, reports = Path(os.environ.get("KAOPU_PICTURES") or tmp_path), {}, []
    with browser.chromium() as chromium:
        for width in (1440, 360):
            page = browser.watched(chromium, reports, language=language, base_url=console, width=width)
            sign_in(page)
            for name, where in places.items():
                page.goto(where)
                if name == "grid":
                    page.fill("#c-2-1", ">= 660")
                    page.fill("[name='in.score']", "500")
                    page.fill("[name='in.as_of']", "2026-11-22")
                    page.click("button[value=run]")
                    page.wait_for_selector("#case .verdict.refused")
                page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
                page.screenshot(path=folder / f"studio-{name}-{language[:2]}-{width}.png", full_page=True)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
                if width == 1440:
                    found[name] = [
                        f"{one['id']}: {[node['html'][:120] for node in one['nodes']][:3]}"
                        for one in Axe().run(page).response["violations"]
                    ]
            page.context.close()
    assert {name: what for name, what in found.items() if what} == {}
    assert reports == []
