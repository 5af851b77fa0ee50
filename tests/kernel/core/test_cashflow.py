"""Rates of return: published figures, every root found, and agreement with an independent library."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import exp, fsum, inf, prod

import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st

from kaopu.kernel.core.cashflow import Solutions, irr, periodic_irr, xnpv
from kaopu.kernel.core.errors import BadInput


def dated(*flows):
    days = [date.fromisoformat(day).toordinal() for day, _ in flows]
    return [amount for _, amount in flows], days


def fee_plan(fee, periods):
    """One unit lent, repaid in equal parts with a fee on the whole each period."""
    return periodic_irr([1, *([-1 / periods - fee] * periods)], range(periods + 1)).rate


def test_half_a_per_cent_of_the_original_principal_costs_eleven():
    # a-01: 12,000 over 12 months at 0.5% a month on the original principal
    rate = periodic_irr([12_000, *([-1_060] * 12)], range(13)).rate
    assert rate == pytest.approx(0.0090803188, abs=1e-10)
    assert 12 * rate == pytest.approx(0.10896383, abs=1e-8)
    assert (1 + rate) ** 12 - 1 == pytest.approx(0.1145738, abs=1e-8)


@pytest.mark.parametrize(("periods", "nominal"), [
    # a-02: a fee of 1.2% a month; the rate rises to a maximum and falls again
    (1, 0.144), (2, 0.19149472), (3, 0.21473058), (4, 0.22824985), (5, 0.23691269), (6, 0.24280497),
    (9, 0.25220964), (12, 0.25595326), (18, 0.25740149), (24, 0.25587349), (36, 0.25033939),
])  # fmt: skip
def test_a_fee_of_one_point_two_per_cent_by_number_of_periods(periods, nominal):
    assert 12 * fee_plan(0.012, periods) == pytest.approx(nominal, abs=1e-8)


@pytest.mark.parametrize(("periods", "fee"), [
    # a-03: the largest fee a period under a ceiling of 24% nominal
    (3, 0.01342134), (6, 0.01185915), (9, 0.01140433), (12, 0.01122626), (18, 0.01114655), (24, 0.01120443),
])  # fmt: skip
def test_the_largest_fee_below_a_ceiling(periods, fee):
    assert 12 * fee_plan(fee, periods) == pytest.approx(0.24, abs=5e-7)


@pytest.mark.parametrize(("financed", "payments", "times", "per_year", "apr"), [
    # a-25, a-27, a-29: Regulation Z, Appendix J (c)(2)(i), (3)(i), (4)(i)
    (5_000, [250] + [230] * 23,         range(1, 25), 12, 0.1008289003),
    (5_000, [230] * 23 + [280],         range(1, 25), 12, 0.1050046886),
    (5_000, [250] + [230] * 22 + [280], range(1, 25), 12, 0.1089554870),
])  # fmt: skip
def test_regulation_z(financed, payments, times, per_year, apr):
    found = periodic_irr([-financed, *payments], [0, *times])
    assert per_year * found.rate == pytest.approx(apr, abs=1e-9)


@pytest.mark.parametrize(("case", "amounts", "expected"), [
    ("c-01", [-50_000, 25_000, 20_000, 10_000, 3_000], 0.0852968454),
    ("c-02", [-750_000, 200_000, 300_000, 400_000],    0.0865525481),
    ("c-07", [-500, 120, 150, 180, 200, 150],          0.1697334375),
    ("c-30", [-500, 60, 70, 75, 80, 80, 78, 75, 70, 65, 60], 0.0707731024),
])  # fmt: skip
def test_projects(case, amounts, expected):
    assert periodic_irr(amounts, range(len(amounts))).rate == pytest.approx(expected, abs=1e-10), case


def test_flat_daily_interest():
    # a-62: 10,000 repaid by 120 daily payments of 88.33…
    amounts = [10_000, *([-10_600 / 120] * 120)]
    assert periodic_irr(amounts, range(121)).rate == pytest.approx(0.0009729732, abs=1e-10)
    assert irr(amounts, range(121)).rate == pytest.approx(0.42612724, abs=1e-8)


def test_dated_flows_of_the_spreadsheet_manual():
    # c-05: published as 2,086.65 and 37.34%
    amounts, days = dated(
        ("2008-01-01", -10_000),
        ("2008-03-01", 2_750),
        ("2008-10-30", 4_250),
        ("2009-02-15", 3_250),
        ("2009-04-01", 2_750),
    )
    assert xnpv(0.09, amounts, days) == pytest.approx(2086.647602, abs=1e-6)
    assert irr(amounts, days).rate == pytest.approx(0.37336253, abs=1e-8)


def test_a_strongly_negative_rate_is_neither_nought_nor_minus_one():
    # c-47, where spreadsheets answer 0 or fail
    flows = dated(("2019-09-10", -400), ("2020-01-21", -400), ("2020-02-24", -400), ("2020-03-16", 895.24))
    assert irr(*flows).rate == pytest.approx(-0.74195723, abs=1e-8)


def test_two_rates_are_both_told_and_neither_is_chosen():
    found = periodic_irr([-1_000, 3_000, -2_200], range(3))  # c-04
    assert (found.solutions, found.rate, found.sign_changes) == (Solutions.MANY, None, 2)
    assert found.rates == pytest.approx([0.2763932023, 0.7236067977], abs=1e-10)


def test_no_rate_is_said_to_be_none():
    found = periodic_irr([1_000, -2_000, 1_500], range(3))  # c-04
    assert (found.solutions, found.rates, found.rate, found.sign_changes) == (Solutions.NONE, (), None, 2)


@pytest.mark.parametrize(("amounts", "days", "solutions"), [
    ([],               [],           Solutions.EVERY),
    ([0, 0],           [0, 30],      Solutions.EVERY),
    ([100, -100],      [5, 5],       Solutions.EVERY),
    ([100],            [0],          Solutions.NONE),
    ([100, 100],       [0, 30],      Solutions.NONE),
    ([100, -90],       [5, 5],       Solutions.NONE),
    ([100, -100],      [0, 30],      Solutions.ONE),
])  # fmt: skip
def test_the_borders_of_the_question(amounts, days, solutions):
    assert irr(amounts, days).solutions is solutions


def test_money_back_unchanged_is_a_rate_of_nought_exactly():
    assert irr([1_000_000, -1_000_000], [0, 31]).rate == 0
    assert irr([1_200, *([-100] * 12)], range(0, 390, 30)).rate == 0


def test_a_root_that_only_touches_is_told_once():
    found = periodic_irr([100, -220, 121], range(3))  # (1 + r − 1.1)² = 0
    assert found.rates == pytest.approx([0.1], abs=1e-6)
    assert found.solutions is Solutions.ONE


@pytest.mark.parametrize(("count", "rates"), [(2, [0]), (12, [0]), (60, [0]), (13, []), (61, [])])
def test_sixty_sign_changes_are_followed_to_the_end(count, rates):
    # 1 − v + v² − … = (1 − (−v)ⁿ) / (1 + v): 0 at v = 1 alone where n is even, nowhere where it is odd
    found = periodic_irr([(-1) ** n for n in range(count)], range(count))
    assert found.sign_changes == count - 1
    assert found.rates == pytest.approx(rates, abs=1e-9)


def test_rates_beyond_a_float_are_still_found():
    near_ruin = irr([-1_000_000, 1], [0, 1])
    assert near_ruin.continuous == pytest.approx([-365 * 13.815510557964274])
    beyond = irr([-1, 1_000_000], [0, 1])
    assert beyond.rates == (inf,)
    assert beyond.continuous == pytest.approx([365 * 13.815510557964274])


def test_norstrom_tells_when_one_rate_is_above_nought():
    assert periodic_irr([-100, -20, 60, -10, 90], range(5)).norstrom
    assert not periodic_irr([-1_000, 3_000, -2_200], range(3)).norstrom


@pytest.mark.parametrize(("amounts", "days"), [([1, 2], [0]), ([float("nan"), 1], [0, 1]), ([1, 2], [0, inf])])
def test_flows_that_are_none_are_refused(amounts, days):
    for act in (irr, periodic_irr, lambda *flows: xnpv(0.1, *flows)):
        with pytest.raises(BadInput):
            act(amounts, days)


@pytest.mark.parametrize("rate", [-1, -1.5, inf, float("nan")])
def test_no_present_value_at_a_rate_of_total_loss(rate):
    with pytest.raises(BadInput, match="above -1"):
        xnpv(rate, [1], [0])


START = date(2020, 1, 1)
loans = st.tuples(
    st.integers(100_000, 10_000_000),
    st.lists(st.tuples(st.integers(1, 3_000), st.integers(1, 1_000_000)), min_size=1, max_size=40),
)


@given(loans)
def test_an_independent_library_agrees_on_loans(loan):
    lent, payments = loan
    days, amounts = [0, *(day for day, _ in payments)], [-lent, *(amount for _, amount in payments)]
    found = irr(amounts, days)
    assert found.solutions is Solutions.ONE
    assume(-0.99 < found.rate < 100)  # beyond, the library gives up or answers something else
    other = pyxirr.xirr([START + timedelta(days=day) for day in days], amounts)
    assume(other is not None)
    assert found.rate == pytest.approx(other, rel=1e-7, abs=1e-8)
    present = xnpv(found.rate, amounts, days)
    assert present == pytest.approx(
        pyxirr.xnpv(other, [START + timedelta(days=day) for day in days], amounts), abs=0.1 + 1e-6 * lent
    )


flows = st.lists(st.tuples(st.integers(0, 3_000), st.integers(-1_000_000, 1_000_000)), min_size=1, max_size=25)


@given(flows)
def test_every_root_is_a_root_and_their_number_is_bounded(drawn):
    days, amounts = [day for day, _ in drawn], [amount for _, amount in drawn]
    found = irr(amounts, days)
    assert len(found.rates) <= found.sign_changes
    assert list(found.continuous) == sorted(set(found.continuous))
    for root in found.continuous:
        seen_from = min(days) if root > 0 else max(days)  # the end from which no power exceeds 1
        worth = [amount * exp(-root * (day - seen_from) / 365) for day, amount in drawn]
        assert abs(fsum(worth)) <= 1e-9 * fsum(map(abs, worth))
    if found.norstrom:
        assert sum(root > 0 for root in found.continuous) == 1


@given(st.sets(st.integers(-8, 60), min_size=1, max_size=6))
def test_roots_chosen_beforehand_are_all_found(tenths):
    """The product of (x − 1 − r) over known rates r: nothing is missed, nothing invented."""
    rates = sorted(Fraction(tenth, 10) for tenth in tenths)
    coefficients = [Fraction(1)]
    for rate in rates:
        shifted = [*coefficients, Fraction(0)]
        lower = [Fraction(0), *(-(1 + rate) * one for one in coefficients)]
        coefficients = [high + low for high, low in zip(shifted, lower, strict=True)]
    found = periodic_irr([float(one) for one in coefficients], range(len(coefficients)))
    assert found.rates == pytest.approx([float(rate) for rate in rates], abs=1e-5)
    assert prod(found.rates) == pytest.approx(float(prod(rates)), rel=1e-3, abs=1e-3)


@given(flows, st.integers(1, 1_000), st.integers(-10_000, 10_000))
def test_neither_unit_nor_calendar_nor_sign_matters(drawn, factor, shift):
    days, amounts = [day for day, _ in drawn], [amount for _, amount in drawn]
    found = irr(amounts, days)
    moved = irr([-factor * amount for amount in amounts], [day + shift for day in days])
    assert moved.sign_changes == found.sign_changes
    # A root that only touches may be told or not by a hair; everything else moves by rounding alone.
    if len(moved.continuous) == len(found.continuous):
        assert moved.continuous == pytest.approx(found.continuous, rel=1e-6, abs=1e-6)
    else:
        assert found.sign_changes > 1
