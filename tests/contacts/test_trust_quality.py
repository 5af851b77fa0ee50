"""All contacts looked at: what the database tells trust, groups by the loss at stake, and the pages about it."""

from __future__ import annotations

import re
from datetime import timedelta

import contact_life as town
import pytest
from contact_life import NOW
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group as Role_
from django.test import Client

from kaopu.contacts.actions.look_at_contacts import look_at_contacts
from kaopu.contacts.console import ring_drawing
from kaopu.contacts.core.quality import Group, GroupKind
from kaopu.contacts.quality_facts import nominations
from kaopu.contacts.quality_file import read_look
from kaopu.kernel.database import home
from kaopu.kernel.models import AuditRow
from kaopu.kernel.roles import Role

pytestmark = pytest.mark.django_db
LOOK = home() / "contact-quality" / "look.json"
OTHER = "13912340000"


@pytest.fixture(autouse=True)
def _clean():
    town.clear_outbox()
    LOOK.unlink(missing_ok=True)
    yield
    town.clear_outbox()
    LOOK.unlink(missing_ok=True)


def number(n):
    return f"138000010{n:02d}"


def circle(size=3):
    """Borrowers each of whom names the next by number; the parties that they are."""
    people = [town.borrower(number(n)) for n in range(size)]
    for n, person in enumerate(people):
        town.agreed(person, number((n + 1) % size), now=NOW + timedelta(hours=n))
    return people


def hub(size=3):
    people = [town.borrower(number(50 + n)) for n in range(size)]
    for n, person in enumerate(people):
        town.agreed(person, OTHER, now=NOW + timedelta(hours=n))
    return people


def signed_in(role, language="en"):
    user = get_user_model().objects.create_user(username=str(role), email=f"{role.value}@example.org".replace(" ", ""))
    user.groups.add(Role_.objects.get(name=role.value))
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_what_the_database_knows_of_a_confirmation():
    borrower = town.borrower()
    town.agreed(borrower)
    town.invited(town.borrower("13800001199"))  # nobody agreed, so nobody is known
    (row,) = nominations(NOW + timedelta(hours=1)).to_pylist()
    assert row["source"] == borrower
    assert row["relation"] == "friend"
    assert (row["same_device"], row["virtual_segment"], row["second_channel"]) == (False, False, False)
    assert row["code_tries"] == 1
    assert row["seconds_to_confirm"] >= 0
    assert nominations(NOW - timedelta(days=1)).num_rows == 0


def test_borrowers_who_name_one_another_by_number_make_a_circle():
    people = circle(4)
    look = look_at_contacts(NOW + timedelta(days=1))
    (group,) = look.quality.groups
    assert (group.kind, group.people) == (GroupKind.CIRCLE, tuple(people))
    assert group.edges == (*tuple((people[n], people[(n + 1) % 4]) for n in range(3)), (people[3], people[0]))
    assert look.quality.outcomes["review"] == 4
    assert look.quality.reasons["circle_of_strangers"] == 4
    assert sum(look.quality.bins) == look.quality.scored == 4
    assert look.states == {"accepted": 4}
    assert read_look() == look


def test_one_contact_of_several_strangers_is_a_group_and_of_two_is_none():
    two = hub(2)
    assert look_at_contacts(NOW + timedelta(days=1)).quality.groups == ()
    third = town.borrower(number(70))
    town.agreed(third, OTHER, now=NOW + timedelta(hours=5))
    (group,) = look_at_contacts(NOW + timedelta(days=1)).quality.groups
    assert group.kind is GroupKind.SHARED
    assert set(group.people) > {*two, third}
    assert len(group.people) == 4


def test_the_first_page_is_empty_and_says_how_to_begin():
    page = signed_in(Role.ANALYST).get("/contacts/quality/").content.decode()
    assert "No contacts looked at yet" in page
    assert "Look now" in page


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Rings by what is at stake"), ("zh-hans", "按可能损失排列的环")]
)
def test_the_page_shows_groups_by_code_and_nobody_by_name(language, words):
    circle(), hub()
    look_at_contacts(NOW + timedelta(days=1))
    page = signed_in(Role.ADMINISTRATOR, language).get("/contacts/quality/").content.decode()
    assert words in page
    assert page.count("/contacts/quality/rings/R-") == 1
    assert page.count("/contacts/quality/rings/H-") == 1
    assert not re.search(r"王|138000010|1391234", page)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script>|<style", page)


def test_people_of_a_ring_are_seen_for_a_reason_that_is_written_down():
    circle()
    group = look_at_contacts(NOW + timedelta(days=1)).quality.groups[0]
    client, address = signed_in(Role.ANALYST), f"/contacts/quality/rings/{group.code}/"
    before = client.get(address).content.decode()
    assert "<svg" not in before
    assert "王" not in before
    refused = client.post(f"{address}people", {"reason": "curiosity"})
    assert (refused.status_code, AuditRow.objects.filter(act="contacts.ring_seen").count()) == (422, 0)
    assert "<svg" not in refused.content.decode()
    shown = client.post(f"{address}people", {"reason": "fraud_check"})
    page = shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert page.count("王**") == 3
    assert page.count("<circle") == 3
    assert "王小明" not in page
    assert not re.search(r"138000010", page)
    row = AuditRow.objects.get(act="contacts.ring_seen")
    assert (row.subject, row.details) == (f"ring:{group.code}", {"reason": "fraud_check", "people": 3})


def test_a_ring_opens_to_few_and_one_that_is_gone_to_nobody():
    circle()
    group = look_at_contacts(NOW + timedelta(days=1)).quality.groups[0]
    auditor = signed_in(Role.AUDITOR)
    assert group.code in auditor.get("/contacts/quality/").content.decode()
    assert f"rings/{group.code}" not in auditor.get("/contacts/quality/").content.decode()
    assert auditor.get(f"/contacts/quality/rings/{group.code}/").status_code == 403
    assert signed_in(Role.AGENT).get("/contacts/quality/").status_code == 403
    assert signed_in(Role.COMPLIANCE).get("/contacts/quality/rings/R-000000/").status_code == 404


def test_a_look_asked_for_runs_beside_the_page(monkeypatch):
    town.agreed(town.borrower())
    client = signed_in(Role.ANALYST)
    assert client.post("/contacts/quality/look").status_code == 302
    assert "are being looked at" in client.get("/contacts/quality/").content.decode()


def test_an_old_look_says_so():
    circle()
    look_at_contacts(NOW - timedelta(days=3))
    page = signed_in(Role.ANALYST).get("/contacts/quality/").content.decode()
    assert "Contacts have changed since" in page
    assert "Nobody who was named has agreed yet" in page


def group_of(edges, kind=GroupKind.CIRCLE):
    people = tuple(sorted({person for edge in edges for person in edge}))
    return Group("R-1", kind, people, tuple(sorted(edges)), 0)


def test_a_circle_is_drawn_in_the_order_of_its_nominations():
    group = group_of([(1, 5), (5, 3), (3, 9), (9, 1)])
    order = ring_drawing.order_of(group)
    assert all((one, other) in group.edges for one, other in zip(order, [*order[1:], order[0]], strict=True))
    drawing = ring_drawing.draw(group)
    assert (len(drawing.dots), len(drawing.lines), drawing.cells) == (4, 4, ())
    assert all(0 <= dot.x <= drawing.size and 0 <= dot.y <= drawing.size for dot in drawing.dots)


def test_a_shared_contact_stands_in_the_middle():
    group = group_of([(1, 7), (2, 7), (3, 7), (4, 7)], GroupKind.SHARED)
    assert ring_drawing.order_of(group)[0] == 7
    dots = ring_drawing.draw(group).dots
    assert (dots[0].x, dots[0].y) == (ring_drawing.draw(group).size // 2,) * 2


def test_more_than_sixty_people_are_a_matrix():
    ring = [(n, (n + 1) % 61) for n in range(61)]
    drawing = ring_drawing.draw(group_of(ring))
    assert (drawing.dots, drawing.lines, len(drawing.cells)) == ((), (), 61)
    assert len(ring_drawing.draw(group_of([(n, (n + 1) % 60) for n in range(60)])).dots) == 60
