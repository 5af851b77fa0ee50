"""Refunds and subsidies add up between borrower, merchant and lender, whatever happened."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kaopu.book.core.position import position
from kaopu.book.core.subsidy import clawed_back, earned, span_days
from kaopu.book.core.three_parties import result_by_bookings, result_by_cash, sheet
from tests.book.histories import START, random_history

seeds = st.integers(0, 10**9)
days = st.integers(0, 240)


def seen(seed, day):
    history = random_history(seed)
    return history, position(history, START + timedelta(days=day))


@given(seeds, days)
def test_what_the_lender_earned_is_the_same_by_bookings_and_by_cash(seed, day):
    history, found = seen(seed, day)
    if not found.exists:
        return
    lent, counters = history.rules.principal, found.counters()
    by_cash = result_by_cash(lent, counters, found.outstanding.as_json(), found.credit_balance)
    assert result_by_bookings(lent, counters) == by_cash


@given(seeds, days)
def test_every_coin_that_somebody_gave_somebody_got(seed, day):
    history, found = seen(seed, day)
    if not found.exists:
        return
    told = sheet(history.rules.principal, found.counters())
    assert told.borrower_gave == told.merchant_got + told.lender_got + told.others_got


@given(seeds, days)
def test_the_subsidy_of_a_quote_is_that_of_the_kernel(seed, day):
    history, found = seen(seed, day)
    if not found.exists:
        return
    rules, of = history.rules, found.counters()
    assert of["subsidy_due"] == rules.subsidy
    clawed = clawed_back(rules.subsidy, found.refunded, rules.principal)
    assert of["subsidy_clawed"] == clawed
    assert of["subsidy_due"] - clawed >= of["subsidy_earned"] >= 0
    if found.outstanding.principal == 0:
        assert of["subsidy_earned"] == earned(rules.subsidy, clawed, 0, 1, is_repaid=True)
    dues = {row.due_on for row in history.instalments}
    if len({row.version for row in history.instalments}) == 1 and not any(
        event.kind in {"extension", "acceleration", "reinstatement"} for event in history.events
    ) and dues and not rules.accelerate_after_days and found.outstanding.principal:  # fmt: skip
        span = span_days(rules.disbursed_on, max(dues))
        assert of["subsidy_earned"] == earned(rules.subsidy, clawed, day - (rules.disbursed_on - START).days, span,
                                              is_repaid=False)  # fmt: skip
