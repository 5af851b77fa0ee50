"""Statements a lender can check by hand: the worked cycles, and what they leave out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from worked_cycles import BOUGHT, CYCLES, TERMS, posting, rows_of
from worked_table import EVIDENCE, table

from kaopu.revolving.core.case import statements_of


@pytest.mark.parametrize("title", CYCLES)
def test_worked_cycles(title):
    one = CYCLES[title]
    assert tuple(rows_of(one.lines, **one.terms)[: len(one.rows)]) == one.rows
    assert one.sums


def test_the_table_for_lenders_is_of_these_cycles():
    """`python -m tests.revolving.worked_table` writes it."""
    assert len(CYCLES) >= 10
    assert EVIDENCE.read_text(encoding="utf-8") == table()


def test_instalments_bear_the_rate_of_their_own_bucket():
    one = CYCLES["instalments with a rate of their own"]
    # 600 x 0.12 x 26 / 365 = 5.1287...: part of 200.00 billed, minimum 200 + 5.13.
    assert rows_of(one.lines, "2024-05-05", **one.terms)[1] == "05-05 600.00 0.00 0.00 5.13 0.00 605.13 205.13 0.00 0"


# fmt: off
LEAP = [
    # statement day, opened, the statements that follow
    (29, "2024-01-10", ["2024-01-29", "2024-02-29", "2024-03-29", "2024-04-29"]),
    (30, "2024-01-10", ["2024-01-30", "2024-02-29", "2024-03-30", "2024-04-30"]),
    (31, "2024-01-10", ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]),
    (29, "2023-01-10", ["2023-01-29", "2023-02-28", "2023-03-29", "2023-04-29"]),
    (30, "2023-01-10", ["2023-01-30", "2023-02-28", "2023-03-30", "2023-04-30"]),
    (31, "2023-01-10", ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]),
    (29, "2024-02-29", ["2024-02-29", "2024-03-29", "2024-04-29", "2024-05-29"]),
    (31, "2100-02-01", ["2100-02-28", "2100-03-31", "2100-04-30", "2100-05-31"]),  # 2100 is no leap year
]
# fmt: on


@pytest.mark.parametrize(("statement_day", "opened", "statements"), LEAP)
def test_leap_day_statement(statement_day, opened, statements):
    """Each is counted from its own month: no day is lost after a short one, none is shifted by it."""
    case = {"terms": {"statement_day": statement_day}, "opened_on": opened, "as_of": statements[-1]}
    assert [cycle["statement_on"] for cycle in statements_of(case)["cycles"]] == statements


def test_leap_day_statement_one_year_on():
    """A statement of 29 February 2024 has its next February statement on the 28th, and the 29th again in 2028."""
    case = {"terms": {"statement_day": 29}, "opened_on": "2024-02-29", "as_of": "2028-02-29"}
    found = [cycle["statement_on"] for cycle in statements_of(case)["cycles"]]
    assert [day for day in found if day[5:7] == "02"] == [
        "2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29",
    ]  # fmt: skip
    assert len(found) == 49


def test_leap_day_statement_and_its_due_day():
    """Due on the 30th of a month is due on the last day of February, never after the next statement."""
    terms = {"statement_day": 31, "due_day": 30}
    case = {"terms": terms, "opened_on": "2024-01-31", "as_of": "2024-03-31"}
    dues = [(c["statement_on"], c["due_on"]) for c in statements_of(case)["cycles"]]
    assert dues == [("2024-01-31", "2024-02-29"), ("2024-02-29", "2024-03-30"), ("2024-03-31", "2024-04-30")]


def test_leap_day_statement_counts_its_day_once():
    """Cash of 10 February 2024 at 18.3% a year, act/act: 1000 x 0.183 / 366 = 0.50 a day.

    10..29 February = 20 days = 10.00 on the statement of 29 February; March 31 days = 15.50.
    """
    terms = {"statement_day": 31, "day_count": "act/act", "rates": {"cash": "0.183"}}
    case = {
        "terms": terms,
        "postings": [{"type": "cash", "on": "2024-02-10", "amount": 1000}],
        "as_of": "2024-03-31",
    }
    cycles = statements_of(case)["cycles"]
    assert [(c["statement_on"], c["due_on"], c["interest"], c["closing"]) for c in cycles] == [
        ("2024-02-29", "2024-03-20", "10.00", "1010.00"),
        ("2024-03-31", "2024-04-20", "15.50", "1025.50"),
    ]


def test_drawn_on_the_leap_day_itself():
    """Posted and stated on 29 February: one day, 1000 x 0.0005."""
    case = {"terms": {"statement_day": 29}, "postings": [{"type": "cash", "on": "2024-02-29", "amount": 1000}]}
    assert [c["interest"] for c in statements_of(case)["cycles"]] == ["0.50"]


def test_a_bill_paid_late_is_told_even_when_the_next_statement_is_clean():
    case = {"terms": TERMS, "postings": [posting(BOUGHT), posting("payment 05-01 1000.00")]}
    first, second = statements_of(case)["cycles"]
    assert (first["paid_by_due"], first["paid_in_full"], first["days_late"]) == ("0.00", False, 6)
    # 1000 x 30 March..30 April = 32 days = 16.00
    assert (second["days_past_due"], second["past_due"], second["interest"]) == (0, "0.00", "16.00")


def test_a_refund_names_its_purchase():
    """Refunding the purchase that is not billed yet leaves the bill as it is; unnamed, it would pay the bill first."""
    bought = [posting("purchase 03-30 100.00 id=old"), posting("purchase 04-10 100.00 id=new")]
    for of, in_full in (({"of": "new"}, False), ({}, True)):
        refund = posting("refund 04-12 100.00") | of
        case = {"terms": TERMS, "postings": [*bought, refund], "as_of": "2024-05-05"}
        assert statements_of(case)["cycles"][0]["paid_in_full"] is in_full


def test_a_balance_carried_over_opens_the_first_cycle():
    case = {
        "terms": TERMS,
        "opened_on": "2024-04-01",
        "opening_balance": "-20.00",
        "postings": [posting("fee 04-02 5.00")],
    }
    (cycle,) = statements_of(case)["cycles"]
    assert (cycle["opening"], cycle["closing"], cycle["credit_balance"]) == ("-20.00", "-15.00", "15.00")
