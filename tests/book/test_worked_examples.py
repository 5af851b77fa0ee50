"""Figures a lender can check by hand. Each table names its derivation; amounts are in cents unless a comment says so."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from kaopu.book.core.early_settlement import early_settlement_quote
from kaopu.book.core.penalty import late_penalty
from kaopu.book.core.plans_annuity import level_payment
from kaopu.book.core.quote import quote
from kaopu.book.core.rounding import Rounding, round_minor
from kaopu.book.core.schedule import build
from kaopu.book.core.split import split_evenly
from kaopu.book.core.terms import Charge, Plan, Spacing, Split, Terms
from kaopu.kernel.core.day_count import DayCount

START = date(2026, 1, 15)


def loan(plan: Plan = Plan.EQUAL_INSTALMENT, **changes) -> Terms:
    """10,000.00 over twelve months at 1% a month, unless told otherwise."""
    settings = {"currency": "CNY", "principal_minor": 1_000_000, "start": START, "periods": 12}
    return Terms(plan=plan, **(settings | {"rate_annual": Decimal("0.12")} | changes))


# fmt: off
A_06 = [  # annuity formula; 888.49 for 10,000 at 1% over 12 is a widely published figure
    #  total  interest  principal  outstanding
    (88_849,  10_000,   78_849,    921_151),
    (88_849,   9_212,   79_637,    841_514),
    (88_849,   8_415,   80_434,    761_080),
    (88_849,   7_611,   81_238,    679_842),
    (88_849,   6_798,   82_051,    597_791),
    (88_849,   5_978,   82_871,    514_920),
    (88_849,   5_149,   83_700,    431_220),
    (88_849,   4_312,   84_537,    346_683),
    (88_849,   3_467,   85_382,    261_301),
    (88_849,   2_613,   86_236,    175_065),
    (88_849,   1_751,   87_098,     87_967),
    (88_847,     880,   87_967,          0),
]
A_09 = [  # principal rounded down, the last takes the rest; interest half-up on the balance
    (93_333,  10_000,   83_333,    916_667),
    (92_500,   9_167,   83_333,    833_334),
    (91_666,   8_333,   83_333,    750_001),
    (90_833,   7_500,   83_333,    666_668),
    (90_000,   6_667,   83_333,    583_335),
    (89_166,   5_833,   83_333,    500_002),
    (88_333,   5_000,   83_333,    416_669),
    (87_500,   4_167,   83_333,    333_336),
    (86_666,   3_333,   83_333,    250_003),
    (85_833,   2_500,   83_333,    166_670),
    (85_000,   1_667,   83_333,     83_337),
    (84_170,     833,   83_337,          0),
]
# fmt: on


@pytest.mark.parametrize(
    ("plan", "expected", "interest"), [(Plan.EQUAL_INSTALMENT, A_06, 66_186), (Plan.EQUAL_PRINCIPAL, A_09, 65_000)]
)
def test_twelve_months_at_one_per_cent(plan, expected, interest):
    rows = build(loan(plan)).rows
    assert [(row.total, row.interest, row.principal, row.outstanding) for row in rows] == expected
    assert sum(row.interest for row in rows) == interest
    assert [row.seq for row in rows] == list(range(1, 13))


def test_a_balloon_is_left_to_pay_with_the_last_instalment():
    # a-11: payment = (P − B·v^n)·i / (1 − v^n) = 4,559.0712…; 60,000 stay with the 36th payment
    exact = level_payment(20_000_000, [Fraction(5, 1000)] * 36, 6_000_000)
    assert float(exact) / 100 == pytest.approx(4559.07124322, abs=1e-8)
    terms = loan(principal_minor=20_000_000, periods=36, rate_annual=Decimal("0.06"), balloon_minor=6_000_000)
    rows = build(terms).rows
    assert {row.total for row in rows[:-1]} == {455_907}
    assert rows[-1].total == pytest.approx(455_907 + 6_000_000, abs=36)
    assert rows[-1].outstanding == 0


def test_settling_early_on_the_twelfth_day_of_the_sixth_period():
    # a-48: five instalments of a-06 are paid; accrued = 5,977.91 × 1% × 12/30
    terms = loan()
    settlement = early_settlement_quote(terms, build(terms), on=date(2026, 6, 27), paid_through=5)
    assert (settlement.principal, settlement.interest) == (597_791, 2_391)
    assert (settlement.total, settlement.interest_saved) == (600_182, 21_759)


@pytest.mark.parametrize(
    ("base", "day_count", "penalty"),
    [  # a-50: 17 days at 150% of 12% a year, on the overdue principal or on the whole instalment
        (78_849, DayCount.ACT_360, 670),
        (78_849, DayCount.ACT_365F, 661),
        (88_849, DayCount.ACT_360, 755),
    ],
)
def test_a_penalty_for_seventeen_days(base, day_count, penalty):
    assert late_penalty(base, 17, Decimal("0.12") * Decimal("1.5"), day_count) == penalty


@pytest.mark.parametrize(
    ("amount", "parts", "rule", "expected"),
    [
        # a-52
        (10_000, 3, Split.FIRST, [3_334, 3_333, 3_333]),
        (10_000, 3, Split.LAST, [3_333, 3_333, 3_334]),
        # a-54
        (500_001, 12, Split.FIRST, [41_667] * 9 + [41_666] * 3),
        (500_001, 12, Split.LAST, [41_666] * 11 + [41_675]),
    ],
)
def test_interest_free_instalments_add_up(amount, parts, rule, expected):
    assert split_evenly(amount, parts, rule, Rounding.HALF_UP) == expected
    terms = loan(Plan.FEE_INSTALMENT, principal_minor=amount, periods=parts, rate_annual=Decimal(0), split=rule)
    assert [row.total for row in build(terms).rows] == expected


def test_a_mortgage_over_thirty_years():
    # a-55: 200,000 at 6% over 360 months is the widely published 1,199.10
    exact = level_payment(20_000_000, [Fraction(5, 1000)] * 360)
    assert round_minor(exact, Rounding.HALF_UP) == 119_910
    assert float(360 * exact - 20_000_000) / 100 == pytest.approx(231_676.38, abs=0.005)
    rows = build(loan(principal_minor=20_000_000, periods=360, rate_annual=Decimal("0.06"))).rows
    assert {row.total for row in rows[:-1]} == {119_910}
    assert rows[59].outstanding / 100 == pytest.approx(186_108.71, abs=0.15)  # unrounded in the source


def test_flat_daily_interest_costs_twice_what_it_says():
    # a-62: 18.25% "a year" on the first balance throughout is 5.00 a day; 120 payments of 88.33, 10,600 in all
    terms = loan(
        Plan.FEE_INSTALMENT,
        periods=120,
        rate_annual=Decimal(0),
        spacing=Spacing.DAYS,
        fee_per_period=Charge(minor=500),
    )
    rows = build(terms).rows
    assert (sum(row.total for row in rows), sum(row.fee for row in rows)) == (1_060_000, 60_000)
    assert {row.total for row in rows[:-1]} == {8_833}
    assert rows[-1].due_on == START + timedelta(days=120)
    assert quote(terms)["cost"]["effective_day_exact"] == pytest.approx(
        0.42612724, abs=2e-5
    )  # cents move the 5th digit
