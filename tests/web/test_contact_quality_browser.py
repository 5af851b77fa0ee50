"""In a real Chromium: the quality of contacts and the people of a ring; clean in both languages, on a desk and a phone."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "contacts"))  # people who answer as people do

import contact_life as town

from kaopu.book.models import Debt
from kaopu.contacts.actions.look_at_contacts import look_at_contacts
from kaopu.kernel.database import home
from kaopu.kernel.models import AuditRow
from kaopu.kernel.roles import Role
from kaopu.party.actions.add_point import add_point
from kaopu.party.core.points import PointKind, Source
from kaopu.twin.core.build import build
from kaopu.twin.load import load
from kaopu.twin.world_files import load_world
from tests.web import browser, small_book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOK = home() / "contact-quality" / "look.json"
BORROWERS = 60


@pytest.fixture
def console(live_server, settings, monkeypatch):
    from kaopu.web import chart_bundle

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in this thread
    browser.executable()
    chart_bundle.build(settings.STATIC_BUILT)
    small_book.staff(Role.ADMINISTRATOR, is_staff=True)
    LOOK.unlink(missing_ok=True)
    yield live_server.url
    LOOK.unlink(missing_ok=True)
    town.clear_outbox()


def know_a_town():
    """Borrowers with debts who name one another in a circle and all the same stranger, in a town of others."""
    made = build(load_world("base"), borrowers=BORROWERS, days=120, seed=4)
    load(made, actor="terminal:1", now=town.NOW, told=lambda _done, _of: None)
    debts = small_book.build()
    people = sorted({Debt.objects.get(pk=debt).party_id for debt in debts.values()})
    for n, person in enumerate(people):
        add_point(person, PointKind.PHONE, f"138000010{n:02d}", Source.CONTRACT, actor="terminal:1", now=town.NOW)
    for n, person in enumerate(people):
        for m, number in enumerate((f"138000010{(n + 1) % len(people):02d}", "13912340000")):
            town.agreed(person, number, now=town.NOW + timedelta(hours=n, minutes=20 * m))
    look_at_contacts(town.NOW + timedelta(days=1))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_quality_and_a_ring_are_clean(console, language, tmp_path):
    """KAOPU_SCREENS_TO=folder keeps what was seen."""
    from axe_playwright_python.sync_playwright import Axe

    folder = Path(os.environ.get("KAOPU_SCREENS_TO", tmp_path))
    reports: list[str] = []
    found: dict[str, list[str]] = {}

    def looked_at(page, name, width):
        found[f"{name}-{width}"] = [each["id"] for each in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
        page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)

    with browser.chromium() as chromium:
        for width in (1440, 360):
            page = browser.watched(chromium, reports, language=language, base_url=console, width=width)
            page.goto("/contacts/quality/")
            page.fill("#id_login", "administrator@example.org")
            page.fill("#id_password", small_book.PASSWORD)
            page.click("main button.primary")
            page.wait_for_selector(".empty, #rings")
            if not LOOK.exists():
                looked_at(page, "quality-empty", width)
                know_a_town()
                page.goto("/contacts/quality/")
            page.wait_for_selector("[data-drawn=yes]")
            page.evaluate("document.querySelectorAll('[data-chart]').forEach((each) => each.scrollIntoView())")
            page.wait_for_function("document.querySelectorAll('[data-drawn=yes]').length === 2")
            looked_at(page, "quality", width)
            page.click("#rings tbody a >> nth=0")
            page.wait_for_selector("#ring-reason")
            page.select_option("#ring-reason", "fraud_check")
            page.click("main form button")
            page.wait_for_selector("svg.ring")
            looked_at(page, "ring", width)
            page.context.close()
    assert {name: what for name, what in found.items() if what} == {}
    assert reports == []
    assert AuditRow.objects.filter(act="contacts.ring_seen").count() == 2
