"""The compiled kernel and the day-by-day oracle say the same, column by column."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow, prepare
from kaopu.book.core.position import position
from tests.book.histories import START, random_history
from tests.book.oracle import oracle
from tests.book.oracle_run import compare_range


def test_on_random_histories_of_every_kind():
    covered, differences = compare_range(range(1_000_000, 1_001_500))
    assert differences == []
    missing = [kind for kind in K if covered[kind.value] < 50]
    assert missing == []
    assert covered["reversal of a reversal"] > 50
    assert covered["events without ids"] > 100


def test_on_every_day_of_a_history():
    for seed in range(40):
        history = random_history(seed)
        prepared = prepare(history)
        for n in range(0, 240, 3):
            day = START + timedelta(days=n)
            assert position(prepared, day).extended_columns() == oracle(history, day), (seed, day)


def long_history(events: int) -> History:
    """Payments, fees, waivers and reversals, many of each, on a debt of 60 instalments."""
    draw = Random(events)
    start = date(2015, 1, 31)
    rows = tuple(InstalmentRow(n, start + timedelta(days=30 * n), 50_000, 900, 25) for n in range(1, 61))
    happened = []
    for at in range(1, events + 1):
        kind = draw.choice((K.PAYMENT, K.PAYMENT, K.PAYMENT, K.FEE, K.WAIVER, K.REVERSAL, K.PENALTY, K.CHARGEBACK))
        happened.append(
            EventRow(
                on=start + timedelta(days=at * 1800 // events),
                kind=kind,
                amount=draw.randint(0, 3_200_000 // events),
                event_id=at,
                reverses=draw.randint(1, at - 1)
                if kind is K.REVERSAL and at > 1
                else (at if kind is K.REVERSAL else 0),
            )
        )
    rules = DebtRules(
        1, 1, "CNY", start, 3_000_000, allocation=13, grace_days=3, grace_amount=100,
        penalty_rate_ppm=182_500, penalty_base=1, penalty_fixed=500,
    )  # fmt: skip
    return History(rules, rows, tuple(happened))


def test_a_loan_with_10000_events_equals_the_oracle():
    history = long_history(10_000)
    assert Counter(event.kind for event in history.events)[K.REVERSAL] > 1_000
    for day in (date(2019, 12, 20), date(2020, 2, 1)):
        assert position(history, day).extended_columns() == oracle(history, day)


@pytest.mark.parametrize("minor", [10**13, 10**13 - 1])
def test_amounts_of_ten_trillion_minor_units_do_not_overflow(minor):
    start = date(2000, 1, 1)
    rules = DebtRules(1, 1, "CNY", start, minor, penalty_rate_ppm=999_983, penalty_base=1, penalty_days_in_year=360)
    rows = (InstalmentRow(1, date(2000, 2, 1), minor, minor, minor), InstalmentRow(2, date(2043, 1, 1), 0, minor, 0))
    history = History(rules, rows, (EventRow(date(2001, 1, 1), K.PAYMENT, minor, event_id=1),))
    for day in (date(2001, 6, 1), date(2040, 1, 1)):
        assert position(history, day).extended_columns() == oracle(history, day)
    # By hand: 3 amounts from 2 February 2000 to 1 January 2001, two of them from the day after.
    base_days = (
        3 * minor * (date(2001, 1, 1) - date(2000, 2, 1)).days + 2 * minor * (date(2040, 1, 1) - date(2001, 1, 1)).days
    )
    assert position(history, date(2040, 1, 1)).outstanding.penalty == base_days * 999_983 // 360_000_000
