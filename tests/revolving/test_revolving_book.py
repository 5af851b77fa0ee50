"""Revolving accounts in the book: posted once, replayed from what was posted, issued as sent, corrected on the next."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cards
from cards import issued, open_card, posted, try_post

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import AuditRow, OutboxEvent
from kaopu.revolving import store
from kaopu.revolving.actions.issue import fingerprint
from kaopu.revolving.actions.open_account import OpenAccount, OpenRefusal, open_account
from kaopu.revolving.actions.post import Post, Refusal
from kaopu.revolving.commands import statements_of
from kaopu.revolving.models import IssuedStatement, PositionCache, Posting, RevolvingAccount

pytestmark = pytest.mark.django_db


def day(text):
    return date.fromisoformat(f"2024-{text}")


def standing(account, text):
    return store.history(account).standing(day(text))


def test_the_book_replays_to_the_worked_cycles():
    """As in the worked cycles: 100.00 paid on 24 April, the whole bill bears interest: 17.90."""
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    posted(account, "payment", "04-24", 10_000)
    cycles = statements_of(account, day("05-05"))["cycles"]
    shown = [(c["statement_on"], c["closing"], c["minimum_due"], c["interest"], c["issued"]) for c in cycles]
    assert shown == [
        ("2024-04-05", "1000.00", "100.00", "0.00", None),
        ("2024-05-05", "917.90", "107.90", "17.90", None),
    ]


def test_a_key_posts_once():
    account = open_card()
    first = try_post(account, "purchase", "03-30", 100, key="a")
    again = try_post(account, "purchase", "03-30", 100, key="a")
    assert (again.posting_id, first.repeated, again.repeated) == (first.posting_id, False, True)
    assert try_post(account, "purchase", "03-30", 101, key="a") is Refusal.KEY_USED_WITH_OTHER_BODY
    assert Posting.objects.count() == 1
    assert AuditRow.objects.filter(act="revolving.posted").count() == 1
    assert OutboxEvent.objects.filter(name="revolving.posted").count() == 1


# fmt: off
REFUSED = [
    (("purchase", "03-30", 0), {}, Refusal.AMOUNT_MUST_BE_POSITIVE),
    (("purchase", "03-09", 100), {}, Refusal.DAY_BEFORE_OPENING),
    (("purchase", "04-05", 100), {}, Refusal.DAY_ALREADY_STATED),
    (("cash", "04-01", 100), {}, Refusal.DAY_ALREADY_STATED),
    (("fee", "04-01", 100), {}, Refusal.DAY_ALREADY_STATED),
    (("instalment", "04-10", 100), {}, Refusal.MONTHS_MISSING),
    (("instalment", "04-10", 1_000_000), {"payload": {"months": 3}}, Refusal.CONVERSION_ABOVE_PURCHASES),
    (("refund", "04-10", 100), {"refers_to": 10**9}, Refusal.REFERRED_POSTING_UNKNOWN),
    (("reversal", "04-10"), {"refers_to": 10**9}, Refusal.REFERRED_POSTING_UNKNOWN),
]
# fmt: on


@pytest.mark.parametrize(("asked", "more", "refusal"), REFUSED)
def test_what_cannot_be_posted_is_refused_by_name(asked, more, refusal):
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    issued(account, "04-05")
    assert try_post(account, *asked, **more) is refusal
    assert Posting.objects.count() == 1


# fmt: off
WRONG = [
    ({"kind": "gift"}, "kind: 'gift' given, expected one of purchase"),
    ({"amount": -1}, "amount: -1 given"),
    ({"key": ""}, "key: 0 characters given"),
    ({"refers_to": 3}, "refers_to: expected with a reversal or a refund alone"),
    ({"kind": "reversal"}, "refers_to: nothing given"),
    ({"payload": {"colour": 1}}, "payload.colour: no such field"),
    ({"payload": {"months": "3"}}, "payload.months: 3 given"),
    ({"payload": {"fee_rate": 0.1}}, "payload.fee_rate: 0.1 given"),
]
# fmt: on


@pytest.mark.parametrize(("more", "told"), WRONG)
def test_a_posting_that_means_nothing_names_its_field(more, told):
    given = {"account_id": 1, "kind": "purchase", "on": day("04-01"), "key": "k", "amount": 5, **more}
    with pytest.raises(BadInput, match=told):
        Post(**given)


def test_a_reversal_makes_what_it_undoes_count_as_never_posted():
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    twice = posted(account, "purchase", "03-31", 100_000)
    undone = posted(account, "reversal", "04-02", refers_to=twice)
    assert standing(account, "04-05").total == 100_000
    assert try_post(account, "reversal", "04-03", refers_to=twice) is Refusal.ALREADY_REVERSED
    assert try_post(account, "reversal", "04-03", refers_to=undone) is Refusal.REVERSAL_OF_A_REVERSAL
    assert try_post(account, "refund", "04-03", 5, refers_to=twice) is Refusal.REFERRED_POSTING_UNKNOWN
    assert try_post(account, "refund", "04-03", 5, refers_to=undone) is Refusal.NOT_A_PURCHASE


def test_a_reversal_that_would_leave_a_conversion_without_purchases_is_refused():
    account = open_card()
    bought = posted(account, "purchase", "03-30", 100_000)
    posted(account, "instalment", "04-10", 60_000, payload={"months": 3})
    assert try_post(account, "reversal", "04-11", refers_to=bought) is Refusal.CONVERSION_ABOVE_PURCHASES


def test_an_issued_statement_stays_as_sent_and_the_next_carries_the_correction():
    """Late news: 600.00 had been paid on 20 April. Replayed, the whole bill of 5 May bears less interest.

    As sent on 5 May: 1000 x 37 days x 0.0005 = 18.50. With the payment: 600 x 21 + 400 x 37 = 27 400, 13.70. So the
    account owed 618.50 - 13.70 less: 1018.50 as sent, 413.70 as known now, a correction of -604.80.
    """
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    first, second = issued(account, "05-10")
    assert (first.number, first.closing, second.closing, second.minimum_due) == (1, 100_000, 101_850, 21_850)
    late = posted(account, "payment", "04-20", 60_000)
    (third,) = issued(account, "06-05")
    said = third.content
    assert (said["opening"], said["corrections"], said["corrected_by"]) == ("1018.50", "-604.80", [late])
    # 400 x 6 May..5 June = 31 days x 0.0005 = 6.20
    assert (said["interest"], said["closing"]) == ("6.20", "419.90")
    assert IssuedStatement.objects.get(number=2, account=account).content["closing"] == "1018.50"
    now = statements_of(account, day("06-05"))["cycles"]
    assert (now[1]["closing"], now[1]["issued"]["closing"]) == ("413.70", "1018.50")


def test_what_an_issued_statement_said_can_be_made_again_from_what_was_known():
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    issued(account, "05-10")
    posted(account, "payment", "04-20", 60_000)
    issued(account, "06-05")
    known = store.history(account)
    for row in known.issued:
        then = known.walked(row.statement_on, row.last_posting).cycles[-1]
        assert (then.closing, then.minimum_due) == (row.closing, row.minimum_due)
        assert fingerprint(row.content) == row.fingerprint


def test_nobody_is_late_with_more_than_a_bill_asked_for():
    """A payment before the first statement bounces after it was sent: the bill asked for 50.00, not for 100.00."""
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    paid = posted(account, "payment", "04-01", 60_000)
    (first,) = issued(account, "04-05")
    assert first.minimum_due == 5_000
    posted(account, "payment", "04-25", 5_000)
    posted(account, "reversal", "04-26", refers_to=paid)
    now = standing(account, "05-04")
    assert (now.past_due, now.days_past_due, now.total) == (0, 0, 95_000)
    (second,) = issued(account, "05-05")
    assert second.corrections == 60_000
    assert second.content["corrected_by"] != []


def test_statements_are_issued_once_and_without_gaps():
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    assert [row.number for row in issued(account, "06-05")] == [1, 2, 3]
    assert issued(account, "06-20") == []
    assert [row.number for row in issued(account, "07-05")] == [4]
    assert issued(open_card(), "03-09") == []


def test_the_position_of_a_day():
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    posted(account, "cash", "04-01", 20_000)
    now = standing(account, "04-30")
    # Cash: 1..5 April billed 0.50; 6..30 April 25 days = 2.50. The bill was not paid: purchases 1..30 April and two
    # days of March = 32 days = 16.00.
    assert now.as_json("CNY") == {
        "as_of": "2024-04-30",
        "currency": "CNY",
        "outstanding": {
            "purchase": "1000.00",
            "instalment": "0.00",
            "cash": "200.00",
            "fee": "0.00",
            "interest": "0.50",
        },
        "total": "1200.50",
        "credit_balance": "0.00",
        "accrued_interest": "18.50",
        "minimum_due": "120.50",
        "past_due": "120.50",
        "days_past_due": 5,
        "bucket": "1-30",
        "class": "special_mention",
        "statement_on": "2024-04-05",
        "due_on": "2024-04-25",
        "full_amount_due": "1200.50",
    }
    assert standing(account, "07-25").class_ == "substandard"  # 91 days by the card ladder


def test_lists_read_a_copy_that_follows_every_posting():
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    row = PositionCache.objects.get(account=account)
    assert (row.as_of, row.total, row.days_past_due) == (cards.NOW.date(), 103_400, 42)
    assert store.refresh_stale(cards.NOW.date() + timedelta(days=30)) == 0
    assert PositionCache.objects.get(account=account).days_past_due == 72


def test_ledger_totals_are_the_sums_of_what_moved():
    cards_open = [open_card(), open_card(interest_on="unpaid")]
    for account in cards_open:
        bought = posted(account, "purchase", "03-30", 100_000)
        posted(account, "cash", "04-01", 20_000)
        posted(account, "fee", "04-02", 1_000)
        posted(account, "instalment", "04-10", 30_000, payload={"months": 3, "fee_rate": "0.006"})
        posted(account, "refund", "04-12", 5_000, refers_to=bought)
        posted(account, "payment", "05-20", 150_000)
        posted(account, "purchase", "05-30", 1_000)
    for text in ("03-10", "04-05", "05-05", "05-25", "08-05"):
        found = store.ledger_totals(day(text))["CNY"]
        stands = [standing(account, text) for account in cards_open]
        assert found.holds()
        assert sum(found.balance.values()) == sum(one.total for one in stands)
        assert found.credit_balance == sum(one.credit_balance for one in stands)
    assert found.charged["purchase"] == 202_000
    assert found.charged["cash"] == 40_000
    assert found.charged["fee"] == 2_000 + 2 * 3 * 180
    assert sum(found.received.values()) + found.overpaid == 300_000
    assert sum(found.refunded.values()) == 10_000
    assert found.charged["interest"] == sum(found.interest_billed.values())
    assert store.ledger_totals(day("03-09")) == {}


@pytest.mark.parametrize("table", ["revolvingterms", "revolvingaccount", "posting", "issuedstatement"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_what_only_grows(table, statement):
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    issued(account, "04-05")
    columns = {
        "revolvingterms": "product",
        "revolvingaccount": "currency",
        "posting": "kind",
        "issuedstatement": "content",
    }
    column = columns[table]
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement.format(f"revolving_{table}", column, column))


def test_an_account_is_opened_once_under_the_terms_of_its_first_day():
    account = open_card()
    same = OpenAccount(account.party_id, "card", account.external_id, account.opened_on)
    assert open_account(same, "test", cards.NOW).account_id == account.account_id
    other = OpenAccount(account.party_id, "card", account.external_id, account.opened_on + timedelta(days=1))
    assert open_account(other, "test", cards.NOW) is OpenRefusal.EXTERNAL_ID_TAKEN
    early = OpenAccount(account.party_id, "card", "new", date(2023, 1, 1))
    assert open_account(early, "test", cards.NOW) is OpenRefusal.PRODUCT_NOT_ON_OFFER
    nobody = OpenAccount(10**9, "card", "new", account.opened_on)
    assert open_account(nobody, "test", cards.NOW) is OpenRefusal.PARTY_UNKNOWN
    assert RevolvingAccount.objects.count() == 1
