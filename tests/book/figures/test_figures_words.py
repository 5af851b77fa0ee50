"""The rules of the lender's figures as tables that can be checked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kaopu.book.core import loss_forecast as lf
from kaopu.book.core.allowance import GUIDELINE_PPM, allowance
from kaopu.book.core.classification import CLASSES
from kaopu.book.core.lender_figures import FLOWS, STANDS, contribution, funding_costs, quality, stands_of, year_of
from kaopu.book.core.roll_rate import CHARGED_OFF, PAID_OFF


def named(names, **given):
    return dict.fromkeys(names, 0) | given


def test_the_allowance_is_the_guidelines():
    owed = np.array([1_000_049, 1_000_050, 100, 100, 99, 10**15, -500])
    classes = np.array([0, 0, 1, 2, 3, 4, 4])
    assert allowance(owed, classes, GUIDELINE_PPM).tolist() == [10_000, 10_001, 2, 25, 50, 10**15, 0]


def test_the_ratios_are_those_of_the_regulator():
    balance, class_code = np.array([9_000, 500, 300, 200]), np.array([0, 1, 2, 4])
    needed = allowance(balance, class_code)
    every = np.ones(4, np.int64)
    stands = stands_of(balance, balance, every, class_code, np.array([0, 91, 100, 400]), every, needed).sum(axis=1)
    found = quality(dict(zip(STANDS, stands.tolist(), strict=True)), 10_000)
    assert {name: each.value for name, each in found.items()} == {
        "npl_ratio": 0.05,  # 300 + 200 of 10,000
        "over_90_to_npl": 2.0,  # 500 + 300 + 200 of 500: a debt of the second class is over 90 days late
        "coverage": 0.75,  # 90 + 10 + 75 + 200 of 500
        "allowance_to_loans": 0.0375,
    }


def test_nothing_to_divide_by_is_no_figure_and_says_why():
    found = quality(named(STANDS), 0)
    assert {each.value for each in found.values()} == {None}
    assert found["npl_ratio"].why == "nothing is outstanding"
    assert found["coverage"].why == "no debt is non-performing"
    assert year_of(named(FLOWS), named(FLOWS), [], 0, 30_000)["yield"]["value"] is None


def test_half_a_year_is_told_by_the_year():
    first, last = (
        named(FLOWS, interest=100, charged_off=10),
        named(FLOWS, interest=160, fee=5, charged_off=40, recovered=8),
    )
    found = year_of(first, last, [1_000, 1_000, 2_000, 2_000], 73, 30_000)
    assert found["average_balance"] == 1_500
    assert found["yield"]["value"] == round(65 / 1_500 * 5, 6)
    assert found["loss"]["numerator"] == 22
    assert found["funding_cost"]["numerator"] == 9


def test_funding_is_the_mean_of_two_days_times_the_days_between():
    days = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert funding_costs(np.array([[0, 1_000_000, 1_000_000]]), days, 36_500) == [100 * (14 + 31)]


def test_what_a_vintage_contributed():
    flows = named(FLOWS, interest=90, fee=20, waived=5, charged_off=40, sold=30, sale_price=12, recovered=7)
    found = contribution("2026-01", flows, named(STANDS, lent=1_000, debts=3), 11)
    assert (found.income, found.loss, found.contribution, found.of_lent) == (110, 58, 43, 0.043)
    assert contribution("2016-01", flows, named(STANDS, lent=1_000), None).contribution is None


def table(**rows):
    amounts = np.zeros((8, 10), np.int64)
    for place, to in rows.items():
        amounts[int(place[1:]), list(to)] = list(to.values())
    return amounts


def test_a_thin_cell_leans_on_all_products():
    own, pooled = table(b0={CHARGED_OFF: 100}), table(b0={0: 9_900, CHARGED_OFF: 100})
    counts = np.array([100, 0, 0, 0, 0, 0, 0, 0])  # as many as k: half its own
    rates = lf.pooled_rates(own, counts, pooled)
    assert rates[0, CHARGED_OFF] == pytest.approx(0.5 * 1 + 0.5 * 0.01)
    assert lf.pooled_rates(own, counts * 0, pooled)[0, CHARGED_OFF] == pytest.approx(0.01)
    assert rates[3, 3] == 1  # nobody was there: stays
    assert np.allclose(rates.sum(axis=1), 1)


def test_rolled_over_six_months():
    rates = lf.pooled_rates(table(b0={0: 90, CHARGED_OFF: 10}), np.full(8, 10**9), table(b0={0: 1}))
    owed = np.array([1_000_000, 0, 0, 0, 0, 0, 0, 0])
    assert lf.rolled(owed, rates, "charged_off") == pytest.approx(1_000_000 * (1 - 0.9**6))


def test_over_ninety_counts_those_that_came_back_in_time():
    ends = lf.HORIZON + 1
    states = [np.array([0, 3, 4, 0])] * ends
    states[3] = np.array([0, 4, 4, PAID_OFF])  # the second is over 90 once, then back
    owed, exists = [np.array([10, 20, 40, 80])] * ends, [np.array([True] * 4)] * ends
    found = lf.roll_sums(states, owed, exists).cohorts[0]
    assert found[lf.TARGETS.index("over_90")].tolist() == [110, 20, 1]
    assert found[lf.TARGETS.index("charged_off")].tolist() == [150, 0, 0]


def test_the_sentence_of_bias_is_of_the_books_own_numbers():
    said = lf.bias_sentence(0.711, 0.509)
    assert "+50.9%" in said and "71.1%" in said and "read low" in said
    assert "read high" in lf.bias_sentence(0.1, -0.2)
    assert "Nothing is outstanding" in lf.bias_sentence(None, None)


def test_every_class_has_a_rate():
    assert len(GUIDELINE_PPM) == len(CLASSES)


def test_the_packaged_chart_of_accounts_asks_for_the_same_allowance():
    from kaopu.ledger.core.chart_file import read_chart
    from kaopu.ledger.core.rates import Rates
    from kaopu.ledger.store import DEFAULT_CHART

    chart = read_chart(DEFAULT_CHART.read_text(encoding="utf-8"), DEFAULT_CHART.name, Rates((0,) * 4, (0,) * 5))
    assert chart.rates.allowance_ppm == GUIDELINE_PPM
