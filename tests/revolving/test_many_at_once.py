"""Several people post at the same time: each key posts once, and each posting sees those before it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.db import connections

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cards
from cards import open_card, posted

from kaopu.revolving.actions.issue import issue
from kaopu.revolving.actions.post import Post, Posted, Refusal, post
from kaopu.revolving.models import IssuedStatement, Posting

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act, count):
    def alone(nr):
        try:
            return act(nr)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(alone, range(count)))


def test_the_same_key_posts_once():
    account = open_card()
    asked = Post(account.account_id, "purchase", date(2024, 3, 30), "same", 100)
    done = at_once(lambda _nr: post(asked, "test", cards.NOW), 6)
    assert len({one.posting_id for one in done}) == 1
    assert sum(one.repeated for one in done) == 5
    assert Posting.objects.count() == 1


def test_one_of_two_conversions_of_the_same_purchases_wins():
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)

    def convert(nr):
        plan = Post(account.account_id, "instalment", date(2024, 4, 10), f"k-{nr}", 60_000, payload={"months": 3})
        return post(plan, "test", cards.NOW)

    done = at_once(convert, 4)
    assert sum(isinstance(one, Posted) for one in done) == 1
    assert [one for one in done if not isinstance(one, Posted)] == [Refusal.CONVERSION_ABOVE_PURCHASES] * 3


def test_statements_are_issued_once_by_whoever_comes_first():
    account = open_card()
    posted(account, "purchase", "03-30", 100_000)
    done = at_once(lambda _nr: len(issue(account.account_id, date(2024, 6, 5), "test", cards.NOW)), 4)
    assert sorted(done) == [0, 0, 0, 3]
    assert IssuedStatement.objects.count() == 3
