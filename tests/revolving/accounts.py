"""Random revolving accounts for the laws: terms and postings as a file would give them, and as the oracle reads them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from kaopu.kernel.core.money import to_major

OPENED = date(2024, 1, 10)
LONGEST = 200
DAILY = ["0", "0.0005", "0.00035", "0.000273", "0.01"]
ORDERS = [
    ["interest", "fee", "cash", "instalment", "purchase"],
    ["purchase", "cash", "instalment", "fee", "interest"],
    ["interest", "fee", "purchase", "instalment", "cash"],
]

terms = st.fixed_dictionaries(
    {
        "statement_day": st.sampled_from([1, 5, 17, 28, 29, 30, 31]),
        "interest_on": st.sampled_from(["whole", "unpaid"]),
        "new_purchases": st.sampled_from(["keep-grace", "bear-interest"]),
        "minimum": st.fixed_dictionaries(
            {"floor": st.sampled_from(["0", "50.00", "0.05"]), "rate": st.sampled_from(["0.1", "0.05", "1", "0"])}
        ),
        "allocation": st.sampled_from(ORDERS),
        "refund_pays_minimum": st.booleans(),
        "instalment_fee_rate": st.sampled_from(["0", "0.006"]),
        "tolerance_days": st.sampled_from([0, 0, 3, 28]),
        "tolerance_amount": st.sampled_from(["0", "0", "10.00"]),
        "buckets": st.fixed_dictionaries(
            {
                name: st.fixed_dictionaries({"rate_daily": st.sampled_from(DAILY)})
                for name in ("purchase", "instalment", "cash")
            }
        ),
    }
).flatmap(
    lambda given: st.one_of(
        st.sampled_from([1, 5, 25, 30, 31]).map(lambda day: given | {"due_day": day}),
        st.sampled_from([1, 20, 28]).map(lambda days: given | {"due_days": days}),
    )
)

_amounts = st.one_of(st.integers(1, 500), st.integers(1, 200_000), st.sampled_from([10_000, 100_000]))
_KINDS = ["purchase", "purchase", "cash", "payment", "payment", "payment", "fee", "refund", "instalment"]


@st.composite
def postings(draw, kinds=_KINDS, most=14):
    """Sorted postings; a conversion comes with a purchase that no credit balance can have paid."""
    found = []
    days = sorted(draw(st.lists(st.integers(0, LONGEST), max_size=most)))
    for nr, after in enumerate(days):
        on = OPENED + timedelta(days=after)
        kind, minor = draw(st.sampled_from(kinds)), draw(_amounts)
        if kind == "instalment":
            paid = sum(p["minor"] for p in found if p["type"] in {"payment", "refund"})
            found.append({"type": "purchase", "on": on, "minor": minor + paid})
            found.append({"type": kind, "on": on, "minor": minor, "months": draw(st.integers(1, 4))})
            continue
        if kind == "payment" and draw(st.integers(0, 4)) == 0:
            minor = 10_000_000  # more than is owed: a credit balance
        posting = {"type": kind, "on": on, "minor": minor, "id": f"p{nr}"}
        bought = [p["id"] for p in found if p["type"] == "purchase" and "id" in p]
        if kind == "refund" and bought and draw(st.booleans()):
            posting["of"] = draw(st.sampled_from(bought))
        found.append(posting)
    return found


def as_file(given, happened, as_of):
    lines = [{k: v for k, v in p.items() if k != "minor"} | {"amount": to_major(p["minor"], "CNY")} for p in happened]
    for line in lines:
        line["on"] = line["on"].isoformat()
    return {"terms": given, "opened_on": OPENED.isoformat(), "as_of": as_of.isoformat(), "postings": lines}


def for_oracle(given):
    def fen(text):
        return int(Decimal(text) * 100)

    return given | {
        "due_day": given.get("due_day"),
        "due_days": given.get("due_days"),
        "floor": fen(given["minimum"]["floor"]),
        "minimum_rate": Fraction(given["minimum"]["rate"]),
        "tolerance": fen(given["tolerance_amount"]),
        "instalment_fee_rate": Fraction(given["instalment_fee_rate"]),
        "rates": {name: Fraction(bucket["rate_daily"]) for name, bucket in given["buckets"].items()},
    }
