"""Revolving accounts over the API: opened, posted once per key, statements as sent beside what is known now."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "api"))

import cards
from api_callers import NOW, Caller, expect_problem, new_key
from cards import issued, open_card, posted

from kaopu.kernel.api.scope import Scope
from kaopu.party.models import Party
from kaopu.revolving.actions.add_terms import add_terms
from kaopu.revolving.models import Posting, RevolvingAccount

pytestmark = pytest.mark.django_db
ROOT = "/revolving/accounts"


@pytest.fixture
def caller():
    return Caller(new_key()[1])


@pytest.fixture
def party_id():
    return Party.objects.create(kind="person", external_id="A-1", created_at=NOW).pk


def test_from_an_account_to_its_statement(caller, party_id):
    add_terms("card", "Card", date(2024, 1, 1), cards.TERMS, actor="test", now=cards.NOW)
    body = {"party_id": party_id, "product": "card", "external_id": "C-77", "opened_on": "2024-03-10"}
    first, again = caller.post(ROOT, body, key="open"), caller.post(ROOT, body, key="open")
    assert (first.status_code, first.json()) == (201, again.json())
    account = first.json()["account_id"]
    assert RevolvingAccount.objects.count() == 1
    bought = {"kind": "purchase", "on": "2024-03-30", "amount": 100_000}
    assert caller.post(f"{ROOT}/{account}/postings", bought, key="buy").status_code == 201
    assert caller.post(f"{ROOT}/{account}/postings", bought, key="buy").status_code == 201
    assert Posting.objects.count() == 1
    assert caller.get(f"{ROOT}/{account}/position", as_of="2024-04-26").json()["class"] == "special_mention"
    row = RevolvingAccount.objects.get()
    issued(row, "05-10")
    posted(row, "payment", "04-20", 60_000)
    page = caller.get(f"{ROOT}/{account}/statements", limit=1).json()
    (one,) = page["items"]
    assert (one["number"], one["said"]["closing"], one["now"]["closing"]) == (1, "1000.00", "1000.00")
    second = caller.get(f"{ROOT}/{account}/statements", limit=1, cursor=page["next_cursor"]).json()
    (one,) = second["items"]
    assert (one["said"]["closing"], one["now"]["closing"], second["next_cursor"]) == ("1018.50", "413.70", None)


def test_postings_say_what_was_undone(caller):
    account = open_card()
    wrong = posted(account, "purchase", "03-30", 100_000)
    body = {"kind": "reversal", "on": "2024-04-01", "refers_to": wrong}
    assert caller.post(f"{ROOT}/{account.account_id}/postings", body).status_code == 201
    items = caller.get(f"{ROOT}/{account.account_id}/postings").json()["items"]
    assert [(one["kind"], one["reversed"], one["refers_to"]) for one in items] == [
        ("purchase", True, None),
        ("reversal", False, wrong),
    ]


def test_refusals_are_problems(caller, party_id):
    account = open_card()
    path = f"{ROOT}/{account.account_id}/postings"
    early = {"kind": "purchase", "on": "2023-01-01", "amount": 5}
    problem = expect_problem(caller.post(path, early), 409, "refused")
    assert problem["reason"] == "day_before_opening"
    expect_problem(caller.post(path, {"kind": "gift", "on": "2024-04-01"}), 422, "bad-input")
    expect_problem(caller.post(path, {"kind": "fee", "on": "2024-04-01", "amount": 5, "colour": 1}), 422, "bad-input")
    expect_problem(caller.post(path, {"kind": "fee", "on": "2024-04-01", "payload": {"x": 1}}), 422, "bad-input")
    expect_problem(caller.post(f"{ROOT}/999999/postings", early), 404, "not-found")
    expect_problem(caller.get(f"{ROOT}/999999/position", as_of="2024-04-01"), 404, "not-found")
    body = {"party_id": party_id, "product": "none", "external_id": "C", "opened_on": "2024-03-10"}
    assert expect_problem(caller.post(ROOT, body), 409, "refused")["reason"] == "product_not_on_offer"
    reader = Caller(new_key(Scope.DEBTS_READ)[1])
    assert reader.get(f"{ROOT}/{account.account_id}").json()["product"] == "card"
    expect_problem(reader.post(path, early), 403, "scope-missing")


def test_accounts_come_page_by_page(caller):
    ids = [open_card().account_id for _ in range(3)]
    first = caller.get(ROOT, limit=2).json()
    second = caller.get(ROOT, limit=2, cursor=first["next_cursor"]).json()
    assert [one["account_id"] for one in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None
    assert caller.get(ROOT, party_id=first["items"][0]["party_id"]).json()["items"] == first["items"][:1]
