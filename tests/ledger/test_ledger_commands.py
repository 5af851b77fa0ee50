"""The commands as they are: JSON on one line, exit codes, words on what to do; the lender's own chart."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from kaopu.ledger import commands, store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kaopu(own_home, monkeypatch):
    """`kaopu("post", "--as-of", …)`: exit code and JSON (or text), against the test's own database."""
    import contextlib

    monkeypatch.setattr(commands, "opened_book", contextlib.nullcontext)

    def run(*words, as_json=True):
        done = CliRunner().invoke(commands.app, [*words, *(["--json"] if as_json else [])])
        if done.exception and not isinstance(done.exception, SystemExit):
            return 2, str(done.exception)
        lines = done.stdout.strip().splitlines()
        return done.exit_code, json.loads(lines[0]) if as_json and done.exit_code < 2 else done.stdout

    return run


@pytest.fixture
def book(booked, record):
    debt = booked()
    record(debt, "payment", "2026-02-15", 10_662)
    return debt


def test_a_trial_balance_posts_what_is_not_posted_yet(kaopu, book):
    code, answer = kaopu("trial-balance", "--as-of", "2026-03-31")
    assert (code, answer["balanced"], answer["posted_to"], answer["basis"]) == (0, True, "2026-03-31", "journal")
    rows = {row["code"]: row for row in answer["accounts"]}
    assert set(rows["1301"]) == {"code", "name", "name_zh", "kind", "debit", "credit"}
    assert rows["1002"]["credit"] == "1093.38"  # 1,200.00 lent, 106.62 paid
    assert sum(Decimal(row["debit"]) for row in rows.values()) == Decimal(answer["credit"]) == Decimal(answer["debit"])
    _, earlier = kaopu("trial-balance", "--as-of", "2026-02-28")
    assert (earlier["basis"], earlier["posted_to"], earlier["balanced"]) == ("history", None, True)
    kaopu("post", "--as-of", "2026-04-30")
    _, between = kaopu("trial-balance", "--as-of", "2026-04-10")
    assert (between["basis"], between["posted_to"]) == ("journal", "2026-03-31")
    assert between["accounts"] == answer["accounts"]


def test_an_empty_book_is_balanced(kaopu, transactional_db):
    code, answer = kaopu("trial-balance", "--as-of", "2026-03-31")
    assert (code, answer["balanced"], answer["accounts"], answer["currency"]) == (0, True, [], "CNY")


def test_a_period_is_income_and_cash_by_cause(kaopu, book):
    _, whole = kaopu("period", "--from", "2026-01-01", "--to", "2026-03-31")
    assert whole["basis"] == "history"
    assert whole["cash"] == {"lent": "-1200.00", "paid": "106.62", "total": "-1093.38"}
    assert whole["income"]["total"] == str(sum(Decimal(v) for k, v in whole["income"].items() if k != "total"))
    for day in ("2026-01-31", "2026-02-28", "2026-03-31"):
        kaopu("post", "--as-of", day)
    _, posted = kaopu("period", "--from", "2026-01-01", "--to", "2026-03-31")
    assert {**posted, "basis": "history"} == whole
    parts = [
        kaopu("period", "--from", f"2026-0{n}-01", "--to", day)[1]
        for n, day in ((1, "2026-01-31"), (2, "2026-02-28"), (3, "2026-03-31"))
    ]
    assert [part["basis"] for part in parts] == ["journal"] * 3
    for name in ("income", "cash"):
        added = sum(Decimal(part[name]["total"]) for part in parts)
        assert added == Decimal(whole[name]["total"])


def test_a_correction_is_told_with_both_dates(kaopu, book, record):
    kaopu("post", "--as-of", "2026-02-28")
    record(book, "payment", "2026-02-20", 500)
    assert kaopu("post", "--as-of", "2026-03-31")[1]["corrections"] == 1
    _, march = kaopu("period", "--from", "2026-03-01", "--to", "2026-03-31")
    (one,) = march["corrections"]
    assert (one["debt"], one["posted_on"], one["effective_on"]) == (book.pk, "2026-03-31", "2026-02-20")
    assert one["amounts"]["paid"] == "5.00"
    assert march["cash"]["paid"] == "5.00"


def test_an_account_opens_down_to_its_debts(kaopu, book):
    code, message = kaopu("entries", "--account", "1002")
    assert (code, "nothing is posted yet" in message) == (2, True)
    kaopu("post", "--as-of", "2026-03-31")
    _, answer = kaopu("entries", "--account", "1002", "--debt", f"D-{book.pk}")
    found = {line["cause"]: line["amount"] for line in answer["entries"]}
    assert found == {"lent": "-1200.00", "paid": "106.62"}
    (event,) = answer["events"]
    assert (event["on"], event["kind"], event["amount"]) == ("2026-02-15", "payment", 10_662)
    assert kaopu("entries", "--account", "9999")[0] == 2


def test_what_cannot_be_says_what_to_do(kaopu, book):
    kaopu("post", "--as-of", "2026-03-31")
    code, message = kaopu("post", "--as-of", "2026-03-01")
    assert code == 2
    assert "expected that day or a later one" in message
    assert kaopu("period", "--from", "2026-03-02", "--to", "2026-03-01")[0] == 2
    assert "expected one of CNY" in kaopu("trial-balance", "--as-of", "2026-03-31", "--currency", "USD")[1]


def test_the_lenders_own_chart_is_checked_then_taken_in(kaopu, book, tmp_path):
    kaopu("post", "--as-of", "2026-03-31")
    text = store.DEFAULT_CHART.read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace('"1002"', '"100201"').replace('name = "default"', 'name = "ours"'), encoding="utf-8")
    assert kaopu("chart", "--file", str(mine))[1]["installed"] is False
    assert kaopu("chart")[1]["name"] == "default"
    assert kaopu("chart", "--file", str(mine), "--install")[1]["installed"] is True
    assert "1002" in {row["code"] for row in kaopu("trial-balance", "--as-of", "2026-03-31")[1]["accounts"]}
    _, answer = kaopu("trial-balance", "--as-of", "2026-04-01")
    assert answer["chart"] == "ours"
    assert {row["code"] for row in answer["accounts"]} & {"1002", "100201"} == {"100201"}
    mine.write_text(text.replace('interest = "0.06"', 'interest = "0.03"'), encoding="utf-8")
    code, message = kaopu("chart", "--file", str(mine), "--install")
    assert (code, "would restate the tax of closed periods" in message) == (2, True)
    assert "no-such.toml" in kaopu("chart", "--file", "no-such.toml")[1]


@pytest.mark.parametrize(("now", "told"), [((2026, 3, 31, 9), True), ((2026, 3, 31, 10), False)])
def test_a_day_that_is_not_over_is_posted_with_a_warning(kaopu, book, monkeypatch, now, told):
    from kaopu.kernel import clock

    monkeypatch.setattr(clock, "system_clock", lambda: clock.FixedClock(datetime(*now, tzinfo=UTC)))
    done = CliRunner().invoke(commands.app, ["post", "--as-of", "2026-03-31", "--json"])
    assert done.exit_code == 0
    assert ("2026-03-31 is not over" in done.stderr) is told
