"""Business days of the plain weekend and of China's statutory calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaopu.kernel.core.calendars import BusinessDays, adjust, china_years, is_business_day
from kaopu.kernel.core.errors import BadInput

day = date.fromisoformat


@pytest.mark.parametrize(("on", "weekend", "china"), [
    ("2026-02-13", True,  True),   # Friday before the Spring Festival
    ("2026-02-14", False, True),   # Saturday, worked to make up for the holiday
    ("2026-02-16", True,  False),  # eve of the Spring Festival
    ("2026-02-22", False, False),
    ("2026-10-01", True,  False),  # National Day
    ("2026-10-10", False, True),   # Saturday, worked
    ("2024-02-29", True,  True),
    ("2025-05-05", True,  False),  # Labour Day holiday
])  # fmt: skip
def test_days_worked(on, weekend, china):
    assert (is_business_day(day(on), "weekend"), is_business_day(day(on), "china")) == (weekend, china)


@pytest.mark.parametrize(("on", "calendar", "following", "modified", "preceding"), [
    ("2026-01-15", "weekend", "2026-01-15", "2026-01-15", "2026-01-15"),  # Thursday
    ("2026-02-15", "weekend", "2026-02-16", "2026-02-16", "2026-02-13"),  # Sunday
    ("2026-05-31", "weekend", "2026-06-01", "2026-05-29", "2026-05-29"),  # Sunday, end of the month
    ("2026-02-15", "china",   "2026-02-24", "2026-02-24", "2026-02-14"),  # Spring Festival, 15 to 23 February
    ("2025-09-30", "china",   "2025-09-30", "2025-09-30", "2025-09-30"),
    ("2026-02-28", "china",   "2026-02-28", "2026-02-28", "2026-02-28"),  # Saturday, worked
])  # fmt: skip
def test_where_a_date_moves(on, calendar, following, modified, preceding):
    conventions = (BusinessDays.FOLLOWING, BusinessDays.MODIFIED_FOLLOWING, BusinessDays.PRECEDING)
    assert [adjust(day(on), convention, calendar).isoformat() for convention in conventions] == [
        following,
        modified,
        preceding,
    ]
    assert adjust(day(on), BusinessDays.NONE, calendar) == day(on)


@pytest.mark.parametrize("on", ["2003-12-31", "2199-06-01"])
def test_years_without_published_holidays_are_named_and_refused(on):
    first, last = china_years()
    assert first == 2004
    assert last >= 2026
    with pytest.raises(BadInput, match=f"from 2004 to {last}"):
        is_business_day(day(on), "china")
    assert adjust(day(on), BusinessDays.NONE, "china") == day(on)  # nothing was asked of the calendar


def test_an_unknown_calendar_is_refused():
    with pytest.raises(BadInput, match="weekend or china"):
        is_business_day(day("2026-01-15"), "mars")


@pytest.mark.parametrize(
    ("on", "convention", "moved"),
    [("0001-01-06", "preceding", "0001-01-05"), ("9999-12-25", "following", "9999-12-27")],
)
def test_the_ends_of_time_have_business_days(on, convention, moved):
    assert adjust(day(on), BusinessDays(convention)) == day(moved)
    assert is_business_day(date.min)
    assert is_business_day(date.max)


@given(st.dates(date(2005, 1, 1), date(2025, 12, 1)), st.sampled_from(["weekend", "china"]))
def test_a_date_moves_to_the_nearest_business_day_on_its_side(on, calendar):
    following = adjust(on, BusinessDays.FOLLOWING, calendar)
    preceding = adjust(on, BusinessDays.PRECEDING, calendar)
    assert preceding <= on <= following
    skipped = [preceding + timedelta(days=n) for n in range(1, (following - preceding).days)]
    assert not any(is_business_day(between, calendar) for between in skipped)
    assert is_business_day(following, calendar)
    assert is_business_day(preceding, calendar)
    modified = adjust(on, BusinessDays.MODIFIED_FOLLOWING, calendar)
    assert modified == (following if following.month == on.month else preceding)
