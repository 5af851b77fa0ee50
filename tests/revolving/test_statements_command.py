"""`kaopu book statements` as others run it: what it prints, what it takes for granted, how it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TERMS = {"statement_day": 5, "due_day": 25}
BOUGHT = {"type": "purchase", "on": "2024-03-30", "amount": "1000.00"}
PAID = {"type": "payment", "on": "2024-04-24", "amount": "100.00"}
KEYS = [
    "statement_on",
    "due_on",
    "opening",
    "purchases",
    "payments",
    "interest",
    "fees",
    "closing",
    "minimum_due",
    "paid_by_due",
    "days_past_due",
]


def run(tmp_path, content, *options):
    path = tmp_path / "account.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "kaopu.cli.main", "book", "statements", str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_keys_others_rely_on_come_first_in_every_cycle(tmp_path):
    done = run(tmp_path, {"terms": TERMS, "postings": [BOUGHT, PAID]}, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert [list(cycle)[: len(KEYS)] for cycle in answer["cycles"]] == [KEYS, KEYS]
    assert [cycle["interest"] for cycle in answer["cycles"]] == ["0.00", "17.90"]


def test_without_json_a_table(tmp_path):
    done = run(tmp_path, {"terms": TERMS, "postings": [BOUGHT, PAID]})
    heading, *rows = [line.split() for line in done.stdout.splitlines()]
    assert heading == KEYS
    assert rows[1][:2] == ["2024-05-05", "2024-05-25"]


def test_numbers_other_names_and_percentages_say_the_same(tmp_path):
    other = """{"product": {"billing_day": 5, "payment_due_day": 25, "minimum_percent": 10, "interest_base": "whole_bill",
        "buckets": {"purchases": {"daily_percent": 0.05}, "cash_advance": {"daily_rate": 5e-4}}},
        "transactions": [{"kind": "Purchase", "date": "2024-03-30", "amount": 1000.0, "merchant": "x"},
                         {"kind": "repayment", "posted_on": "2024-04-24", "amount": 100}]}"""
    same = run(tmp_path, {"terms": TERMS, "postings": [BOUGHT, PAID]}, "--json")
    assert run(tmp_path, other, "--json").stdout == same.stdout


BASE = {"statement_day": 5, "due_days": 20, "minimum": {"percent": 10, "floor": "50.00"}, "interest_on": "unpaid"}
HISTORY = [
    {"type": "purchase", "on": "2024-03-30", "amount": "1000.00", "id": "a"},
    {"type": "cash", "on": "2024-04-01", "amount": "200.00"},
    {"type": "fee", "on": "2024-04-02", "amount": "5.00"},
    {"type": "refund", "on": "2024-04-10", "amount": "50.00", "of": "a"},
    {"type": "instalment", "on": "2024-04-12", "amount": "300.00", "months": 3, "fee_rate": "0.006"},
    {"type": "payment", "on": "2024-04-24", "amount": "100.00"},
]
OTHER_HISTORY = [
    {"kind": "Purchase", "posted_on": "2024-03-30", "amount": 1000, "ref": "a", "category": "shoes"},
    {"kind": "cash_advance", "date": "2024-04-01", "amount_minor": 20000},
    {"kind": "annual fee", "posting_date": "2024-04-02", "value": "5"},
    {"kind": "merchant_refund", "day": "2024-04-10", "amount": "50.00", "refers_to": "a", "currency": "CNY"},
    {"kind": "bill_instalment", "booked_on": "2024-04-12", "amount": "300.00", "parts": 3, "monthly_fee_percent": 0.6},
    {"kind": "repayment", "on": "2024-04-24", "amount": "100.00"},
]
# fmt: off
SAME = {
    "flat fields": {"bill_day": 5, "days_to_pay": 20, "min_percent": "10", "minimum_amount": 50, "interest_base": "unpaid_part", "daily_rate": "0.0005"},
    "flat rates": {"cycle_day": 5, "due_days": 20, "minimum_rate": "10%", "minimum_floor": 50, "interest_rule": "unpaid portion", "purchase_daily_rate": "0.05%", "daily_cash_rate": "0.0005"},
    "a yearly rate": {"closing_day": 5, "interest_free_days": 20, "minimum": {"share_of_principal": "0.1", "at_least": "50"}, "interest_method": "unpaid", "purchase_rate": "18.25%", "cash_advance_rate_percent": "18.25"},
    "a list of buckets": {"statement_day": 5, "payment_days": 20, "minimum_payment": {"percentage": 10, "amount": 50}, "interest_base": "unpaid_balance", "grace": True,
                          "buckets": [{"name": "retail", "daily_rate": 0.0005}, {"name": "cash_advance", "apr": 0.1825}, {"name": "bill_instalment", "rate": 0}]},
    "a bucket by day and year": {"statement_day": 5, "grace_period": 20, "interest_base": "unpaid", "minimum": {"floor": 50, "rate": 0.1, "includes_fees": True, "past_due": True},
                                 "rates": {"purchase": {"daily": "0.0005"}, "cash": {"annual": "0.1825"}}},
    "free in words": BASE | {"interest_free_period": True},
    "an order with principal": BASE | {"payment_order": ["interest", "fees", "principal"], "tolerance": {"days": 0, "amount": 0}},
    "a part of the order": BASE | {"allocation_order": ["interest", "fee", "cash_advance"], "grace_days": 0, "grace_amount": 0},
    "the dearest first": BASE | {"allocation": "highest_rate_first", "rates": {"instalment": 0}, "day_count": "365"},
}
# fmt: on


@pytest.mark.parametrize("title", SAME)
def test_names_that_others_would_choose_say_the_same(tmp_path, title):
    asked = {"terms": BASE, "postings": HISTORY, "as_of": "2024-06-05"}
    other = {
        "product": {"name": "card", "terms": SAME[title]},
        "entries": OTHER_HISTORY,
        "currency": "CNY",
        "cycles": 3,
    }
    same, found = (json.loads(run(tmp_path, content, "--json").stdout or "null") for content in (asked, other))
    if title == "the dearest first":  # purchases and instalments change places
        same, found = same["cycles"][0], found["cycles"][0]
    assert found == same


def test_yen_have_no_decimals(tmp_path):
    done = run(tmp_path, {"terms": TERMS | {"currency": "JPY"}, "postings": [BOUGHT | {"amount": 1000}]}, "--json")
    assert json.loads(done.stdout)["cycles"][0]["closing"] == "1000"


def test_several_accounts_in_one_file_and_a_refused_one_does_not_stop_the_others(tmp_path):
    good, bad = {"id": "A", "terms": TERMS, "postings": [BOUGHT]}, {"id": "B", "terms": {}, "postings": []}
    done = run(tmp_path, {"cases": [bad, good]}, "--json")
    first, second = json.loads(done.stdout)["cases"]
    assert done.returncode == 3
    assert first == {
        "id": "B",
        "error": "cases[1].terms.statement_day: nothing given, expected a day of the month from 1 to 31",
    }
    assert (second["id"], second["cycles"][0]["closing"]) == ("A", "1000.00")


@pytest.mark.parametrize("wrap", [lambda cases: {"accounts": cases}, lambda cases: cases], ids=["accounts", "a list"])
def test_several_accounts_under_another_name_or_none(tmp_path, wrap):
    cases = [{"id": "A", "terms": TERMS, "postings": [BOUGHT]}]
    several, listed = (run(tmp_path, content, "--json") for content in (wrap(cases), {"cases": cases}))
    assert (several.returncode, several.stdout) == (0, listed.stdout)


def test_terms_beside_the_postings_say_the_same_and_are_refused_by_name(tmp_path):
    nested = run(tmp_path, {"terms": TERMS, "postings": [BOUGHT, PAID], "cycles": 3, "currency": "CNY"}, "--json")
    flat = run(tmp_path, {**TERMS, "postings": [BOUGHT, PAID], "cycles": 3, "currency": "CNY"}, "--json")
    assert (flat.returncode, flat.stdout) == (0, nested.stdout)
    wrong = run(tmp_path, {**TERMS, "postings": [BOUGHT], "untill": "2024-06-01"}, "--json")
    assert (wrong.returncode, "untill: '2024-06-01' given, expected no such field" in wrong.stderr) == (2, True)


def with_terms(**terms):
    return {"terms": TERMS | terms, "postings": [BOUGHT]}


def with_posting(**fields):
    return {"terms": TERMS, "postings": [BOUGHT, PAID | fields]}


# fmt: off
REFUSED = [
    ("", "expected JSON"),
    ("[]", "file: [] given, expected an object"),
    ("[" * 100_000, "nested too deeply"),
    ({"postings": []}, "terms: nothing given, expected an object with the terms of the product"),
    ({"terms": TERMS, "postings": []}, "opened_on: nothing given, expected the day the account was opened"),
    ({"terms": TERMS, "postings": {}}, "postings: {} given, expected a list of postings"),
    ({"terms": TERMS, "postings": [7]}, "postings[1]: 7 given, expected an object"),
    ({"terms": TERMS, "postings": [BOUGHT], "untill": "2024-06-01"}, "untill: '2024-06-01' given, expected no such field; known here: terms, currency, postings"),
    ({"terms": TERMS, "postings": [BOUGHT], "as_of": "2024-01-01"}, "as_of: '2024-01-01' given, expected 2024-03-30 or later"),
    ({"terms": TERMS, "postings": [BOUGHT], "as_of": "9999-01-01"}, "expected at most 100 years after 2024-03-30"),
    ({"terms": TERMS, "postings": [BOUGHT], "opened_on": "2024-04-01"}, "postings: one on 2024-03-30 given, expected 2024-04-01 or later"),
    ({"terms": TERMS, "postings": [BOUGHT], "cases": 3}, "cases: expected a list of accounts"),
    (with_terms(statement_day=32), "terms.statement_day: 32 given, expected a whole number from 1 to 31"),
    (with_terms(due_days=20), "expected due_day or due_days, not both"),
    (with_terms(statment_day=5), "terms.statment_day: 5 given, expected no such field"),
    (with_terms(rates={"purchase": 18}), "terms.rates.purchase.rate: 18 given, expected a number from 0 to 1, or rate_annual_percent for a percentage"),
    (with_terms(rates={"travel": "0.1"}), "terms.rates.travel: 'travel' given, expected one of"),
    (with_terms(rates={"fee": "0.1"}), "terms.rates.fee: 'fee' given, expected purchase, instalment and cash, each once"),
    (with_terms(rates={"cash": {"rate_daily": 0.0005, "rate_annual": 0.1}}), "terms.rates.cash: rate_annual and rate_daily given"),
    (with_terms(minimum={"ratio": 0.1}), "terms.minimum.ratio: 0.1 given, expected no such field; known here: floor, rate, includes_interest"),
    (with_terms(minimum={"includes_fees": False}), "terms.minimum.fees: False given, expected true"),
    (with_terms(minimum={"floor": "-1"}), "terms.minimum.floor: '-1' given, expected an amount of 0 or more"),
    (with_terms(allocation=["cash", "cash"]), "terms.allocation: ['cash', 'cash'] given, expected a list of interest, fee, cash, instalment, purchase, each once"),
    (with_terms(allocation=[]), "terms.allocation: [] given, expected a list of interest"),
    (with_terms(rates={"purchase": "0.0005"}), "terms.rates.purchase.rate: 0.0005 given, expected the rate a year, or rate_daily for a rate a day"),
    (with_terms(cash_rate=0.0005), "terms.cash_rate: 0.0005 given, expected the rate a year, or cash_rate_daily for a rate a day"),
    (with_terms(interest_free_days=25, due_day=None, due_days=20), "terms.interest_free_days: 25 given, expected the same as due_days"),
    (with_posting(currency="USD"), "postings[2].currency: 'USD' given, expected CNY, the currency of the account"),
    ({"terms": TERMS | {"currency": "CNY"}, "currency": "USD", "postings": [BOUGHT]}, "currency: 'USD' given, expected CNY, the currency of the terms"),
    (with_posting(amount_minor=1.5, amount=None), "postings[2].amount_minor: 1.5 given, expected a whole number"),
    (with_terms(currency="XXX"), "terms.currency: 'XXX' given, expected an active ISO 4217 code"),
    (with_terms(day_count="30/360-us"), "terms.day_count: '30/360-us' given, expected a count whose days add up"),
    (with_terms(interest_on="some"), "terms.interest_on: 'some' given, expected one of unpaid, whole"),
    (with_terms(interest_free="yes"), "terms.interest_free: 'yes' given, expected true or false"),
    (with_posting(type="gift"), "postings[2].type: 'gift' given, expected one of purchase, cash, fee, payment, refund, instalment"),
    (with_posting(on="2024-02-30"), "postings[2].on: '2024-02-30' given, expected a day of the calendar"),
    (with_posting(on=20240401), "postings[2].on: 20240401 given, expected a day of the calendar"),
    (with_posting(date="2024-04-25"), "expected one of on and date, not both"),
    (with_posting(amount="1.001"), "postings[2].amount: 1.001 given, expected at most 2 decimals in CNY"),
    (with_posting(amount="-1"), "postings[2].amount: '-1' given, expected an amount of 0 or more"),
    (with_posting(amount=0), "expected an amount above 0"),
    (with_posting(amount="NaN"), "postings[2].amount: 'NaN' given"),
    (with_posting(amount="1e999999999"), "postings[2].amount: '1e999999999' given"),
    (with_posting(amount=True), "postings[2].amount: True given"),
    (with_posting(type="instalment"), "postings[2].months: nothing given, expected a whole number from 1 to 120"),
    (with_posting(type="instalment", months=3, amount="1000.01"), "instalment of 2024-04-24: 1000.01 given, expected at most 1000.00"),
    (with_posting(type="refund", of="p9"), "postings[2].of: 'p9' given, expected the id of a purchase"),
    (with_posting(of="p9"), "postings[2].of: 'p9' given, expected no such field"),
]
# fmt: on


@pytest.mark.parametrize(("content", "told"), REFUSED)
def test_bad_input_is_named_with_exit_2(tmp_path, content, told):
    done = run(tmp_path, content, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "kaopu.cli.main", "book", "statements", str(tmp_path / "none.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "none.json: cannot be read" in done.stderr


def test_the_example_of_the_manual_prints_the_table_of_the_manual(tmp_path):
    manual = (Path(__file__).resolve().parents[2] / "docs" / "statements.md").read_text(encoding="utf-8")
    example = manual.split("```json")[1].split("```")[0]
    table = [line.strip("| ").split(" | ") for line in manual.split("## The file")[0].splitlines() if line[:1] == "|"]
    cycles = json.loads(run(tmp_path, example, "--json").stdout)["cycles"]
    assert [[str(cycle[key]) for key in KEYS] for cycle in cycles] == table[2:]
    assert table[0] == KEYS


def test_every_field_printed_is_in_the_manual(tmp_path):
    manual = (Path(__file__).resolve().parents[2] / "docs" / "statements.md").read_text(encoding="utf-8")
    answer = json.loads(run(tmp_path, {"terms": TERMS, "postings": [BOUGHT]}, "--json").stdout)
    assert [key for key in answer["cycles"][0] if f"`{key}`" not in manual] == []
