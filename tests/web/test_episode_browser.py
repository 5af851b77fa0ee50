"""In a real Chromium: from the first failed call to a passed-on message, by an agent, in both languages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "contacts"))

import episode_town as town
from episode_town import DAY, NOW

from kaopu.conduct.actions.switch_outreach import switch_on
from kaopu.contacts.console import episode as episode_page
from kaopu.contacts.console import episodes as queue_page
from kaopu.contacts.core.episode import Step
from kaopu.contacts.episode_ways import ways_of
from kaopu.contacts.models import Episode, EpisodeStep
from kaopu.kernel.clock import FixedClock
from kaopu.kernel.roles import Role
from kaopu.outreach.actions.end_call import CallOutcome, end_call
from kaopu.outreach.actions.send_message import Sent, send_message
from kaopu.outreach.console import call_page
from tests.web import browser, small_book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CALLS = {"en": ("talked", "the contact passes the message on"), "zh-hans": ("通话", "联系人愿意转告")}


@pytest.fixture
def console(live_server, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    for module in (episode_page, queue_page, call_page):  # a working hour, whenever the test runs
        monkeypatch.setattr(module, "system_clock", lambda: FixedClock(NOW))
    small_book.staff(Role.AGENT)
    return live_server.url


def four_failed_calls():
    """A borrower three weeks late, rung up on four days without an answer; each call took its permit."""
    lost = town.somebody_lost(failed_calls=False)
    wish = Episode(borrower_id=lost.borrower, opened_at=NOW)
    for days in (5, 4, 3, 1):  # nobody is rung up on a Sunday
        at = NOW - days * DAY
        ask = next(each.ask for each in ways_of(wish, at) if each.way.own and each.way.channel == "voice")
        sent = send_message(ask, "please-call", {}, actor="staff:1", now=at)
        assert isinstance(sent, Sent), sent
        assert end_call(sent.message_id, CallOutcome.NO_ANSWER, actor="staff:1", now=at) is None
    switch_on({"jurisdiction": "CN", "reason": "test"}, proposer="staff:1", approver="staff:2", now=NOW - 9 * DAY)
    return lost


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_first_failed_call_to_a_passed_on_message(console, language, tmp_path):
    """KAOPU_SCREENS_TO=folder keeps what was seen."""
    from axe_playwright_python.sync_playwright import Axe

    folder = Path(os.environ.get("KAOPU_SCREENS_TO", tmp_path))
    reports: list[str] = []
    found: dict[str, list[str]] = {}
    lost = four_failed_calls()

    def looked_at(page, name):
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 900})
            found[f"{name}-{width}"] = [each["id"] for each in Axe().run(page).response["violations"]]
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
            page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})

    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, language=language, base_url=console)
        page.goto("/contacts/episodes/")
        page.fill("#id_login", "agent@example.org")
        page.fill("#id_password", small_book.PASSWORD)
        page.click("main button.primary")
        page.wait_for_selector("#borrower")
        looked_at(page, "episodes-empty")
        page.fill("#borrower", f"party:{lost.contact_party}")
        page.click("main button.primary")
        page.wait_for_selector("[role=alert]")
        looked_at(page, "episodes-not-lost")
        page.fill("#borrower", f"party:{lost.borrower}")
        page.click("main button.primary")
        page.wait_for_selector("table form")
        looked_at(page, "episode-own")
        page.click("button[data-key=c]")  # the borrower's own text message comes first
        page.wait_for_selector("table form button.primary")
        looked_at(page, "episode-contact")
        rows = page.locator("tbody tr").filter(has=page.locator("button[value$='-voice']"))
        rows.last.locator("button").click()  # the contact, by telephone
        page.wait_for_selector("button[name=outcome]")
        looked_at(page, "episode-call")
        page.click("button[value=talked]")
        page.wait_for_selector(".strip.allowed")
        page.goto("/contacts/episodes/")
        page.click("tbody a >> nth=0")
        page.select_option("#step", str(Step.PASSED_ON))
        page.select_option("#person", str(lost.contact_party))
        page.click("form[action$=note] button")
        page.wait_for_selector(".timeline")
        assert CALLS[language][1] in page.inner_text(".timeline")
        looked_at(page, "episode-passed-on")
        page.context.close()
    assert {name: what for name, what in found.items() if what} == {}
    # A refused opening is answered with 422, which the browser notes; nothing else may stand there.
    assert [each for each in reports if "422" not in each] == []
    assert EpisodeStep.objects.filter(step=Step.PASSED_ON, person_id=lost.contact_party).count() == 1
