"""Worked cycles: what was posted, how the sum goes by hand, what the statement must say.

Statement on the 5th, due on the 25th, 0.05% a day, minimum 10% or 50.00. Interest counts the posting day and the
statement day, and not the day of a payment: from 30 March to the statement of 5 May that is 2 days of March, 30 of
April and 5 of May = 37 days; to a payment on 24 April 25 days.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Worked:
    """`lines`: kind, day of 2024, amount, more. `rows`: the columns of `SHOWN`. `sums`: how a person gets there."""

    lines: tuple[str, ...]
    terms: dict
    sums: str
    rows: tuple[str, ...]


def posting(line):
    kind, day, amount, *more = line.split()
    return {"type": kind, "on": f"2024-{day}", "amount": amount, **dict(pair.split("=") for pair in more)}


def cycles_of(lines, as_of=None, **terms):
    given = {"terms": TERMS | terms, "postings": [posting(line) for line in lines]}
    return statements_of(given | ({"as_of": as_of} if as_of else {}))["cycles"]


def rows_of(lines, as_of=None, **terms):
    found = cycles_of(lines, as_of, **terms)
    return [" ".join(str(cycle[name]) for name in SHOWN).removeprefix("2024-") for cycle in found]


BOUGHT = "purchase 03-30 1000.00"

CYCLES = {
    "full payment on the due day: no interest": Worked(
        lines=(
            BOUGHT,
            "payment 04-25 1000.00",
        ),
        terms={},
        sums="1000.00 - 1000.00 = 0.00. Paid in full by the due day, so the purchase bears nothing.",
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 1000.00 0",
            "05-05 1000.00 0.00 1000.00 0.00 0.00 0.00 0.00 0.00 0",
        ),
    ),
    "minimum paid, whole bill bears interest": Worked(
        lines=(
            BOUGHT,
            "payment 04-24 100.00",
        ),
        terms={"interest_on": "whole"},
        sums="100 x 25 days + 900 x 37 days = 35 800; x 0.0005 = 17.90. Minimum 10% of 900 + 17.90.",
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
            "05-05 1000.00 0.00 100.00 17.90 0.00 917.90 107.90 0.00 0",
        ),
    ),
    "minimum paid, unpaid part bears interest": Worked(
        lines=(
            BOUGHT,
            "payment 04-24 100.00",
        ),
        terms={"interest_on": "unpaid"},
        sums="900 x 37 = 33 300; x 0.0005 = 16.65. Minimum 90 + 16.65.",
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
            "05-05 1000.00 0.00 100.00 16.65 0.00 916.65 106.65 0.00 0",
        ),
    ),
    "minimum, then all of it: the days until payment are billed once more": Worked(
        lines=(
            BOUGHT,
            "payment 04-24 100.00",
            "payment 05-25 917.90",
        ),
        terms={},
        sums=(
            "Third statement: 900 until it is paid on 25 May, 6..24 May = 19 days; 17 100 x 0.0005 = 8.55. The "
            "minimum of 8.55 would be 50.00 by the floor, but never more than is owed."
        ),
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
            "05-05 1000.00 0.00 100.00 17.90 0.00 917.90 107.90 917.90 0",
            "06-05 917.90 0.00 917.90 8.55 0.00 8.55 8.55 0.00 0",
        ),
    ),
    "less than the minimum: past due from the due day": Worked(
        lines=(
            BOUGHT,
            "payment 04-20 40.00",
        ),
        terms={},
        sums=(
            "40 x 21 days (30 March to 20 April) + 960 x 37 = 36 360; x 0.0005 = 18.18. Minimum 10% of 960 + "
            "18.18 + past due 60.00 = 174.18. From 25 April to 5 May: 10 days."
        ),
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 40.00 0",
            "05-05 1000.00 0.00 40.00 18.18 0.00 978.18 174.18 0.00 10",
        ),
    ),
    "nothing paid for two months, then the oldest minimum": Worked(
        lines=(
            BOUGHT,
            "payment 06-10 100.00",
        ),
        terms={},
        sums=(
            "5 May: 1000 x 37 x 0.0005 = 18.50; minimum 100 + 18.50 + 100 past due. 5 June: 31 days = 15.50; "
            "minimum 100 + 15.50 + 218.50; 25 April to 5 June = 41 days. The payment of 10 June takes interest "
            "34.00, then 66.00 of the purchases: 66 x 4 days + 934 x 30 days = 28 284; x 0.0005 = 14.142. Past "
            "due 334 - 100 = 234; minimum 93.40 + 14.14 + 234.00. It covered the minimum of April, so 25 May "
            "counts: 41 days to 5 July."
        ),
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 0.00 0",
            "05-05 1000.00 0.00 0.00 18.50 0.00 1018.50 218.50 0.00 10",
            "06-05 1018.50 0.00 0.00 15.50 0.00 1034.00 334.00 100.00 41",
            "07-05 1034.00 0.00 100.00 14.14 0.00 948.14 341.54 0.00 41",
        ),
    ),
    "cash bears interest from its day, even when the bill is paid in full": Worked(
        lines=(
            "cash 04-01 500.00",
            "payment 04-25 501.25",
        ),
        terms={},
        sums="500 x 1..5 April = 5 days = 1.25; then 6..24 April = 19 days = 4.75. Minimum 50 + 1.25.",
        rows=(
            "04-05 0.00 500.00 0.00 1.25 0.00 501.25 51.25 501.25 0",
            "05-05 501.25 0.00 501.25 4.75 0.00 4.75 4.75 0.00 0",
        ),
    ),
    "bill turned into 12 instalments at 0.6% a month": Worked(
        lines=(
            "purchase 03-30 1200.00",
            "instalment 04-10 1200.00 months=12 fee_rate=0.006",
            "payment 05-20 107.20",
        ),
        terms={},
        sums=(
            "The conversion settles the bill. Each statement bills 100.00 and a fee of 7.20, both in full in the "
            "minimum; the balance keeps what is not billed yet."
        ),
        rows=(
            "04-05 0.00 1200.00 0.00 0.00 0.00 1200.00 120.00 1200.00 0",
            "05-05 1200.00 0.00 0.00 0.00 7.20 1207.20 107.20 107.20 0",
            "06-05 1207.20 0.00 107.20 0.00 7.20 1107.20 107.20 0.00 0",
        ),
    ),
    "instalments with a rate of their own": Worked(
        lines=(
            "purchase 03-30 600.00",
            "instalment 04-10 600.00 months=3",
        ),
        terms={"buckets": {"instalment": {"rate_annual": "0.12"}}},
        sums="600 in 3 parts at 12% a year, act/365f: 10 April to 5 May = 26 days; 600 x 0.12 x 26 / 365 = 5.1288.",
        rows=("04-05 0.00 600.00 0.00 0.00 0.00 600.00 60.00 600.00 0",),
    ),
    "credit waits for the instalments and pays the first": Worked(
        lines=(
            "purchase 03-30 600.00",
            "instalment 04-10 600.00 months=3",
            "payment 04-20 150.00",
        ),
        terms={},
        sums=(
            "Nothing is left to pay after the conversion: 150 credit. The first part of 200 takes it, 50 are asked for."
        ),
        rows=(
            "04-05 0.00 600.00 0.00 0.00 0.00 600.00 60.00 750.00 0",
            "05-05 600.00 0.00 150.00 0.00 0.00 450.00 50.00 0.00 0",
        ),
    ),
    "refund after the statement: the rest in full is the bill in full": Worked(
        lines=(
            BOUGHT,
            "refund 04-10 300.00",
            "payment 04-25 700.00",
        ),
        terms={},
        sums="1000.00 - 300.00 - 700.00 = 0.00. The bill is paid in full, so nothing bears interest.",
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 700.00 0",
            "05-05 1000.00 0.00 1000.00 0.00 0.00 0.00 0.00 0.00 0",
        ),
    ),
    "refund after the statement and the minimum: the refunded part bears nothing": Worked(
        lines=(
            BOUGHT,
            "refund 04-10 300.00",
            "payment 04-24 100.00",
        ),
        terms={},
        sums="100 x 25 + 600 x 37 = 24 700; x 0.0005 = 12.35. Minimum 60 + 12.35.",
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
            "05-05 1000.00 0.00 400.00 12.35 0.00 612.35 72.35 0.00 0",
        ),
    ),
    "credit balance: bears nothing, pays what comes next": Worked(
        lines=(
            BOUGHT,
            "payment 04-25 1500.00",
            "purchase 05-10 200.00",
            "cash 06-10 400.00",
        ),
        terms={},
        sums=(
            "500 too much. 200 bought: 300 left. Cash of 400 uses them up; 100 x 10 June..5 July = 26 days = "
            "1.30. Minimum 10 + 1.30, by the floor 50.00."
        ),
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 1500.00 0",
            "05-05 1000.00 0.00 1500.00 0.00 0.00 -500.00 0.00 0.00 0",
            "06-05 -500.00 200.00 0.00 0.00 0.00 -300.00 0.00 0.00 0",
            "07-05 -300.00 400.00 0.00 1.30 0.00 101.30 50.00 0.00 0",
        ),
    ),
    "new purchases wait for their own bill": Worked(
        lines=(
            BOUGHT,
            "purchase 04-10 400.00",
            "payment 04-24 100.00",
        ),
        terms={"interest_on": "unpaid"},
        sums="900 x 37 x 0.0005 = 16.65 alone. Minimum 10% of 1300 + 16.65.",
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
            "05-05 1000.00 400.00 100.00 16.65 0.00 1316.65 146.65 0.00 0",
        ),
    ),
    "grace lost for new purchases as well": Worked(
        lines=(
            BOUGHT,
            "purchase 04-10 400.00",
            "payment 04-24 100.00",
        ),
        terms={"interest_on": "unpaid", "new_purchases": "bear-interest"},
        sums=(
            "900 x 37 x 0.0005 = 16.65, and 400 x 10 April..5 May = 26 days = 5.20: 21.85. Minimum 10% of 1300 + 21.85."
        ),
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 100.00 0",
            "05-05 1000.00 400.00 100.00 21.85 0.00 1321.85 151.85 0.00 0",
        ),
    ),
    "allocation: cash before purchases": Worked(
        lines=(
            "purchase 03-30 600.00",
            "cash 04-05 400.00",
            "payment 04-15 500.20",
        ),
        terms={"interest_on": "unpaid"},
        sums=(
            "5 April: 400 x 1 day = 0.20. The payment takes 0.20, 400 cash, 100 of the purchases. Cash 6..14 "
            "April = 9 days = 1.80; purchases 500 x 37 = 9.25. Minimum 50 + 11.05."
        ),
        rows=(
            "04-05 0.00 1000.00 0.00 0.20 0.00 1000.20 100.20 500.20 0",
            "05-05 1000.20 0.00 500.20 11.05 0.00 511.05 61.05 0.00 0",
        ),
    ),
    "allocation: purchases before cash": Worked(
        lines=(
            "purchase 03-30 600.00",
            "cash 04-05 400.00",
            "payment 04-15 500.20",
        ),
        terms={"interest_on": "unpaid", "allocation": ["interest", "fee", "purchase", "instalment", "cash"]},
        sums=(
            "0.20, then 500 of the purchases. Cash 400 x 6 April..5 May = 30 days = 6.00; purchases 100 x 37 = 1.85."
        ),
        rows=(
            "04-05 0.00 1000.00 0.00 0.20 0.00 1000.20 100.20 500.20 0",
            "05-05 1000.20 0.00 500.20 7.85 0.00 507.85 57.85 0.00 0",
        ),
    ),
    "fees are in the minimum whole and bear nothing": Worked(
        lines=(
            BOUGHT,
            "fee 04-02 20.00",
            "payment 04-24 100.00",
        ),
        terms={},
        sums=(
            "Minimum 10% of 1000 + 20. The payment takes the fee and 80 of the purchase: 80 x 25 days + 920 x 37 "
            "= 36 040; x 0.0005 = 18.02. 20 of the minimum are past due: 92 + 18.02 + 20."
        ),
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 20.00 1020.00 120.00 100.00 0",
            "05-05 1020.00 0.00 100.00 18.02 0.00 938.02 130.02 0.00 10",
        ),
    ),
    "tolerance of 3 days and 10.00: paid as good as in full": Worked(
        lines=(
            BOUGHT,
            "payment 04-28 996.00",
            "payment 05-25 4.00",
        ),
        terms={"tolerance_days": 3, "tolerance_amount": 10},
        sums="4 left on 28 April, the third day after the due day. The rest joins the next bill and its grace.",
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 996.00 0",
            "05-05 1000.00 0.00 996.00 0.00 0.00 4.00 4.00 4.00 0",
            "06-05 4.00 0.00 4.00 0.00 0.00 0.00 0.00 0.00 0",
        ),
    ),
    "a tolerated rest bears interest with the next bill, from the day after": Worked(
        lines=(
            BOUGHT,
            "payment 04-28 990.00",
            "purchase 05-01 100.00",
            "fee 06-01 1.00",
        ),
        terms={"tolerance_days": 3, "tolerance_amount": 10},
        sums=(
            "The next bill is not paid: 10 x 29 April..5 June = 38 days + 100 x 1 May..5 June = 36 days = 3 980; "
            "x 0.0005 = 1.99. Minimum 11.00 + 1.99 + past due 50.00; past due from 25 May, 11 days."
        ),
        rows=(
            "04-05 0.00 1000.00 0.00 0.00 0.00 1000.00 100.00 990.00 0",
            "05-05 1000.00 100.00 990.00 0.00 0.00 110.00 50.00 0.00 0",
            "06-05 110.00 0.00 0.00 1.99 1.00 112.99 63.99 0.00 11",
        ),
    ),
}
