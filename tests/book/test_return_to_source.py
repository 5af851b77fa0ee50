"""Surplus goes back to where it came from, the oldest payment first, and nothing is made or lost on the way."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kaopu.book.core.return_to_source import Paid, Payout, return_to_source

PAYMENTS = (
    Paid(date(2026, 3, 1), 2, 400, "wallet"),
    Paid(date(2026, 2, 1), 1, 300, "card-1"),
    Paid(date(2026, 3, 1), 3, 500, None),
)


def test_the_oldest_payment_first():
    assert return_to_source(350, PAYMENTS).payouts == (Payout("card-1", 300, 1), Payout("wallet", 50, 2))
    assert return_to_source(350, PAYMENTS).kept == 0


def test_what_went_back_before_is_not_given_back_twice():
    assert return_to_source(350, PAYMENTS, returned_before=350).payouts == (Payout("wallet", 350, 2),)


def test_money_whose_source_nobody_noted_stays():
    back = return_to_source(1_300, PAYMENTS)
    assert back.payouts == (Payout("card-1", 300, 1), Payout("wallet", 400, 2))
    assert back.kept == 600, "500 of the payment without a source, and 100 that nobody paid in"


payments = st.lists(
    st.builds(Paid, st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.integers(1, 9), st.integers(0, 500),
              st.sampled_from(["a", "b", None])),
    max_size=6,
)  # fmt: skip


@given(st.integers(0, 2_000), payments, st.integers(0, 900))
def test_nothing_is_made_or_lost(surplus, paid, before):
    back = return_to_source(surplus, paid, before)
    assert sum(each.amount for each in back.payouts) + back.kept == surplus
    for source in ("a", "b"):
        got = sum(each.amount for each in back.payouts if each.source == source)
        assert got <= sum(each.amount for each in paid if each.source == source)
