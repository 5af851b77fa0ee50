"""Day counts against published figures: worked examples a-13, a-59 and a-61."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.kernel.core.day_count import DayCount, Thirty360, thirty_360_days, year_fraction
from kaopu.kernel.core.errors import BadInput

FIVE = [DayCount.ACT_360, DayCount.ACT_365F, DayCount.ACT_ACT, DayCount.THIRTY_360_US, DayCount.THIRTY_E_360]
day = date.fromisoformat


@pytest.mark.parametrize(("start", "end", "expected"), [
    # a-13                         act/360       act/365f      act/act       30/360-us     30e/360
    ("2003-11-01", "2004-05-01", (0.5055555556, 0.4986301370, 0.4977243806, 0.5000000000, 0.5000000000)),
    ("2023-12-31", "2024-01-31", (0.0861111111, 0.0849315068, 0.0847069391, 0.0833333333, 0.0833333333)),
    ("2024-01-31", "2024-02-29", (0.0805555556, 0.0794520548, 0.0792349727, 0.0805555556, 0.0805555556)),
    ("2024-02-29", "2025-02-28", (1.0138888889, 1.0000000000, 0.9977019238, 0.9972222222, 0.9972222222)),
    ("2026-01-15", "2026-11-23", (0.8666666667, 0.8547945205, 0.8547945205, 0.8555555556, 0.8555555556)),
    ("2027-10-31", "2028-03-31", (0.4222222222, 0.4164383562, 0.4157646530, 0.4166666667, 0.4166666667)),
])  # fmt: skip
def test_five_conventions_over_six_pairs(start, end, expected):
    found = [float(year_fraction(day(start), day(end), convention)) for convention in FIVE]
    assert found == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(("start", "end", "actual_actual", "actual_365"), [
    # a-59: the cut is 1 January, a day belongs to the year in which it starts
    ("2003-11-01", "2004-05-01", 0.497724380567, 0.498630136986),
    ("1999-02-01", "1999-07-01", 0.410958904110, 0.410958904110),
    ("1999-07-01", "2000-07-01", 1.001377348604, 1.002739726027),
    ("2002-08-15", "2003-07-15", 0.915068493151, 0.915068493151),
    ("2003-07-15", "2004-01-15", 0.504004790778, 0.504109589041),
])  # fmt: skip
def test_actual_actual_splits_at_new_year(start, end, actual_actual, actual_365):
    start, end = day(start), day(end)
    assert float(year_fraction(start, end, DayCount.ACT_ACT)) == pytest.approx(actual_actual, abs=1e-12)
    assert float(year_fraction(start, end, DayCount.ACT_365F)) == pytest.approx(actual_365, abs=1e-12)


@pytest.mark.parametrize(("start", "end", "bond", "eurobond", "us_february"), [
    # a-61: the three differ at month ends only
    ("2006-08-20", "2007-02-20", 180, 180, 180),
    ("2007-02-20", "2007-08-20", 180, 180, 180),
    ("2007-08-20", "2008-02-20", 180, 180, 180),
    ("2006-05-01", "2006-08-01",  90,  90,  90),
    ("2006-08-31", "2007-02-28", 178, 178, 178),
    ("2007-02-28", "2007-08-31", 183, 182, 180),
    ("2008-02-29", "2008-08-31", 182, 181, 180),
    ("2024-01-30", "2024-03-31",  60,  60,  60),
    ("2024-01-29", "2024-03-31",  62,  61,  62),
    ("2007-02-28", "2008-02-29", 361, 361, 360),  # both ends are ends of February
])  # fmt: skip
def test_three_ways_to_count_months_of_thirty_days(start, end, bond, eurobond, us_february):
    start, end = day(start), day(end)
    found = [thirty_360_days(start, end, rule) for rule in Thirty360]
    assert found == [bond, eurobond, us_february]
    assert year_fraction(start, end, DayCount.THIRTY_360_US) == Fraction(bond, 360)
    assert year_fraction(start, end, DayCount.THIRTY_E_360) == Fraction(eurobond, 360)


@pytest.mark.parametrize("convention", DayCount)
def test_time_does_not_run_backwards(convention):
    with pytest.raises(BadInput, match="2026-01-14 given, expected 2026-01-15 or later"):
        year_fraction(date(2026, 1, 15), date(2026, 1, 14), convention)
    assert year_fraction(date(2026, 1, 15), date(2026, 1, 15), convention) == 0


def day_by_day(start, end):
    """Actual/actual the slow way: each day is one part of the year it starts in."""
    total, on = Fraction(0), start
    while on < end:
        total += Fraction(1, 366 if (on.year % 4 == 0 and on.year % 100) or on.year % 400 == 0 else 365)
        on += timedelta(days=1)
    return total


spans = st.tuples(st.dates(date(1890, 1, 1), date(2110, 1, 1)), st.integers(0, 1_500))


@given(spans)
def test_actual_actual_is_the_sum_of_its_days(span):
    start, days = span
    end = start + timedelta(days=days)
    assert year_fraction(start, end, DayCount.ACT_ACT) == day_by_day(start, end)


@given(spans, st.integers(0, 1_500), st.sampled_from([DayCount.ACT_ACT, DayCount.ACT_360, DayCount.ACT_365F]))
def test_actual_counts_add_up_wherever_a_span_is_cut(span, more, convention):
    start, days = span
    cut, end = start + timedelta(days=days), start + timedelta(days=days + more)
    whole = year_fraction(start, end, convention)
    assert year_fraction(start, cut, convention) + year_fraction(cut, end, convention) == whole


def test_the_last_year_there_is_has_an_end():
    assert year_fraction(date(9998, 1, 1), date(9999, 12, 31), DayCount.ACT_ACT) == 1 + Fraction(364, 365)
