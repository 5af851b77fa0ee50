"""Due dates and the interest of each period between them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from kaopu.book.core.due_dates import periods
from kaopu.book.core.schedule import build
from kaopu.book.core.terms import InterestPaid, Plan, Spacing, Terms
from kaopu.kernel.core.calendars import BusinessDays
from kaopu.kernel.core.day_count import DayCount
from kaopu.kernel.core.errors import BadInput


def terms(start, count=3, plan=Plan.INTEREST_ONLY, **changes):
    rate = Decimal("0.12")
    return Terms(plan, "CNY", 1_000_000, date.fromisoformat(start), count, rate, **changes)


def due(drawn):
    return [span.due_on.isoformat() for span in periods(drawn)]


@pytest.mark.parametrize(
    ("start", "changes", "expected"),
    [
        ("2026-01-31", {}, ["2026-02-28", "2026-03-31", "2026-04-30"]),  # month end and back
        ("2024-01-31", {}, ["2024-02-29", "2024-03-31", "2024-04-30"]),
        ("2024-02-29", {"spacing_every": 12}, ["2025-02-28", "2026-02-28", "2027-02-28"]),
        ("2024-02-29", {"spacing_every": 12, "periods": 4}, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2026-01-15", {"due_day": 1}, ["2026-02-01", "2026-03-01", "2026-04-01"]),
        ("2026-01-15", {"due_day": 31}, ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2026-01-15", {"first_due": date(2026, 3, 1)}, ["2026-03-01", "2026-04-01", "2026-05-01"]),
        ("2026-01-15", {"first_due": date(2026, 2, 28), "due_day": 31}, ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2026-01-15", {"spacing": Spacing.WEEKS, "spacing_every": 2}, ["2026-01-29", "2026-02-12", "2026-02-26"]),
        ("2026-01-15", {"spacing": Spacing.DAYS}, ["2026-01-16", "2026-01-17", "2026-01-18"]),
        ("2026-01-15", {"plan": Plan.BULLET}, ["2026-04-15"]),
        ("2026-01-15", {"plan": Plan.ON_DEMAND}, ["2026-04-15"]),
        # 15 Feb and 15 Mar 2026 are Sundays; 31 May 2026 too, and it is the month's last day
        ("2026-01-15", {"business_days": BusinessDays.FOLLOWING}, ["2026-02-16", "2026-03-16", "2026-04-15"]),
        ("2026-01-15", {"business_days": BusinessDays.PRECEDING}, ["2026-02-13", "2026-03-13", "2026-04-15"]),
        ("2026-04-30", {"business_days": BusinessDays.MODIFIED_FOLLOWING, "periods": 1, "due_day": 31}, ["2026-05-29"]),
    ],
)
def test_due_dates(start, changes, expected):
    changes = dict(changes)
    drawn = terms(start, changes.pop("periods", 3), changes.pop("plan", Plan.INTEREST_ONLY), **changes)
    assert due(drawn) == expected


def test_the_statutory_holidays_of_china_move_a_due_date():
    # 15 to 23 Feb 2026 is the Spring Festival holiday; the 14th is a working Saturday
    drawn = terms("2026-01-15", 1, business_days=BusinessDays.FOLLOWING, calendar="china")
    assert due(drawn) == ["2026-02-24"]


def test_interest_follows_the_moved_dates_under_actual_days_only():
    moved = {"business_days": BusinessDays.FOLLOWING}
    actual = periods(terms("2026-01-15", day_count=DayCount.ACT_365F, **moved))
    nominal = periods(terms("2026-01-15", **moved))
    assert [span.years for span in actual] == [Fraction(32, 365), Fraction(28, 365), Fraction(30, 365)]
    assert {span.years for span in nominal} == {Fraction(1, 12)}


def test_a_leap_year_under_actual_actual():
    """Two years from 1 March 2023 pay the same each year: the days of 2024 are divided by 366, the others by 365."""
    start = "2023-03-01"
    drawn = terms(start, 24, day_count=DayCount.ACT_ACT)
    rows = build(drawn).rows
    by_hand = {
        "2024-02-01": Fraction(31, 366),
        "2024-03-01": Fraction(29, 366),
        "2025-03-01": Fraction(28, 365),
        "2024-01-01": Fraction(31, 365),
    }
    for row in rows:
        share = by_hand.get(row.due_on.isoformat())
        if share is not None:
            assert row.interest == int(1_000_000 * Fraction(12, 100) * share + Fraction(1, 2))
    year_2024 = [span.years for span in periods(drawn) if date(2024, 1, 1) < span.due_on <= date(2025, 1, 1)]
    assert sum(year_2024) == 1
    assert sum(span.years for span in periods(terms("2024-01-31", 12, day_count=DayCount.ACT_365F))) == Fraction(
        366, 365
    )


def test_a_broken_first_period_bears_its_true_share():
    # 15 Jan to 1 Mar: 46 days of 30/360, 45 actual days
    first = {"first_due": date(2026, 3, 1)}
    assert periods(terms("2026-01-15", **first))[0].years == Fraction(46, 360)
    assert periods(terms("2026-01-15", day_count=DayCount.ACT_360, **first))[0].years == Fraction(45, 360)
    level = build(terms("2026-01-15", plan=Plan.EQUAL_INSTALMENT, **first)).rows
    assert level[0].interest == 15_333  # 1,000,000 × 12% × 46/360
    assert level[0].total == level[1].total


def test_a_bullet_collects_the_interest_of_the_whole_time():
    assert build(terms("2026-01-31", 12, Plan.BULLET)).rows[0].interest == 120_000
    by_day = build(terms("2026-01-31", 12, Plan.ON_DEMAND, day_count=DayCount.ACT_360)).rows
    assert [(row.interest, row.total) for row in by_day] == [(121_667, 1_121_667)]  # 365 days over 360
    each = terms("2026-01-31", 2, Plan.ON_DEMAND, day_count=DayCount.ACT_360, interest_paid=InterestPaid.EACH_PERIOD)
    assert [(row.principal, row.interest) for row in build(each).rows] == [(0, 9_333), (1_000_000, 10_333)]


@pytest.mark.parametrize("convention", [BusinessDays.FOLLOWING, BusinessDays.PRECEDING])
def test_moved_dates_that_would_meet_are_refused(convention):
    with pytest.raises(BadInput, match="later than"):
        build(terms("2026-01-15", 5, spacing=Spacing.DAYS, business_days=convention))


def test_dates_past_the_calendar_are_refused():
    with pytest.raises(BadInput, match="periods"):
        build(terms("2026-01-15", 3_000, spacing_every=120))
