"""The rules of the analyses as tables that a risk officer can check by hand."""

from datetime import date

import numpy as np
import pytest

from kaopu.book.core.cash_expected import cash_expected
from kaopu.book.core.concentration import concentration, herfindahl, sums_by_code
from kaopu.book.core.expected_loss import expected_loss, recovery_rate, roll_to_charge_off
from kaopu.book.core.first_payment_default import first_payment_default
from kaopu.book.core.position_columns import FLAG_EXISTS, FLAG_FULLY_REFUNDED, NO_DAY
from kaopu.book.core.roll_rate import CHARGED_OFF, PAID_OFF, as_json, roll_amounts, roll_rates, states
from kaopu.book.core.vintage import NEVER, month_name, month_of, vintage_sums
from kaopu.book.core.vintage import as_json as vintages

# fmt: off
ROLL = [
    # days before, owed before | days after, owed after, charged off
    (  0,          1_000,           0,          900, False),
    (  0,          2_000,          12,        2_000, False),
    (  0,          1_000,           0,            0, False),   # paid off
    ( 30,          4_000,          61,        4_000, False),   # 1-30 to 61-90
    ( 31,            500,           0,          100, False),   # cured
    ( 95,          3_000,         125,            0, True),    # charged off: owes nothing and is no payoff
    (  0,              0,           0,            0, False),   # owed nothing before: not in the table
]
# fmt: on


def rolled():
    before, owed, after, owed_after, off = (np.array(each) for each in zip(*ROLL, strict=True))
    return roll_amounts(states(before, owed, np.zeros(len(ROLL), bool)), owed, states(after, owed_after, off))


def test_roll_rates_are_weighted_by_balance_with_payoffs_apart():
    rates = roll_rates(rolled())
    assert rates[0].tolist() == [0.25, 0.5, 0, 0, 0, 0, 0, 0, 0, 0.25]
    assert (rates[1, 3], rates[2, 0], rates[4, CHARGED_OFF]) == (1, 1, 1)
    assert rates[7, 7] == 1  # empty: stays
    assert as_json(rolled())["current"] == {"opening": 4_000, "to": {"current": 0.25, "1-30": 0.5, "paid_off": 0.25}}


def test_each_row_of_the_roll_adds_up_to_its_opening_balance():
    assert rolled().sum(axis=1).tolist() == [4_000, 4_000, 500, 0, 3_000, 0, 0, 0]
    assert rolled().dtype == np.int64


def test_vintages_by_count_and_amount_keep_charged_off_debts():
    january = month_of(date(2026, 1, 15))
    opened = np.array([january, january, january, january + 1, january - 5])
    lent = np.array([1_000, 3_000, 6_000, 500, 99])
    first_bad = np.array([january + 1, january + 2, NEVER, NEVER, january])
    total, bad = vintage_sums(opened, lent, first_bad, january, january + 2)
    rows = vintages(total, bad, january)
    assert [row["opened"] for row in rows] == ["2026-01", "2026-02"]
    assert rows[0]["debts"] == 3
    assert rows[0]["ever_30_by_count"] == [0, 0.333333, 0.666667]
    assert rows[0]["ever_30_by_amount"] == [0, 0.1, 0.4]
    assert rows[1]["ever_30_by_count"] == [0, 0]
    assert month_name(january + 11) == "2026-12"


# fmt: off
FIRST = [
    # first due, settled on, refunded,  in FPD(1), FPD(7), FPD(30) as (default, counted); the as-of day is 131
    (   130,      NO_DAY,    False,      ((1, 1), (0, 0), (0, 0))),   # visible the day after it happened
    (   131,      NO_DAY,    False,      ((0, 0), (0, 0), (0, 0))),   # due today: its day has not passed
    (   100,         101,    False,      ((0, 1), (0, 1), (0, 1))),
    (   100,         102,    False,      ((1, 1), (0, 1), (0, 1))),
    (   100,         107,    False,      ((1, 1), (0, 1), (0, 1))),
    (   100,         131,    False,      ((1, 1), (1, 1), (1, 1))),
    (   101,      NO_DAY,    False,      ((1, 1), (1, 1), (1, 1))),
    (   102,      NO_DAY,    False,      ((1, 1), (1, 1), (0, 0))),
    (   100,      NO_DAY,    True,       ((0, 0), (0, 0), (0, 0))),   # goods all returned
    (NO_DAY,      NO_DAY,    False,      ((0, 0), (0, 0), (0, 0))),   # no instalment
]
# fmt: on


@pytest.mark.parametrize(("due", "settled", "refunded", "expected"), FIRST)
def test_first_payment_default(due, settled, refunded, expected):
    flags = np.array([FLAG_EXISTS | (FLAG_FULLY_REFUNDED if refunded else 0)], np.int32)
    row = (np.array([due], np.int32), np.array([settled], np.int32), flags)
    assert tuple(first_payment_default(131, *row, after) for after in (1, 7, 30)) == expected


def test_first_payment_default_leaves_out_what_is_not_disbursed():
    row = (np.array([100], np.int32), np.array([NO_DAY], np.int32), np.array([0], np.int32))
    assert first_payment_default(131, *row, 1) == (0, 0)


def test_concentration_and_its_index():
    codes, owed = sums_by_code(np.array([7, 3, 7, 9]), np.array([2_000, 3_000, 3_000, 2_000]))
    assert (codes.tolist(), owed.tolist()) == ([3, 7, 9], [3_000, 5_000, 2_000])
    found = concentration(codes, owed, 2)
    assert found["hhi"] == 30**2 + 50**2 + 20**2
    assert [(row["name"], row["share"]) for row in found["top"]] == [("7", 0.5), ("3", 0.3)]
    assert herfindahl(np.array([5])) == 10_000
    assert concentration([], np.array([], np.int64), 3) == {"names": 0, "outstanding": 0, "hhi": 0.0, "top": []}


def monthly(to_late, to_off):
    table = np.zeros((8, 10), np.int64)
    table[0, 0], table[0, 1] = 1_000 - to_late, to_late
    table[1, 1], table[1, CHARGED_OFF], table[1, PAID_OFF] = 500 - to_off, to_off, 500
    return table


def test_expected_loss_by_hand():
    months = np.array([monthly(100, 200)] * 3)
    # One month: current 0, late 0.2. Two: current 0.1 × 0.2 = 0.02, late 0.2 + 0.3 × 0.2 = 0.26.
    assert roll_to_charge_off(months, 1)[:2] == pytest.approx([0, 0.2])
    assert roll_to_charge_off(months, 2)[:2] == pytest.approx([0.02, 0.26])
    loss = expected_loss(np.array([10_000, 1_000, 0, 0, 0, 0, 0, 0]), months, recovery_rate(400, 100), 2, seed=1)
    assert loss.amount == round((200 + 260) * 0.75)
    assert (loss.low, loss.high) == (loss.amount, loss.amount)  # equal months: nothing to vary
    assert (loss.horizon_months, loss.window_months, loss.coverage) == (2, 3, 0.9)


def test_expected_loss_interval_is_wide_where_months_differ_and_repeats_with_its_seed():
    months = np.array([monthly(50, 50), monthly(100, 200), monthly(300, 400)])
    owed = np.array([10_000, 1_000, 0, 0, 0, 0, 0, 0])
    one, same, other = (expected_loss(owed, months, 0.0, 6, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.low < one.amount < one.high
    assert (other.low, other.high) != (0, 0)
    assert recovery_rate(0, 0) == 0


# fmt: off
CASH = [
    # what the debt still owes of its coming 100, 100, 100   what is expected on days 1, 2, 3
    (   300,                                                  [100, 100, 100]),
    (   250,                                                  [ 50, 100, 100]),   # paid 50 ahead
    (   120,                                                  [  0,  20, 100]),
    (     0,                                                  [  0,   0,   0]),   # charged off or all paid ahead
]
# fmt: on


@pytest.mark.parametrize(("owed", "expected"), CASH)
def test_cash_expected_takes_what_was_paid_ahead_from_the_next_instalment(owed, expected):
    # A first debt with one coming instalment, an overdue one that is not coming, and one beyond the horizon.
    debt, due = np.array([0, 0, 1, 1, 1, 1]), np.array([99, 102, 101, 102, 103, 999])
    asked = np.array([70, 7, 100, 100, 100, 40])
    found = cash_expected(100, debt, due, asked, np.array([7, owed + 40]), 3)
    assert found.tolist() == [expected[0], expected[1] + 7, expected[2]]
