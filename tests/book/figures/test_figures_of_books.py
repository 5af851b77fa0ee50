"""Figures add up over vintages and products to the book and to its close; a forecast does not look ahead."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kaopu.book.commands import app
from kaopu.book.snapshot.close import close_snapshot
from kaopu.book.snapshot.lender_report import Rates, closed_report, empty_report, lender_report
from tests.book.figures.figure_books import moved_after, write_book

ADDED = (
    "debts",
    "lent",
    "balance",
    "income",
    "waived",
    "loss",
    "recovered",
    "funding_cost",
    "contribution",
    "allowance",
)
AS_OF = st.dates(date(2026, 9, 1), date(2026, 12, 5))
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(seed=st.integers(0, 10**6), as_of=AS_OF, rate=st.integers(0, 200_000))
def test_vintages_and_products_add_up_to_the_book(tmp_path_factory, seed, as_of, rate):
    folder = write_book(tmp_path_factory.mktemp("figures") / "book", seed, date(2026, 11, 22))
    report = lender_report(folder, as_of, None, Rates(rate))["figures"]["currencies"]
    for found in report.values():
        total = found["total"]
        for groups in (found["vintages"], found["products"]):
            assert {name: sum(row[name] for row in groups) for name in ADDED} == {name: total[name] for name in ADDED}
        classes = found["by_class"].values()
        assert sum(each["balance"] for each in classes) == found["balance"] == total["balance"]
        assert sum(each["allowance"] for each in classes) == found["allowance"]
        assert found["non_performing"] <= found["balance"]


def test_the_balance_is_the_closes_where_all_is_on_the_balance_sheet(tmp_path):
    folder, as_of = write_book(tmp_path / "book", 7, date(2026, 11, 22)), date(2026, 11, 22)
    debts = pq.read_table(folder / "debts.parquet").drop_columns(["on_balance"])
    pq.write_table(debts, folder / "debts.parquet")
    closed = close_snapshot(folder, as_of, tmp_path / "out")
    found = closed_report(folder, as_of, tmp_path / "again")["figures"]
    assert found["classes"] == "classes by every rule"
    for currency, each in found["currencies"].items():
        assert each["balance"] == closed["by_currency"][currency]["outstanding"]
    by_class = {name: sum(each["by_class"][name]["balance"] for each in found["currencies"].values())
                for name in closed["by_class"]}  # fmt: skip
    assert by_class == {name: each["outstanding"] for name, each in closed["by_class"].items()}


@QUICK
@given(seed=st.integers(0, 10**6), place=st.integers(0, 11), by=st.integers(1, 90))
def test_a_forecast_does_not_look_ahead(tmp_path_factory, seed, place, by):
    here, as_of = tmp_path_factory.mktemp("ahead"), date(2026, 11, 22)
    folder = write_book(here / "book", seed, as_of)
    told = lender_report(folder, as_of, None)["forecast"]["currencies"]["CNY"]["targets"]
    day = date.fromisoformat(told["charged_off"]["dates"][place]["on"])
    other = moved_after(folder, here / "moved", day, by)
    again = lender_report(other, as_of, None)["forecast"]["currencies"]["CNY"]["targets"]
    for target, found in told.items():
        for was, now in zip(found["dates"][: place + 1], again[target]["dates"][: place + 1], strict=True):
            assert (was["forecast"], was["naive"], was["at_risk"]) == (now["forecast"], now["naive"], now["at_risk"])


def test_the_test_of_looking_ahead_can_fail(tmp_path):
    """Later events do change later dates, so that the test above says something."""
    folder, as_of = write_book(tmp_path / "book", 3, date(2026, 11, 22)), date(2026, 11, 22)
    told = lender_report(folder, as_of, None)["forecast"]["currencies"]["CNY"]["targets"]["over_90"]["dates"]
    other = moved_after(folder, tmp_path / "moved", date.fromisoformat(told[2]["on"]), 60)
    again = lender_report(other, as_of, None)["forecast"]["currencies"]["CNY"]["targets"]["over_90"]["dates"]
    assert [row["forecast"] for row in told[3:]] != [row["forecast"] for row in again[3:]]
    assert [row["came"] for row in told] != [row["came"] for row in again]


def test_a_book_without_a_debt_has_no_figures():
    assert empty_report(date(2026, 11, 22))["figures"]["currencies"] == {}


def test_the_commands(tmp_path):
    folder = write_book(tmp_path / "book", 1, date(2026, 11, 22))
    on = ["--snapshot", str(folder), "--as-of", "2026-11-22"]
    shown = CliRunner().invoke(app, ["figures", *on, "--funding-rate", "0.045"])
    assert shown.exit_code == 0 and "npl ratio" in shown.output and "funding cost: 4.50%" in shown.output
    assert "naive" in CliRunner().invoke(app, ["forecast", *on]).output


@pytest.mark.parametrize(
    "given",
    [["--funding-rate", "3%"], ["--funding-rate", "nan"], ["--funding-rate", "1.5"], ["--allowance", "0.01,0.02"],
     ["--snapshot", "nowhere"]],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(given):
    assert CliRunner().invoke(app, ["figures", *given]).exit_code != 0


def test_the_keys_are_those_of_the_documents(tmp_path):
    text = (Path(__file__).resolve().parents[3] / "docs" / "interfaces.md").read_text(encoding="utf-8")
    shown = text.split("### Figures of a lender")[1].split("\n### ")[0].split("```json\n")[1:]
    documented = [json.loads(block.split("```")[0]) for block in shown]
    folder = write_book(tmp_path / "book", 1, date(2026, 11, 22))
    report = lender_report(folder, date(2026, 11, 22), None)
    for told, name in zip(documented, ("figures", "forecast"), strict=True):
        same(told, report[name])


def same(told, found):
    """All documented names are there, and no others; `{}` stands for what is shown elsewhere."""
    if isinstance(told, list) and told:
        same(told[0], found[0])
    if isinstance(told, dict) and told and "normal" not in told:
        assert (set(told) == set(found)) or set(told) == {"CNY"}
        for name, each in told.items():
            same(each, found[name])
