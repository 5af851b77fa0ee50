"""Laws of what else the walk tells: counters for the ledger, what interest is made of, the cost of the minimum alone."""

from __future__ import annotations

import sys
from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent))

import accounts

from kaopu.revolving.core.counters import counters, nothing
from kaopu.revolving.core.minimum_only import minimum_only
from kaopu.revolving.core.posting import Posting, PostingKind
from kaopu.revolving.core.read_postings import read_postings
from kaopu.revolving.core.read_terms import read_terms
from kaopu.revolving.core.replay import walk_to
from kaopu.revolving.core.standing import standing
from kaopu.revolving.core.terms import DRAWN

LAST = accounts.OPENED + timedelta(days=accounts.LONGEST)
days = st.integers(0, accounts.LONGEST).map(lambda nr: accounts.OPENED + timedelta(days=nr))


def walked(given_terms, happened, as_of=LAST, opening=0, asked_at_most=None):
    file = accounts.as_file(given_terms, happened, as_of)
    terms = read_terms(file["terms"], "terms")
    postings = read_postings(file["postings"], "postings", terms.currency)
    return walk_to(terms, postings, accounts.OPENED, as_of, opening, asked_at_most=asked_at_most)


@settings(max_examples=200, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings(), as_of=days, opening=st.sampled_from([0, 5_000]))
def test_counters_are_the_sums_of_what_moved(terms, postings, as_of, opening):
    walk = walked(terms, postings, as_of, opening)
    found = counters(walk, as_of)
    assert found.holds()
    assert (nothing() + found).as_json() == found.as_json()
    now = standing(walk, as_of)
    assert sum(found.balance.values()) == now.total
    assert found.credit_balance == now.credit_balance
    known = [p for p in postings if p["on"] <= as_of]
    paid = sum(p["minor"] for p in known if p["type"] == "payment")
    back = sum(p["minor"] for p in known if p["type"] == "refund")
    assert sum(found.received.values()) + found.overpaid == paid
    assert sum(found.refunded.values()) + found.over_refunded == back
    assert sum(found.converted.values()) == 0
    assert found.charged["interest"] == sum(found.interest_billed.values()) == sum(c.interest for c in walk.cycles)
    drawn = sum(p["minor"] for p in known if p["type"] in ("purchase", "cash")) + max(0, opening)
    assert found.charged["purchase"] + found.charged["cash"] == drawn


@settings(max_examples=150, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings(), first=days, second=days)
def test_counters_only_grow_except_interest_that_a_payment_in_full_takes_back(terms, postings, first, second):
    first, second = sorted((first, second))
    then, now = (counters(walked(terms, postings, day), day).as_json() for day in (first, second))
    for name in ("charged", "received", "refunded", "paid_by_credit", "interest_billed"):
        assert all(now[name][part] >= then[name][part] for part in now[name]), name
    assert now["overpaid"] >= then["overpaid"]


@settings(max_examples=200, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings())
def test_spans_add_up_to_the_interest_of_their_cycle(terms, postings):
    walk = walked(terms, postings)
    for cycle, spans in zip(walk.cycles, walk.spans, strict=True):
        for part in DRAWN:
            mine = [span for span in spans if span.component is part]
            exact = sum((walk.terms.interest(part, span.minor, span.start, span.end) for span in mine), Fraction(0))
            assert abs(exact - cycle.interest_by_bucket[part]) <= Fraction(1, 2)
        assert all(accounts.OPENED <= span.start < span.end <= cycle.statement_on + timedelta(days=1) for span in spans)


@settings(max_examples=150, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings(most=6), nr=st.integers(0, 4))
def test_paying_the_minimum_alone_is_what_the_account_would_do(terms, postings, nr):
    """The same payments, posted by hand one after the other, pay it off on the same day for the same interest."""
    day = [cycle.statement_on for cycle in walked(terms, postings).cycles][nr]
    walk = walked(terms, postings, day)
    before = deepcopy(walk)
    found = minimum_only(walk)
    assert (walk.cycles, walk.account.lots) == (before.cycles, before.account.lots)
    if found is None or found.payments > 60:
        return
    file = accounts.as_file(terms, [p for p in postings if p["on"] <= day], day)
    read = read_terms(file["terms"], "terms")
    history = list(read_postings(file["postings"], "postings", read.currency))
    for _ in range(found.payments + 40):
        ahead = walk_to(read, history, accounts.OPENED, found.paid_off_on + timedelta(days=31)).told_on(LAST)
        later = [cycle for cycle in ahead[nr:] if cycle.paid_by_due < cycle.minimum_due]
        if not later or later[0].due_on > found.paid_off_on:
            break
        history.append(Posting(PostingKind.PAYMENT, later[0].due_on, later[0].minimum_due))
        history.sort(key=lambda posting: posting.on)
    paid = [p for p in history if p.kind is PostingKind.PAYMENT and p.on > day]
    assert (len(paid), sum(p.amount for p in paid)) == (found.payments, found.paid)
    end = walk_to(read, history, accounts.OPENED, found.paid_off_on + timedelta(days=31))
    assert sum(cycle.interest for cycle in end.cycles[nr + 1 :]) == found.interest
    assert not end.account.lots


@settings(max_examples=100, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings(), most=st.integers(0, 20_000))
def test_what_a_bill_asked_for_is_the_most_that_can_be_late(terms, postings, most):
    free, bound = walked(terms, postings), None
    day = free.cycles[1].statement_on
    bound = walked(terms, postings, asked_at_most={day: most})
    cycle = bound.cycles[1]
    assert cycle.minimum_due == max(cycle.past_due, min(most, free.cycles[1].minimum_due))
    assert bound.cycles[0].minimum_due == free.cycles[0].minimum_due


def test_a_hundred_a_month_of_a_thousand():
    """1000.00 at 0.05% a day, 10% a month and never below 50.00: what a borrower is told on the first statement."""
    terms = read_terms({"statement_day": 5, "due_day": 25, "minimum": {"percent": 10, "floor": "50.00"}}, "terms")
    bought = [Posting(PostingKind.PURCHASE, date(2024, 3, 30), 100_000)]
    found = minimum_only(walk_to(terms, bought, date(2024, 3, 30), date(2024, 4, 5)))
    assert found is not None
    assert found.paid == 100_000 + found.interest + found.fees
    assert (found.payments, found.interest, found.paid_off_on) == (19, 11_930, date(2025, 10, 25))


def test_nothing_to_pay_off():
    terms = read_terms({"statement_day": 5, "due_day": 25}, "terms")
    assert minimum_only(walk_to(terms, [], date(2024, 3, 30), date(2024, 4, 5))) is None
    forever = read_terms({"statement_day": 5, "minimum": {"rate": 0}}, "terms")
    bought = [Posting(PostingKind.CASH, date(2024, 3, 30), 100_000)]
    assert minimum_only(walk_to(forever, bought, date(2024, 3, 30), date(2024, 4, 5))) is None


@settings(max_examples=60, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings(["purchase", "cash", "payment", "fee", "refund"]), as_of=days)
def test_counters_begin_with_a_credit_that_was_carried_over(terms, postings, as_of):
    walk = walked(terms, postings, as_of, -5_000)
    found = counters(walk, as_of)
    assert found.holds()
    assert (found.opening, found.credit_balance) == (-5_000, walk.account.credit)
