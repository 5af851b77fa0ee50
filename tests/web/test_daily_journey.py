"""In a real Chromium: a product version is proposed, approved by another, quoted."""

from __future__ import annotations

from datetime import timedelta

import browser
import pytest
import small_book

from kaopu.book.models import ProductVersion, Responsible
from kaopu.kernel.clock import system_clock
from kaopu.kernel.roles import Role
from kaopu.web import chart_bundle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(live_server, settings, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    chart_bundle.build(settings.STATIC_BUILT)  # the dashboard comes first
    small_book.build()
    for role in (Role.POLICY_MAKER, Role.CHECKER):
        small_book.staff(role)
    return live_server.url


def sign_in(page, role):
    page.goto("/sign-in/")
    page.fill("#id_login", f"{role.value.replace(' ', '-')}@example.org")
    page.fill("#id_password", small_book.PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector(".kpis, .empty")


def test_a_product_version_is_proposed_approved_by_another_and_quoted(console):
    reports: list[str] = []
    tomorrow = (system_clock().now().date() + timedelta(days=1)).isoformat()
    with browser.chromium() as chromium:
        maker = browser.watched(chromium, reports, base_url=console)
        sign_in(maker, Role.POLICY_MAKER)
        maker.keyboard.press("g")
        maker.keyboard.press("p")
        maker.wait_for_url("**/products/")
        maker.keyboard.press("j")
        maker.keyboard.press("Enter")
        maker.wait_for_url("**/products/phone/")
        maker.keyboard.press("e")
        maker.wait_for_url("**/products/phone/edit")
        maker.select_option("#p-plan", "equal-instalment")
        maker.fill("#p-q_principal", "10000.00")
        maker.fill("#p-periods", "12")
        maker.fill("#p-rate_annual", "12%")
        maker.keyboard.press("Tab")
        maker.wait_for_selector("#beside >> text=888.49")  # 10,000 at 12% in 12 equal instalments
        assert "12.68%" in maker.inner_text("#cost")
        maker.fill("#p-fee_upfront", "3%")
        maker.keyboard.press("Tab")
        maker.wait_for_selector("#changed >> text=Fee at the start")
        maker.wait_for_function("!document.querySelector('#cost').textContent.includes('12.68%')")
        maker.fill("#p-valid_from", tomorrow)
        maker.click("button[value=propose]")
        maker.wait_for_selector("text=Another person has to decide")
        assert maker.locator("button[value=approve]").count() == 0
        assert ProductVersion.objects.count() == 1

        checker = browser.watched(chromium, reports, base_url=console, language="zh-hans", width=360, height=800)
        sign_in(checker, Role.CHECKER)
        checker.keyboard.press("g")
        checker.keyboard.press("v")
        checker.wait_for_url("**/approvals/")
        checker.click("[data-open]")
        checker.wait_for_selector("button[value=approve]")
        checker.click("button[value=approve]")
        checker.wait_for_selector("text=第 2 版自")
        assert ProductVersion.objects.get(version=2).terms["fee_upfront"] == {"rate": "0.03"}

        maker.goto("/products/phone/")
        maker.fill("#q-start", tomorrow)
        maker.fill("#q-principal", "20000.00")
        maker.keyboard.press("Tab")
        maker.wait_for_selector("#quote >> text=by version 2")
        maker.wait_for_selector("#quote >> text=1776.98")
    assert reports == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_of_the_day_are_clean(console, language):
    from axe_playwright_python.sync_playwright import Axe

    reports, found = [], {}
    pages = ("/products/", "/products/phone/", "/products/phone/edit", "/products/new", "/approvals/", "/overdue/")
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, language=language, base_url=console, width=1440)
        sign_in(page, Role.POLICY_MAKER)
        for where in pages:
            page.goto(where)
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            found[where] = [violation["id"] for violation in Axe().run(page).response["violations"]]
        page.set_viewport_size({"width": 360, "height": 800})
        for where in pages:
            page.goto(where)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, f"{where} scrolls sideways at 360"
    assert {where: what for where, what in found.items() if what} == {}
    assert reports == []


def test_overdue_debts_are_selected_assigned_and_taken_back_by_keyboard(console):
    small_book.staff(Role.CRISIS_LEAD)
    reports: list[str] = []
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, base_url=console)
        sign_in(page, Role.CRISIS_LEAD)
        page.keyboard.press("g")
        page.keyboard.press("o")
        page.wait_for_url("**/overdue/")
        first = page.inner_text("[data-list] tbody tr:first-child [data-open]")
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.keyboard.press("a")
        assert page.evaluate("document.activeElement.id") == "a-to"
        page.select_option("#a-to", label="crisis-lead@example.org")
        page.click("button[value=selected]")
        page.wait_for_selector("text=1 debt changed hands")
        page.select_option("#f-owner", "mine")
        page.wait_for_url("**owner=mine**")
        page.wait_for_function("document.querySelectorAll('[data-list] tbody [data-open]').length === 1")
        assert page.inner_text("[data-list] tbody [data-open]") == first
        page.fill("#v-name", "mine")
        page.click("button:text('Save view')")
        page.wait_for_selector("text=The view “mine” is kept")
        page.go_back()
        page.goto("/overdue/")
        page.click("text=mine >> nth=0")
        page.wait_for_url("**owner=mine**")
    assert Responsible.objects.count() == 1
    assert reports == []
