"""Pages of revolving accounts as staff see them: figures that agree, forms that refuse in words, statements that print."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cards import issued, open_card, posted

from kaopu.kernel.clock import system_clock
from kaopu.kernel.roles import Role
from kaopu.revolving import store
from kaopu.revolving.models import Posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of():
    def of(role: Role, language="en"):
        user = get_user_model().objects.create_user(username=f"{role}-{language}", email=f"{language}@example.org")
        user.groups.add(Group.objects.get(name=role.value))
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return of


@pytest.fixture
def card():
    """Bought 1000.00, paid 600.00 on 20 April, which became known after the statement of 5 May was sent."""
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    issued(account, "05-10")
    posted(account, "payment", "04-20", 60_000)
    issued(account, "06-05")
    return account


def text(response):
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_the_list_finds_narrows_and_sums(client_of, card):
    on_time = open_card()
    client = client_of(Role.ANALYST)
    everything = text(client.get("/revolving/"))
    assert f"R-{card.account_id}" in everything
    assert f"R-{on_time.account_id}" in everything
    late = text(client.get("/revolving/?days=late"))
    assert f">R-{card.account_id}<" in late
    assert f">R-{on_time.account_id}<" not in late
    assert f">R-{on_time.account_id}<" in text(client.get(f"/revolving/?q={on_time.external_id}"))
    found = text(client.get("/revolving/?q=王小明"))
    assert f">R-{card.account_id}<" in found
    assert "王小明" not in found.replace('value="王小明"', "")
    assert "No account fits this view." in text(client.get("/revolving/?q=nobody"))
    now = store.history(card).standing(system_clock().now().date())
    assert f"¥{now.total / 100:,.2f}" in late


@pytest.mark.parametrize(
    "days", ["current", "1-30", "31-60", "61-90", "91-180", "181-270", "271-360", "361+", "credit"]
)
def test_every_choice_of_days_holds_its_days(client_of, card, days):
    found = text(client_of(Role.ANALYST).get(f"/revolving/?days={days}"))
    late = store.history(card).standing(system_clock().now().date()).days_past_due
    assert late > 360
    assert (f">R-{card.account_id}<" in found) is (days == "361+")


def test_an_empty_book_says_how_to_begin(client_of):
    assert "kaopu revolving open" in text(client_of(Role.ANALYST).get("/revolving/"))


def test_exports_are_in_major_units(client_of, card):
    client = client_of(Role.ANALYST)
    listed = b"".join(client.get("/revolving/export.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert listed[1].split(",")[:2] == [str(card.account_id), card.external_id]
    cycles = b"".join(client.get(f"/revolving/{card.account_id}/export.csv").streaming_content).decode("utf-8-sig")
    assert "2024-05-05" in cycles
    assert "-604.80" in cycles.splitlines()[3]
    one = f"/revolving/{card.account_id}/statements/2024-05-05.csv"
    lines = b"".join(client.get(one).streaming_content).decode("utf-8-sig")
    assert "figure,2024-05-05,,interest,18.50,CNY" in lines
    assert "interest,2024-03-30,2024-05-06,purchase,1000.00,CNY" in lines
    assert client_of(Role.CHECKER, "zh-hans").get("/revolving/export.csv").status_code == 403


def test_the_account_page_tells_the_statement_now_and_as_sent(client_of, card):
    page = text(client_of(Role.AGENT).get(f"/revolving/{card.account_id}/?as_of=2024-06-06"))
    assert "Owed ¥419.90. Past due: ¥53.70 of the minimum." in page
    assert "as sent ¥1,018.50" in page
    assert "with a correction of −¥604.80" in page
    assert client_of(Role.AGENT, "zh-hans").get("/revolving/999999/").status_code == 404


def test_a_statement_that_was_sent_stays_as_sent_and_says_what_differs(client_of, card):
    client = client_of(Role.AUDITOR)
    page = text(client.get(f"/revolving/{card.account_id}/statements/2024-05-05/"))
    assert "Please pay ¥1,018.50" in page
    assert "The account tells it otherwise now" in page
    assert "¥413.70" in page
    after = text(client.get(f"/revolving/{card.account_id}/statements/2024-06-05/"))
    assert "Corrections to earlier statements" in after
    assert "604.80" in after
    assert "The account tells it otherwise now" not in after
    # 400.00 from 6 May to 5 June = 31 days
    assert "6 May 2024 – 5 Jun 2024" in after


def test_a_statement_tells_the_minimum_and_its_cost(client_of):
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    page = text(client_of(Role.AUDITOR).get(f"/revolving/{account.account_id}/statements/2024-04-05/"))
    assert "The minimum is 10% of purchases + new fees and interest." in page
    assert "it takes 19 payments, until 25 Oct 2025." in page
    assert "You would pay ¥1,119.30 in all, ¥119.30 of it further interest and fees." in page
    assert "Not sent yet." in page


def test_a_statement_in_chinese(client_of, card):
    page = text(client_of(Role.AUDITOR, "zh-hans").get(f"/revolving/{card.account_id}/statements/2024-06-05/"))
    assert "2024年6月5日账单" in page
    assert "对以前账单的更正" in page


@pytest.mark.parametrize("day", ["2024-05-06", "2023-05-05", "2999-05-05", "2024-13-05"])
def test_a_day_without_a_statement_is_not_found(client_of, card, day):
    assert client_of(Role.AUDITOR).get(f"/revolving/{card.account_id}/statements/{day}/").status_code == 404


def sent(client, account, **typed):
    body = {"kind": "payment", "on": "2024-06-10", "amount": "50.00", "key": "form-1", **typed}
    return client.post(f"/revolving/{account.account_id}/postings", body)


def test_posting_by_form_posts_once_however_often_it_is_sent(client_of, card):
    client = client_of(Role.AGENT)
    before = Posting.objects.count()
    assert sent(client, card).status_code == sent(client, card).status_code == 302
    assert Posting.objects.count() == before + 1
    page = text(client.get(f"/revolving/{card.account_id}/?as_of=2024-06-10"))
    assert "¥369.90" in page
    undone = Posting.objects.latest("posting_id").posting_id
    assert sent(client, card, kind="reversal", refers_to=str(undone), amount="", key="form-2").status_code == 302
    page = text(client.get(f"/revolving/{card.account_id}/?as_of=2024-06-10"))
    assert "counts as never posted" in page


# fmt: off
TYPED = [
    ({"kind": "gift"}, "Choose what happened."),
    ({"on": "2024-02-30"}, "Enter a real date."),
    ({"amount": "much"}, "Enter an amount, as 306.20."),
    ({"amount": "0"}, "Enter an amount above 0."),
    ({"kind": "purchase", "on": "2024-06-01"}, "A statement that was sent covers this day."),
    ({"kind": "reversal"}, "Choose the posting that this undoes."),
    ({"kind": "instalment"}, "Enter the number of instalments, from 1 to 120."),
    ({"kind": "instalment", "months": "3", "amount": "90000"}, "More than the purchases that are open"),
    ({"on": "2020-01-01"}, "The day is before the account was opened."),
]
# fmt: on


@pytest.mark.parametrize(("typed", "told"), TYPED)
def test_a_form_that_cannot_be_posted_says_why_and_keeps_what_was_typed(client_of, card, typed, told):
    before = Posting.objects.count()
    response = sent(client_of(Role.AGENT), card, **typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert told in page
    assert 'value="form-1"' in page
    assert Posting.objects.count() == before


def test_who_may_not_post_sees_no_form_and_is_refused(client_of, card):
    client = client_of(Role.ANALYST)
    assert "Post to the account" not in text(client.get(f"/revolving/{card.account_id}/"))
    assert sent(client, card).status_code == 403


def test_the_day_steps_from_one_to_the_next(client_of, card):
    page = text(client_of(Role.ANALYST).get(f"/revolving/{card.account_id}/?as_of=2024-04-25"))
    assert "as_of=2024-04-24" in page
    assert "as_of=2024-04-26" in page
    early = text(client_of(Role.ANALYST, "zh-hans").get(f"/revolving/{card.account_id}/?as_of=2020-01-01"))
    assert (card.opened_on + timedelta(days=1)).isoformat() in early
