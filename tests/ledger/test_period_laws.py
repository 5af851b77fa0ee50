"""The journal sums to nothing, and a period's income and cash are the same however often it is closed."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from standings import RATES

from kaopu.book.core.history import prepare_all
from kaopu.book.core.position import replayed
from kaopu.book.core.position_columns import COUNTERS, OUT32, OUT64
from kaopu.ledger.core.cause import CAUSES
from kaopu.ledger.core.entries import entries, posted
from kaopu.ledger.core.trial_balance import period_result, trial_balance
from kaopu.ledger.core.vectors import Standing, vectors
from kaopu.ledger.store import packaged_chart
from tests.book.histories import START, random_history

CHART = packaged_chart()
seeds = st.integers(0, 10**9)
days = st.integers(-3, 220).map(lambda n: START + timedelta(days=n))
lengths = st.integers(1, 60)


def sums_on(prepared, principal, day):
    out64, out32 = replayed(prepared, day, extended=True)
    counters = {name: out64[len(OUT64) + place] for place, name in enumerate(COUNTERS)}
    standing = Standing(counters, principal, out32[OUT32.index("class")], out32[OUT32.index("flags")])
    return vectors(standing, RATES)


def book(*seeds_of_debts):
    histories = [random_history(seed, debt_id=number) for number, seed in enumerate(seeds_of_debts, 1)]
    return prepare_all(histories), np.array([each.rules.principal for each in histories], np.int64)


def by_code(sums):
    return dict(zip([cause.code for cause in CAUSES], sums.sum(axis=1).tolist(), strict=True))


@settings(deadline=None)
@given(one=seeds, two=seeds, first=days, length=lengths)
def test_the_journal_sums_to_nothing(one, two, first, length):
    prepared, principal = book(one, two)
    moved = sums_on(prepared, principal, first + timedelta(days=length)) - sums_on(prepared, principal, first)
    rows = entries(moved)
    counts = np.diff(rows.starts)
    lines = posted(np.repeat(rows.places, counts), rows.codes, rows.amounts)
    assert (lines.sums(np.arange(2)) == moved).all()
    assert not (rows.amounts == 0).any()
    balance = trial_balance(CHART, by_code(moved))
    assert balance.balanced
    assert balance.debit == balance.credit


@settings(deadline=None)
@given(one=seeds, two=seeds, first=days, length=lengths, month=st.integers(1, 31))
def test_daily_monthly_and_one_close_give_the_same_income_and_cash(one, two, first, length, month):
    prepared, principal = book(one, two)
    last = first + timedelta(days=length)
    whole = by_code(sums_on(prepared, principal, last) - sums_on(prepared, principal, first))
    for step in (1, month):
        stops = [first + timedelta(days=n) for n in range(0, length, step)] + [last]
        sums = [sums_on(prepared, principal, day) for day in stops]
        parts = [by_code(after - before) for before, after in pairwise(sums)]
        results = [period_result(CHART, part) for part in parts]
        expected = period_result(CHART, whole)
        for name in ("income", "cash"):
            added: dict[str, int] = {}
            for result in results:
                for cause, amount in getattr(result, name).items():
                    added[cause] = added.get(cause, 0) + amount
            assert {cause: amount for cause, amount in added.items() if amount} == getattr(expected, name)


@settings(deadline=None)
@given(seed=seeds, day=days)
def test_the_bank_moves_by_what_was_lent_paid_and_paid_out(seed, day):
    prepared, principal = book(seed)
    sums = by_code(sums_on(prepared, principal, day))
    named = {cause.name: sums[cause.code] for cause in CAUSES}
    balance = {line.account.code: line.debit - line.credit for line in trial_balance(CHART, sums).lines}
    moved = named["paid"] + named["transfer_price"] + named["subsidy_received"]
    assert balance.get("1002", 0) == moved - named["lent"] - named["chargeback"] - named["paid_out"]
