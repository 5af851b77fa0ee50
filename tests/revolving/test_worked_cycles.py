"""Statements a lender can check by hand. Statement on the 5th, due on the 25th, 0.05% a day, minimum 10% or 50.00.

Interest counts the posting day and the statement day, and not the day of a payment: from 30 March to the statement of
5 May that is 2 days of March, 30 of April and 5 of May = 37 days; to a payment on 24 April 25 days.
"""

from __future__ import annotations

import pytest

from kaopu.revolving.core.case import statements_of

TERMS = {
    "statement_day": 5,
    "due_day": 25,
    "minimum": {"percent": 10, "floor": "50.00"},
    "buckets": {"purchase": {"rate_daily": "0.0005"}, "cash": {"rate_daily": "0.0005"}},
}
SHOWN = (
    "statement_on",
    "opening",
    "purchases",
    "payments",
    "interest",
    "fees",
    "closing",
    "minimum_due",
    "paid_by_due",
    "days_past_due",
)


def posting(line):
    kind, day, amount, *more = line.split()
    return {"type": kind, "on": f"2024-{day}", "amount": amount, **dict(pair.split("=") for pair in more)}


def rows_of(lines, as_of=None, **terms):
    given = {"terms": TERMS | terms, "postings": [posting(line) for line in lines]}
    cycles = statements_of(given | ({"as_of": as_of} if as_of else {}))["cycles"]
    return [" ".join(str(cycle[name]) for name in SHOWN).removeprefix("2024-") for cycle in cycles]


BOUGHT = "purchase 03-30 1000.00"

# fmt: off
CYCLES = {
    "full payment on the due day: no interest": (
        [BOUGHT, "payment 04-25 1000.00"], {}, [
        # day   opening  purchases payments interest fees closing minimum paid_by_due dpd
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 1000.00 0",
        "05-05 1000.00 0.00 1000.00 0.00 0.00 0.00 0.00 0.00 0",
    ]),
    "minimum paid, whole bill bears interest": (
        # 100 x 25 days + 900 x 37 days = 35 800; x 0.0005 = 17.90. Minimum 10% of 900 + 17.90.
        [BOUGHT, "payment 04-24 100.00"], {"interest_on": "whole"}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
        "05-05 1000.00 0.00 100.00 17.90 0.00 917.90 107.90 0.00 0",
    ]),
    "minimum paid, unpaid part bears interest": (
        # 900 x 37 = 33 300; x 0.0005 = 16.65. Minimum 90 + 16.65.
        [BOUGHT, "payment 04-24 100.00"], {"interest_on": "unpaid"}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
        "05-05 1000.00 0.00 100.00 16.65 0.00 916.65 106.65 0.00 0",
    ]),
    "minimum, then all of it: the days until payment are billed once more": (
        # Third statement: 900 until it is paid on 25 May, 6..24 May = 19 days; 17 100 x 0.0005 = 8.55.
        # The minimum of 8.55 would be 50.00 by the floor, but never more than is owed.
        [BOUGHT, "payment 04-24 100.00", "payment 05-25 917.90"], {}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
        "05-05 1000.00 0.00 100.00 17.90 0.00 917.90 107.90 917.90 0",
        "06-05 917.90 0.00 917.90 8.55 0.00 8.55 8.55 0.00 0",
    ]),
    "less than the minimum: past due from the due day": (
        # 40 x 21 days (30 March to 20 April) + 960 x 37 = 36 360; x 0.0005 = 18.18.
        # Minimum 10% of 960 + 18.18 + past due 60.00 = 174.18. From 25 April to 5 May: 10 days.
        [BOUGHT, "payment 04-20 40.00"], {}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 40.00 0",
        "05-05 1000.00 0.00 40.00 18.18 0.00 978.18 174.18 0.00 10",
    ]),
    "nothing paid for two months, then the oldest minimum": (
        # 5 May: 1000 x 37 x 0.0005 = 18.50; minimum 100 + 18.50 + 100 past due. 5 June: 31 days = 15.50; minimum
        # 100 + 15.50 + 218.50; 25 April to 5 June = 41 days. The payment of 10 June takes interest 34.00, then 66.00
        # of the purchases: 66 x 4 days + 934 x 30 days = 28 284; x 0.0005 = 14.142. Past due 334 - 100 = 234;
        # minimum 93.40 + 14.14 + 234.00. It covered the minimum of April, so 25 May counts: 41 days to 5 July.
        [BOUGHT, "payment 06-10 100.00"], {}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 0.00 0",
        "05-05 1000.00 0.00 0.00 18.50 0.00 1018.50 218.50 0.00 10",
        "06-05 1018.50 0.00 0.00 15.50 0.00 1034.00 334.00 100.00 41",
        "07-05 1034.00 0.00 100.00 14.14 0.00 948.14 341.54 0.00 41",
    ]),
    "cash bears interest from its day, even when the bill is paid in full": (
        # 500 x 1..5 April = 5 days = 1.25; then 6..24 April = 19 days = 4.75. Minimum 50 + 1.25.
        ["cash 04-01 500.00", "payment 04-25 501.25"], {}, [
        "04-05 0.00 500.00 0.00 1.25 0.00 501.25 51.25 501.25 0",
        "05-05 501.25 0.00 501.25 4.75 0.00 4.75 4.75 0.00 0",
    ]),
    "bill turned into 12 instalments at 0.6% a month": (
        # The conversion settles the bill. Each statement bills 100.00 and a fee of 7.20, both in full in the minimum;
        # the balance keeps what is not billed yet.
        ["purchase 03-30 1200.00", "instalment 04-10 1200.00 months=12 fee_rate=0.006", "payment 05-20 107.20"], {}, [
        "04-05 0.00 1200.00 0.00 0.00 0.00 1200.00 120.00 1200.00 0",
        "05-05 1200.00 0.00 0.00 0.00 7.20 1207.20 107.20 107.20 0",
        "06-05 1207.20 0.00 107.20 0.00 7.20 1107.20 107.20 0.00 0",
    ]),
    "instalments with a rate of their own": (
        # 600 in 3 parts at 12% a year, act/365f: 10 April to 5 May = 26 days; 600 x 0.12 x 26 / 365 = 5.1288.
        ["purchase 03-30 600.00", "instalment 04-10 600.00 months=3"],
        {"buckets": {"instalment": {"rate_annual": "0.12"}}}, [
        "04-05 0.00 600.00 0.00 0.00 0.00 600.00 60.00 600.00 0",
    ]),
    "credit waits for the instalments and pays the first": (
        # Nothing is left to pay after the conversion: 150 credit. The first part of 200 takes it, 50 are asked for.
        ["purchase 03-30 600.00", "instalment 04-10 600.00 months=3", "payment 04-20 150.00"], {}, [
        "04-05 0.00 600.00 0.00 0.00 0.00 600.00 60.00 750.00 0",
        "05-05 600.00 0.00 150.00 0.00 0.00 450.00 50.00 0.00 0",
    ]),
    "refund after the statement: the rest in full is the bill in full": (
        ["purchase 03-30 1000.00", "refund 04-10 300.00", "payment 04-25 700.00"], {}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 700.00 0",
        "05-05 1000.00 0.00 1000.00 0.00 0.00 0.00 0.00 0.00 0",
    ]),
    "refund after the statement and the minimum: the refunded part bears nothing": (
        # 100 x 25 + 600 x 37 = 24 700; x 0.0005 = 12.35. Minimum 60 + 12.35.
        ["purchase 03-30 1000.00", "refund 04-10 300.00", "payment 04-24 100.00"], {}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
        "05-05 1000.00 0.00 400.00 12.35 0.00 612.35 72.35 0.00 0",
    ]),
    "credit balance: bears nothing, pays what comes next": (
        # 500 too much. 200 bought: 300 left. Cash of 400 uses them up; 100 x 10 June..5 July = 26 days = 1.30.
        # Minimum 10 + 1.30, by the floor 50.00.
        [BOUGHT, "payment 04-25 1500.00", "purchase 05-10 200.00", "cash 06-10 400.00"], {}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 1500.00 0",
        "05-05 1000.00 0.00 1500.00 0.00 0.00 -500.00 0.00 0.00 0",
        "06-05 -500.00 200.00 0.00 0.00 0.00 -300.00 0.00 0.00 0",
        "07-05 -300.00 400.00 0.00 1.30 0.00 101.30 50.00 0.00 0",
    ]),
    "new purchases wait for their own bill": (
        # Only 900 x 37: 16.65. Minimum 10% of 1300 + 16.65.
        [BOUGHT, "purchase 04-10 400.00", "payment 04-24 100.00"], {"interest_on": "unpaid"}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
        "05-05 1000.00 400.00 100.00 16.65 0.00 1316.65 146.65 0.00 0",
    ]),
    "grace lost for new purchases as well": (
        # and 400 x 10 April..5 May = 26 days = 5.20: 21.85.
        [BOUGHT, "purchase 04-10 400.00", "payment 04-24 100.00"],
        {"interest_on": "unpaid", "new_purchases": "bear-interest"}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
        "05-05 1000.00 400.00 100.00 21.85 0.00 1321.85 151.85 0.00 0",
    ]),
    "allocation: cash before purchases": (
        # 5 April: 400 x 1 day = 0.20. The payment takes 0.20, 400 cash, 100 of the purchases. Cash 6..14 April = 9 days
        # = 1.80; purchases 500 x 37 = 9.25. Minimum 50 + 11.05.
        ["purchase 03-30 600.00", "cash 04-05 400.00", "payment 04-15 500.20"], {"interest_on": "unpaid"}, [
        "04-05 0.00 1000.00 0.00 0.20 0.00 1000.20 100.20 500.20 0",
        "05-05 1000.20 0.00 500.20 11.05 0.00 511.05 61.05 0.00 0",
    ]),
    "allocation: purchases before cash": (
        # 0.20, then 500 of the purchases. Cash 400 x 6 April..5 May = 30 days = 6.00; purchases 100 x 37 = 1.85.
        ["purchase 03-30 600.00", "cash 04-05 400.00", "payment 04-15 500.20"],
        {"interest_on": "unpaid", "allocation": ["interest", "fee", "purchase", "instalment", "cash"]}, [
        "04-05 0.00 1000.00 0.00 0.20 0.00 1000.20 100.20 500.20 0",
        "05-05 1000.20 0.00 500.20 7.85 0.00 507.85 57.85 0.00 0",
    ]),
    "fees are in the minimum whole and bear nothing": (
        # Minimum 10% of 1000 + 20. The payment takes the fee and 80 of the purchase: 80 x 25 days + 920 x 37 = 36 040;
        # x 0.0005 = 18.02. 20 of the minimum are past due: 92 + 18.02 + 20.
        [BOUGHT, "fee 04-02 20.00", "payment 04-24 100.00"], {}, [
        "04-05 0.00 1000.00 0.00 0.00 20.00 1020.00 120.00 100.00 0",
        "05-05 1020.00 0.00 100.00 18.02 0.00 938.02 130.02 0.00 10",
    ]),
    "tolerance of 3 days and 10.00: paid as good as in full": (
        # 4 left on 28 April, the third day after the due day. The rest joins the next bill and its grace.
        [BOUGHT, "payment 04-28 996.00", "payment 05-25 4.00"], {"tolerance_days": 3, "tolerance_amount": 10}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 996.00 0",
        "05-05 1000.00 0.00 996.00 0.00 0.00 4.00 4.00 4.00 0",
        "06-05 4.00 0.00 4.00 0.00 0.00 0.00 0.00 0.00 0",
    ]),
    "a tolerated rest bears interest with the next bill, from the day after": (
        # The next bill is not paid: 10 x 29 April..5 June = 38 days + 100 x 1 May..5 June = 36 days = 3 980;
        # x 0.0005 = 1.99. Minimum 11.00 + 1.99 + past due 50.00; past due from 25 May, 11 days.
        [BOUGHT, "payment 04-28 990.00", "purchase 05-01 100.00", "fee 06-01 1.00"],
        {"tolerance_days": 3, "tolerance_amount": 10}, [
        "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 990.00 0",
        "05-05 1000.00 100.00 990.00 0.00 0.00 110.00 50.00 0.00 0",
        "06-05 110.00 0.00 0.00 1.99 1.00 112.99 63.99 0.00 11",
    ]),
}
# fmt: on


@pytest.mark.parametrize("title", CYCLES)
def test_worked_cycles(title):
    lines, terms, expected = CYCLES[title]
    found = rows_of(lines, **terms)
    assert found[: len(expected)] == expected


def test_instalments_bear_the_rate_of_their_own_bucket():
    lines, terms, _ = CYCLES["instalments with a rate of their own"]
    # 600 x 0.12 x 26 / 365 = 5.1287...: part of 200.00 billed, minimum 200 + 5.13.
    assert rows_of(lines, "2024-05-05", **terms)[1] == "05-05 600.00 0.00 0.00 5.13 0.00 605.13 205.13 0.00 0"


# fmt: off
STATEMENT_DAYS = [
    (31, 2024, ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]),
    (31, 2023, ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]),
    (29, 2024, ["2024-01-29", "2024-02-29", "2024-03-29", "2024-04-29"]),
    (29, 2023, ["2023-01-29", "2023-02-28", "2023-03-29", "2023-04-29"]),
]
# fmt: on


@pytest.mark.parametrize(("statement_day", "year", "statements"), STATEMENT_DAYS)
def test_statement_days_of_short_months_do_not_wander(statement_day, year, statements):
    case = {"terms": {"statement_day": statement_day}, "opened_on": f"{year}-01-10", "as_of": f"{year}-04-30"}
    assert [cycle["statement_on"] for cycle in statements_of(case)["cycles"]] == statements


def test_a_leap_day_statement_counts_its_day_once():
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
