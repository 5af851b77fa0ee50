"""The main journey in a real Chromium, and what every page must be: clean for axe, for the policy, and in width."""

from __future__ import annotations

import os
import re

import browser
import pytest
import small_book

from kaopu.book.models import Debt, PositionRow
from kaopu.kernel.roles import Role
from kaopu.web import chart_bundle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVENTS_OPEN = "#post > summary"


@pytest.fixture
def console(live_server, settings, monkeypatch):
    """The address of a running console that holds the small book and one administrator."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    chart_bundle.build(settings.STATIC_BUILT)
    book = small_book.build()
    small_book.close_for_real()
    small_book.staff(Role.ADMINISTRATOR, is_staff=True)
    return live_server.url, book


def sign_in(page):
    page.goto("/")
    page.fill("#id_login", "administrator@example.org")
    page.fill("#id_password", small_book.PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector(".kpis, .empty")


def owed(page) -> int:
    """What the page says is outstanding, in fen."""
    return int(re.sub(r"\D", "", page.inner_text("#outstanding")))


def test_from_sign_in_to_a_payment_that_moves_the_position(console):
    address, book = console
    reports: list[str] = []
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, base_url=address)
        sign_in(page)
        page.wait_for_selector("[data-drawn=yes] canvas")
        page.keyboard.press("g")
        page.keyboard.press("l")
        page.wait_for_url("**/debts/")
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.textContent") == f"D-{book['late']}"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/debts/{book['late']}/")
        assert "DPD 73" in page.inner_text("#position")

        page.keyboard.press("Shift+ArrowLeft")  # the event before: the payment of 9 August
        page.wait_for_url("**as_of=2026-08-09**")
        assert "DPD 0" in page.inner_text("#position")
        page.fill("#as-of", "2026-09-11")
        page.wait_for_url("**as_of=2026-09-11**")
        page.wait_for_selector("text=DPD 0")
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowRight")
        page.wait_for_url("**as_of=2026-09-12**")
        page.wait_for_selector("text=DPD 2")

        page.goto(f"/debts/{book['late']}/")
        before = owed(page)
        page.click(EVENTS_OPEN)
        page.fill("#ev-on", "2026-11-22")
        page.fill("#ev-amount", "533.09")
        page.click("button[value=preview]")
        page.wait_for_selector("text=What it would change")
        assert owed(page) == before
        page.click("button[value=record]")
        page.wait_for_selector("text=Recorded: payment")
        assert owed(page) == before - 53_309
        assert "DPD 43" in page.inner_text("#position")  # 10 October is the oldest unpaid day now
    assert reports == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_clean(console, language, dark):
    from axe_playwright_python.sync_playwright import Axe

    address, book = console
    reports: list[str] = []
    late = book["late"]
    addresses = (
        "/", "/debts/", f"/debts/{late}/", f"/debts/{late}/?as_of=2026-10-20&compare=2026-09-01", "/borrowers/",
        f"/borrowers/{Debt.objects.get(pk=late).party_id}/", "/imports/", "/audit/?verify=1", "/account/two-step/", "/account/password/",
    )  # fmt: skip
    found = {}
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, language=language, dark=dark, base_url=address, width=1024)
        page.goto("/sign-in/")
        found["/sign-in/"] = problems(Axe().run(page))
        sign_in(page)
        for where in addresses:
            page.goto(where)
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            if where == "/":
                panels = page.locator("[data-chart]")
                assert panels.count() == 5
                for place in range(5):
                    panels.nth(place).scroll_into_view_if_needed()
                    page.wait_for_selector(f"[data-chart] >> nth={place} >> canvas")
            found[where] = problems(Axe().run(page))
            assert page.evaluate("document.documentElement.scrollWidth") <= 1024, f"{where} scrolls sideways"
        page.set_viewport_size({"width": 360, "height": 800})
        for where in addresses:
            page.goto(where)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, f"{where} scrolls sideways at 360"
    assert {where: what for where, what in found.items() if what} == {}
    assert reports == []


def problems(results) -> list[str]:
    return [
        f"{violation['id']}: {[node['html'][:120] for node in violation['nodes']][:4]}"
        for violation in results.response["violations"]
    ]


def test_pictures_of_the_sample_book(live_server, settings, monkeypatch, tmp_path):
    """The sample lender in both languages, wide and narrow. KAOPU_SCREENSHOTS=1 puts the pictures into the documents."""
    from kaopu.book.sample.load import load_sample

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    chart_bundle.build(settings.STATIC_BUILT)
    for_documents = os.environ.get("KAOPU_SCREENSHOTS") == "1"
    folder = browser.SCREENS if for_documents else tmp_path
    load_sample(end=small_book.AS_OF, borrowers=8_000 if for_documents else 800)
    small_book.close_for_real()
    small_book.staff(Role.ADMINISTRATOR, is_staff=True)
    late = PositionRow.objects.filter(days_past_due__range=(31, 60)).order_by("-outstanding").first()
    folder.mkdir(parents=True, exist_ok=True)
    with browser.chromium() as chromium:
        for language, short in (("en", "en"), ("zh-hans", "zh")):
            for width in (1440, 360):
                page = browser.watched(chromium, [], language=language, base_url=live_server.url, width=width)
                sign_in(page)
                for name, where in (("dashboard", "/"), ("debt", f"/debts/{late.debt_id}/")):
                    page.goto(where)
                    page.wait_for_timeout(1_500)
                    size = "" if width == 1440 else "-360"
                    page.screenshot(path=folder / f"{name}-{short}{size}.png")
                    assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, short, width)
                page.context.close()
