"""The sample lender's revolving accounts: the same for a seed, with every behaviour, and true to their statements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import pytest

from kaopu.book.sample.people import people
from kaopu.party.actions.create_party import create_parties
from kaopu.revolving import store
from kaopu.revolving.core.read_terms import read_terms
from kaopu.revolving.jobs import issue
from kaopu.revolving.models import IssuedStatement, PositionCache, Posting, RevolvingAccount
from kaopu.revolving.sample.life import life
from kaopu.revolving.sample.load import load_sample
from kaopu.revolving.sample.products import PRODUCTS

END = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def loaded(db):
    create_parties(people(Random(1), 500, "sample", 20), actor="test", now=NOW, batch="b")
    assert load_sample(END, NOW, accounts=120) == 120


def test_every_behaviour_is_there(loaded):
    kinds = set(Posting.objects.values_list("kind", flat=True))
    assert kinds == {"purchase", "cash", "fee", "payment", "refund", "instalment", "reversal"}
    assert Posting.objects.filter(on__gt=END).count() == 0
    store.refresh_stale(END)
    assert PositionCache.objects.filter(days_past_due__gt=90).exists()
    assert PositionCache.objects.filter(credit_balance__gt=0).exists()
    assert IssuedStatement.objects.exclude(corrections=0).exists()
    assert store.ledger_totals(END)["CNY"].holds()


@pytest.mark.parametrize("nr", range(12))
def test_a_seed_gives_the_same_life(nr):
    terms = read_terms(PRODUCTS["card"][1], "terms")
    one, same, other = (life(Random(seed), terms, date(2025, 3, 9), END, nr) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_every_issued_statement_is_the_replay_of_what_was_known(loaded):
    rows = RevolvingAccount.objects.select_related("terms").order_by("account_id")[:30]
    for known in store.histories(rows):
        for sent in known.issued:
            then = known.walked(sent.statement_on, sent.last_posting).cycles[-1]
            assert (then.closing, then.minimum_due) == (sent.closing, sent.minimum_due)


def test_statements_of_a_loaded_book_are_all_issued(loaded):
    before = IssuedStatement.objects.count()
    issue(as_of=END.isoformat())
    assert IssuedStatement.objects.count() == before
    issue(as_of="2026-12-05")
    assert IssuedStatement.objects.count() > before
