"""On a phone of 360 px, in a real Chromium: named, agreed, withdrawn; each page clean for axe, the policy and in width."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import browser
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "contacts"))

import contact_life as town

from kaopu.contacts import store
from kaopu.contacts.actions.people_link import make_people_link
from kaopu.contacts.core.contact_state import State
from kaopu.contacts.models import Contact, OneTimeCode
from kaopu.kernel.clock import system_clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTH = 360
# KAOPU_SCREENSHOTS=1 puts these into the documents; KAOPU_CONTACT_SHOTS=FOLDER puts every page into a folder.
FOR_DOCUMENTS = os.environ.get("KAOPU_SCREENSHOTS") == "1"
SHOWN = {("en", "invitation"), ("zh-hans", "own"), ("en", "people-link")}
WORDS = {
    "en": {
        "send": "Send me a code", "go": "Go on", "name": "Name somebody", "friend": "Friend", "add": "Name this person",
        "yes": "Yes, I agree", "sms": "Text message", "day": "Any time from 9:00 to 19:00", "own": "You are the emergency contact",
        "stop": "Stop, and never ask again", "ended": "We will not contact you again", "undo": "Undo",
    },
    "zh-hans": {
        "send": "给我发验证码", "go": "继续", "name": "添加一个人", "friend": "朋友", "add": "添加这个人",
        "yes": "同意", "sms": "短信", "day": "9:00 至 19:00 都可以", "own": "的紧急联系人",
        "stop": "停止，以后也不要再问", "ended": "我们不会再联系您", "undo": "撤销",
    },
}  # fmt: skip


@pytest.fixture
def site(live_server, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    monkeypatch.delenv("KAOPU_ORIGIN", raising=False)
    browser.executable()
    town.clear_outbox()
    yield live_server.url
    town.clear_outbox()


class Visit:
    """One person's phone, and what was found on each page it showed."""

    def __init__(self, chromium, address, *, language, dark, shots):
        self.reports: list[str] = []
        self.found: dict[str, list[str]] = {}
        self.shots, self.name = shots, f"{language}{'-dark' if dark else ''}"
        self.page = browser.watched(
            chromium, self.reports, width=WIDTH, height=760, language=language, dark=dark, base_url=address
        )

    def press(self, words):
        self.page.get_by_role("button", name=words, exact=True).click()

    def look(self, name):
        """What every page must be, and a picture of it for a person to look at."""
        from axe_playwright_python.sync_playwright import Axe

        problems = [violation["id"] for violation in Axe().run(self.page).response["violations"]]
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        small = self.page.evaluate(
            "[...document.querySelectorAll('button, .choice, main input:not([type=hidden]), main textarea')]"
            ".filter((each) => !each.closest('.choice') || each.classList.contains('choice'))"
            ".filter((each) => each.getBoundingClientRect().height < 48).map((each) => each.textContent || each.name)"
        )
        headings = self.page.evaluate("document.querySelectorAll('h1').length")
        self.found[name] = [*problems, *([f"{wide} px wide"] * (wide > WIDTH)), *[f"small: {each}" for each in small],
                            *([f"{headings} headings"] * (headings != 1))]  # fmt: skip
        if self.shots is not None:
            self.page.screenshot(path=self.shots / f"contact-{self.name}-{name}.png", full_page=True)
        if FOR_DOCUMENTS and (self.name, name) in SHOWN:
            self.page.screenshot(path=browser.SCREENS / f"contact-{name}-{self.name}.png", full_page=True)

    def faults(self):
        """All that was wrong. That the browser notes the answer 422 to a form with a mistake is meant."""
        found = {name: what for name, what in self.found.items() if what}
        return found, [report for report in self.reports if "422" not in report]


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("zh-hans", True), ("zh-hans", False), ("en", True)])
def test_named_agreed_and_withdrawn_on_a_phone(site, language, dark):
    folder = os.environ.get("KAOPU_CONTACT_SHOTS")
    shots = Path(folder) if folder else None
    who, say = town.borrower(), WORDS[language]
    people = make_people_link(who, actor=town.ACTOR, now=system_clock().now())
    with browser.chromium() as chromium:
        theirs = Visit(chromium, site, language=language, dark=dark, shots=shots)
        link = name_somebody(theirs, people, say)
        own = Visit(chromium, site, language=language, dark=dark, shots=shots)
        agree(own, link, say)
        contact = Contact.objects.get()
        assert store.contact(contact.pk, system_clock().now()).state == State.ACCEPTED
        look_around(own, site)
        withdraw_and_back(own, contact, say)
        theirs.page.goto(f"/people/{people}/")
        theirs.look("people-after")
        assert (theirs.faults(), own.faults()) == (({}, []), ({}, []))


def name_somebody(visit, people, say):
    """The borrower: a code, a relation, a link to forward. No number of anybody is typed."""
    page = visit.page
    page.goto(f"/people/{people}/")
    visit.look("people-enter")
    visit.press(say["send"])
    page.fill("#code", town.last_code(town.BORROWERS_NUMBER))
    visit.press(say["go"])
    visit.look("people-none")
    visit.press(say["name"])
    visit.press(say["add"])  # nothing chosen yet: the page says what is missing, and there
    page.wait_for_selector(".problems:focus")
    visit.look("people-add-problem")
    page.get_by_label(say["friend"], exact=True).check()
    page.locator("input[name=last_four]").check()
    visit.press(say["add"])
    visit.look("people-link")
    return re.search(r"http\S+/c/\S+", page.locator("#message").input_value())[0]


def agree(visit, link, say):
    """The contact, from the forwarded link to their own page."""
    page = visit.page
    page.goto(link)
    visit.look("invitation")
    heights = page.evaluate(
        "[...document.querySelectorAll('#answer button')].map((b) => [b.offsetWidth, b.offsetHeight, getComputedStyle(b).backgroundColor, getComputedStyle(b).color].join())"
    )
    assert len(heights) == 3
    assert len(set(heights)) == 1  # yes and no weigh the same
    visit.press(say["yes"])
    visit.look("choices")
    page.get_by_label(say["sms"], exact=True).check()
    visit.press(say["go"])
    assert page.get_by_label(say["sms"], exact=True).is_checked()  # a mistake keeps the choice
    visit.look("choices-problem")
    page.get_by_label(say["day"], exact=True).check()
    visit.press(say["go"])
    visit.look("number")
    page.fill("#number", "139 1234 5678")
    visit.press(say["send"])
    page.fill("#code", "000000" if town.last_code(town.NUMBER) != "000000" else "000001")
    visit.press(say["go"])
    visit.look("code-problem")
    page.fill("#code", town.last_code(town.NUMBER))
    visit.press(say["go"])
    page.wait_for_selector(f"h1:has-text('{say['own']}')")
    visit.look("own")


def look_around(visit, site):
    """Every page that hangs on the contact's own."""
    page, own = visit.page, visit.page.url
    for name in ("change", "second", "complain", "help"):
        page.goto(own + name)
        visit.look(name)
    page.get_by_role("button").nth(1).click()  # "I want to help, by myself"
    visit.look("help-offered")
    page.fill("#amount", "200")
    page.get_by_role("button").nth(1).click()
    visit.look("help-where")
    page.goto(own + "complain")
    page.locator("input[value=too_often]").check()
    page.get_by_role("button").nth(1).click()
    visit.look("complaint-taken")
    page.goto(f"{site}/check/")
    visit.look("check")
    page.goto(own)


def withdraw_and_back(visit, contact, say):
    """One tap ends it; within ten minutes one tap brings it back; and it ends again."""
    OneTimeCode.objects.update(made_at=system_clock().now() - 5 * town.MINUTE)
    visit.press(say["stop"])
    visit.page.wait_for_selector(f"h1:has-text('{say['ended']}')")
    assert store.contact(contact.pk, system_clock().now()).state == State.WITHDRAWN
    visit.look("ended")
    visit.press(say["undo"])
    visit.page.wait_for_selector(f"h1:has-text('{say['own']}')")
    visit.press(say["stop"])
    visit.page.wait_for_selector(f"h1:has-text('{say['ended']}')")
    assert store.contact(contact.pk, system_clock().now()).state == State.WITHDRAWN


def test_the_pages_work_without_scripts_and_at_twice_the_text(site):
    who = town.borrower()
    invitation, _ = town.invited(who, now=system_clock().now(), shows_last_four=True)
    with browser.chromium() as chromium:
        context = chromium.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False, base_url=site)
        page = context.new_page()
        page.goto(f"/c/{invitation.token}/")
        page.get_by_role("button", name="中文").click()
        assert page.get_by_role("button", name="同意", exact=True).is_visible()
        page.get_by_role("button", name="不同意，以后也不要再问", exact=True).click()
        assert page.get_by_role("heading", level=1).inner_text() == "我们不会再联系您"
        context.close()
    assert store.contact(invitation.contact_id, system_clock().now()).state == State.REFUSED
