"""Permits, switches, rulebooks, texts and a call in a real Chromium: clean for axe, for the policy, and in width."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sending_cases import NAME, NOW, people, sources

sys.path.append(str(Path(__file__).resolve().parents[1] / "web"))  # the console's browser and its staff

import browser
import small_book

from kaopu.conduct import sources as registry
from kaopu.conduct.actions.issue_permit import issue_permit
from kaopu.conduct.actions.switch_outreach import propose_switch_on
from kaopu.conduct.models import Judgement
from kaopu.kernel.roles import Role
from kaopu.outreach.actions.send_message import send_message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def console(live_server, monkeypatch):
    """A running console: a call in an agent's hands, a refusal, a proposal that waits."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    agent = small_book.staff(Role.AGENT)
    ask = replace(people().relay, channel="voice")
    with registry.only(**sources()):
        sent = send_message(ask, "contact-relay", NAME, actor=f"staff:{agent.pk}", now=NOW)
        issue_permit(replace(ask, purpose="locate", caller="robot"), actor=f"staff:{agent.pk}", now=NOW.replace(day=22))
    propose_switch_on("US", reason="pilot", actor=f"staff:{agent.pk}", now=NOW)
    return live_server.url, sent


def sign_in(page, role):
    page.goto("/sign-in/")
    page.fill("#id_login", f"{role}@example.org")
    page.fill("#id_password", small_book.PASSWORD)
    page.click("main button.primary")
    page.wait_for_load_state()


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("zh-hans", True)])
def test_each_page_is_clean(console, language, dark):
    from axe_playwright_python.sync_playwright import Axe

    address, sent = console
    small_book.staff(Role.COMPLIANCE)
    judged = [f"/conduct/permits/{row.pk}/" for row in Judgement.objects.order_by("allowed", "at")[:2]]
    of_role = {
        "agent": [f"/outreach/calls/{sent.message_id}/"],
        "compliance": ["/conduct/permits/", *judged, "/conduct/switches/", "/conduct/rulebooks/", "/outreach/templates/", "/outreach/messages/"],
    }  # fmt: skip
    reports, found = [], {}
    with browser.chromium() as chromium:
        for role, addresses in of_role.items():
            page = browser.watched(chromium, reports, language=language, dark=dark, base_url=address, width=1024)
            sign_in(page, role)
            for where in addresses:
                assert page.goto(where).status == 200, where
                page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
                found[where] = problems(Axe().run(page))
                for width in (1024, 360):
                    page.set_viewport_size({"width": width, "height": 800})
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= width, f"{where} scrolls sideways at {width}"
                page.set_viewport_size({"width": 1024, "height": 800})
    assert {where: what for where, what in found.items() if what} == {}
    assert reports == []


def problems(results):
    return [
        f"{violation['id']}: {[node['html'][:160] for node in violation['nodes']][:4]}"
        for violation in results.response["violations"]
    ]


def test_an_agent_ends_a_call_with_a_key(console):
    address, sent = console
    reports = []
    with browser.chromium() as chromium:
        page = browser.watched(chromium, reports, base_url=address)
        sign_in(page, "agent")
        page.goto(f"/outreach/calls/{sent.message_id}/")
        assert "13912345678" in page.inner_text("main")
        page.keyboard.press("2")
        page.wait_for_selector("text=Ended: no answer.")
        assert "13912345678" not in page.inner_text("main")
    assert reports == []
