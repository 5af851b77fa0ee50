"""Who may open what; a closed door says who holds the key; names are masked until a reason is given."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kaopu.book.models import Debt
from kaopu.kernel.models import AuditRow
from kaopu.kernel.roles import Role
from kaopu.web.rights import RIGHTS

OPEN = {"sign_in", "set_language", "theme", "icon"}


def views(patterns=None, prefix=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            if not prefix and str(pattern.pattern) in {"api/v1/", "admin/", "account/"}:
                continue  # each has a keeper of its own
            yield from views(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield pattern.name, pattern.callback


def test_every_console_page_asks_for_a_right():
    # A portal's page has a keeper of its own: a signed link, or nothing to keep (`opened_by`).
    unguarded = {name for name, view in views() if not hasattr(view, "right") and not hasattr(view, "opened_by")}
    assert unguarded == OPEN


@pytest.mark.django_db
def test_roles_have_their_rights_after_a_migration():
    for right in RIGHTS:
        holders = {group.name for group in Group.objects.filter(permissions__codename=right.codename)}
        assert holders == {str(role) for role in right.roles}


@pytest.mark.django_db
def test_a_stranger_is_led_to_sign_in():
    response = Client().get("/debts/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/debts/")


def test_an_auditor_reads_and_does_not_write(sign_in, book):
    client = sign_in(Role.AUDITOR)
    assert client.get("/audit/").status_code == 200
    page = client.get(f"/debts/{book['late']}/").content.decode()
    assert "Post an event" not in page
    response = client.post(f"/debts/{book['late']}/events", {"kind": "payment"})
    assert response.status_code == 403
    assert "agent, treasurer, administrator" in response.content.decode()


def test_a_closed_door_says_who_holds_the_key(sign_in, book):
    response = sign_in(Role.AGENT, "zh-hans").get("/audit/")
    assert response.status_code == 403
    assert "合规、审计员、管理员" in response.content.decode()


def test_names_are_masked_and_a_reason_lifts_the_mask_once(sign_in, book):
    party = Debt.objects.get(pk=book["on time"]).party_id
    client = sign_in(Role.AGENT)
    address = f"/borrowers/{party}/"
    page = client.get(address).content.decode()
    assert "王**" in page
    assert "王小明" not in page
    refused = client.post(f"{address}reveal", {"reason": "curiosity"})
    assert refused.status_code == 422
    assert "王小明" not in refused.content.decode()
    shown = client.post(f"{address}reveal", {"reason": "collection"})
    assert "王小明" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    row = AuditRow.objects.filter(act="party.revealed").get()
    assert (row.subject, row.details) == (f"party:{party}", {"reason": "collection"})
    assert "王小明" not in client.get(address).content.decode()


def test_an_analyst_may_not_lift_the_mask(sign_in, book):
    party = Debt.objects.get(pk=book["on time"]).party_id
    response = sign_in(Role.ANALYST).post(f"/borrowers/{party}/reveal", {"reason": "collection"})
    assert response.status_code == 403


def test_no_list_and_no_export_carries_a_full_name(sign_in, book):
    client = sign_in(Role.ADMINISTRATOR)
    for address in ("/debts/", "/borrowers/", "/debts/export.csv", "/borrowers/export.csv"):
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert "王小明" not in body.decode()
