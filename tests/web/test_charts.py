"""Charts: the finding is true of the figures, the specification obeys the policy, the bundle fits the grammar."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import altair as alt
import pytest

from kaopu.book.console.charts import bars, days_past_due, roll_rates, vintages
from kaopu.web import chart_bundle

CSS = (Path(__file__).resolve().parents[2] / "kaopu/web/static/web/kaopu.css").read_text(encoding="utf-8")


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+): ([^;]+);", block))


LIGHT, DARK = (tokens(CSS.split(head)[1].split("}")[0]) for head in (":root {", ":root.dark {"))


def days(*late):
    start = date(2026, 10, 11)
    return [
        days_past_due.Day(start + timedelta(days=7 * n), {"current": 900_000_00, "1-30": amount, "361+": 5_000_00})
        for n, amount in enumerate(late)
    ]


def test_the_stack_says_how_it_moved():
    chart = days_past_due.chart(days(10_000_00, 12_000_00, 12_000_00, 13_000_00, 20_000_00), "CNY", "")
    assert chart.finding == "¥25,000 on 8 Nov 2026, up 66.7% on 11 Oct 2026."
    assert chart.rows[0][0] == "8 Nov 2026"
    assert chart.rows[0][-1] == "¥25,000.00"
    assert len(chart.spec["data"]["values"]) == 25


def test_vintages_say_whether_newer_is_better():
    lines = [vintages.Line("2026-01", (0.01, 0.02, 0.03, 0.04)), vintages.Line("2026-02", (0.01, 0.015, 0.02))]
    assert vintages.chart(lines, "").finding == (
        "Newer is better: 2026-02 stands at 2.00% after 3 months, older ones stood at 3.00%."
    )


def test_roll_rates_say_what_rolled_and_what_was_cured():
    matrix = roll_rates.Matrix(
        date(2026, 10, 22), date(2026, 11, 22),
        {"current": {"current": 0.97, "1-30": 0.03}, "1-30": {"current": 0.5, "paid_off": 0.1, "31-60": 0.4}},
    )  # fmt: skip
    finding = roll_rates.chart(matrix, "").finding
    assert "40.0% had rolled further by 22 Nov 2026 and 60.0% was cured or paid" in finding


def test_small_parts_become_one_bar():
    slices = [bars.Slice(f"product {n}", (20 - n) * 1_000_000_00) for n in range(14)]
    whole = sum(part.outstanding for part in slices)
    chart = bars.concentration(slices, whole, 800.0, "CNY", "")
    assert len(chart.spec["data"]["values"]) == len(chart.rows) == 11
    assert chart.rows[-1] == ("other", "¥34,000,000.00", "18.0%")


def some_charts():
    yield days_past_due.chart(days(1_00, 2_00), "CNY", "")
    yield vintages.chart([vintages.Line("2026-01", (0.01, 0.02))], "")
    yield roll_rates.chart(roll_rates.Matrix(date(2026, 1, 1), date(2026, 2, 1), {"current": {"current": 1.0}}), "")
    yield bars.concentration([bars.Slice("a", 5_00)], 5_00, 10_000.0, "CNY", "")
    yield bars.expected_cash([(date(2026, 1, 1), 5_00)], "CNY", "")


@pytest.mark.parametrize("chart", list(some_charts()), ids=lambda chart: chart.key)
def test_a_specification_names_colours_by_token_and_loads_nothing(chart):
    text = json.dumps(chart.spec)
    assert "url" not in chart.spec["data"]
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert used
    assert used <= set(LIGHT)
    assert not re.findall(r"\"#[0-9a-fA-F]{3,6}\"", text), "a colour by value would not follow the theme"


def test_both_themes_have_every_token():
    assert set(LIGHT) == set(DARK)


def test_nothing_to_draw_is_an_error_and_not_an_empty_picture():
    for make in (
        lambda: days_past_due.chart([], "CNY", ""),
        lambda: vintages.chart([], ""),
        lambda: bars.concentration([], 0, 0.0, "CNY", ""),
        lambda: bars.expected_cash([], "CNY", ""),
    ):
        with pytest.raises(ValueError, match="no "):
            make()


def test_the_bundle_draws_the_grammar_that_altair_writes(tmp_path):
    path = chart_bundle.build(tmp_path)
    assert chart_bundle.vega_lite_version() == ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    assert "window.vegaEmbed" in path.read_text(encoding="utf-8")
    first = path.stat().st_mtime_ns
    assert chart_bundle.build(tmp_path).stat().st_mtime_ns == first, "made once"
