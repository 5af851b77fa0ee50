"""The yearly cost: one set of keys, and a reason wherever a figure is missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.kernel.core.cost import cost
from kaopu.kernel.core.errors import BadInput

KEYS = ["effective_day_exact", "effective_monthly", "nominal", "method"]


def monthly(received, paid, day=15):
    """Received on `day` of January 2026, the payments on the same day of the months after."""
    flows = [(date(2026, 1, day), received)]
    for n, amount in enumerate(paid, start=1):
        year, month = 2026 + n // 12, n % 12 + 1
        last = [31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        flows.append((date(year, month, min(day, last)), -amount))
    return flows


def test_half_a_per_cent_on_the_original_principal():
    # a-01: 12,000.00 over 12 months, 1,060.00 a month
    found = cost(monthly(1_200_000, [106_000] * 12))
    assert list(found) == KEYS
    assert found["nominal"] == pytest.approx(0.10896383, abs=1e-8)
    assert found["effective_monthly"] == pytest.approx(0.1145738, abs=1e-7)
    assert found["effective_day_exact"] == pytest.approx(0.115072853, abs=1e-8)
    assert "times 12" in found["method"]


@pytest.mark.parametrize("day", [1, 15, 28, 29, 30, 31])
def test_months_count_as_equal_whatever_their_length(day):
    found = cost(monthly(1_000_000, [88_849] * 11 + [88_847], day))
    assert found["nominal"] == pytest.approx(0.12, abs=2e-6)  # a-06 in whole cents
    assert found["effective_monthly"] == pytest.approx(0.1268250301, abs=3e-6)  # a-47


@pytest.mark.parametrize(("lent", "fee", "periods", "nominal"), [
    (12_000_000, 72_000, 12, 0.13034224),  # a-47: flat 0.6% a month on the original principal, 12 periods
    (24_000_000, 172_800, 24, 0.15798039),  # and flat 0.72%, 24 periods
])  # fmt: skip
def test_flat_rates_cost_twice_what_they_say(lent, fee, periods, nominal):
    assert cost(monthly(lent, [1_000_000 + fee] * periods))["nominal"] == pytest.approx(nominal, abs=1e-8)


def test_a_year_of_365_days_is_a_year():
    found = cost([(date(2025, 3, 1), 100_000), (date(2026, 3, 1), -112_000)])
    assert found["effective_day_exact"] == 0.12
    assert found["effective_monthly"] == 0.12
    assert found["nominal"] == pytest.approx(12 * (1.12 ** (1 / 12) - 1), abs=1e-12)


def test_free_money_costs_nothing():
    assert [cost(monthly(120_000, [40_000] * 3))[key] for key in KEYS[:3]] == [0, 0, 0]


def test_other_days_than_one_a_month_have_no_monthly_rate():
    flows = [(date(2026, 1, 15), 120_000), (date(2026, 2, 16), -60_500), (date(2026, 3, 15), -60_500)]
    found = cost(flows)
    assert found["effective_day_exact"] == pytest.approx(0.068, abs=2e-3)
    assert (found["effective_monthly"], found["nominal"]) == (None, None)
    assert "not stated, the flows do not fall on one day of the month" in found["method"]


@pytest.mark.parametrize(("amounts", "reason"), [
    ([100_000], "no rate"),
    ([100_000, -200_000, 150_000], "no rate"),  # c-04
    ([-100_000, 300_000, -220_000], "more than one rate"),  # c-04: 27.6% and 72.4% a year
    ([0, 0], "any rate would do"),
])  # fmt: skip
def test_a_missing_rate_says_why(amounts, reason):
    found = cost([(date(2025 + n, 1, 15), amount) for n, amount in enumerate(amounts)])
    assert [found[key] for key in KEYS[:3]] == [None] * 3
    assert reason in found["method"]


def test_a_rate_too_large_for_a_number_is_not_given_as_one():
    found = cost([(date(2026, 1, 1), 1), (date(2026, 1, 2), -1_000_000)])
    assert found["effective_day_exact"] is None
    assert "beyond" in found["method"]


def test_no_flows_are_refused():
    with pytest.raises(BadInput, match="flows: none given"):
        cost([])


payments = st.lists(st.tuples(st.integers(1, 800), st.integers(1, 500_000)), min_size=1, max_size=24)


@given(payments, st.integers(1, 100))
def test_paying_more_costs_more(drawn, extra):
    start, lent = date(2026, 1, 31), sum(amount for _, amount in drawn)
    flows = [(start, lent), *((start + timedelta(days=days), -amount) for days, amount in drawn)]
    dearer = [*flows, (flows[-1][0], -extra)]
    base, more = cost(flows)["effective_day_exact"], cost(dearer)["effective_day_exact"]
    assert base == 0
    assert more is None or more > 0
