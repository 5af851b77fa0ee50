"""Figures as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from kaopu.kernel.console import figures


@pytest.mark.parametrize(
    ("minor", "currency", "english", "chinese"),
    [
        (128_460_000_000, "CNY", "¥1,284.6 m", "12.85 亿元"),
        (2_190_000_000, "CNY", "¥21.9 m", "2,190 万元"),
        (4_382_10, "CNY", "¥4,382", "4,382 元"),
        (15_174_95, "CNY", "¥15,175", "1.5 万元"),
        (-2_190_000_000, "CNY", "−¥21.9 m", "−2,190 万元"),
        (0, "CNY", "¥0", "0 元"),
        (300_000_000_00, "CZK", "300.0 m CZK", "3.00 亿 CZK"),
    ],
)
def test_big_money_goes_by_the_scale_of_the_language(minor, currency, english, chinese):
    with translation.override("en"):
        assert figures.big_money(minor, currency) == english
    with translation.override("zh-hans"):
        assert figures.big_money(minor, currency) == chinese


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(30_620, "CNY", "¥306.20"), (-5, "CNY", "−¥0.05"), (7, "JPY", "7 JPY"), (1_234, "KWD", "1.234 KWD")],
)
def test_exact_money_has_no_space_after_its_sign(minor, currency, text):
    assert figures.money(minor, currency) == text


def test_dates_are_never_figures_alone():
    with translation.override("en"):
        assert figures.weekday_day(date(2026, 11, 27)) == "Fri 27 Nov 2026"
        assert figures.instant(datetime(2026, 11, 23, 2, 14, tzinfo=UTC)) == "23 Nov 2026 02:14 UTC"
        assert figures.days(1) == "1 day"
    with translation.override("zh-hans"):
        assert figures.weekday_day(date(2026, 11, 27)) == "2026年11月27日（周五）"
        assert figures.day(None) == "无"
        assert figures.days(21) == "21 天"


@pytest.mark.parametrize(
    ("span", "text"),
    [(timedelta(days=3, hours=2), "3 d"), (timedelta(hours=6), "6 h"), (timedelta(minutes=12), "12 min")],
)
def test_an_age_is_its_largest_unit(span, text):
    with translation.override("en"):
        assert figures.age(span) == text


@pytest.mark.parametrize(
    ("largest", "english", "chinese"),
    [
        (2_190_000_000, (100_000_000, "¥ million"), (1_000_000, "万元")),
        (50_000_000_000, (100_000_000, "¥ million"), (10_000_000_000, "亿元")),
    ],
)
def test_a_chart_is_scaled_on_the_server(largest, english, chinese):
    with translation.override("en"):
        assert figures.chart_scale(largest) == english
    with translation.override("zh-hans"):
        assert figures.chart_scale(largest) == chinese
