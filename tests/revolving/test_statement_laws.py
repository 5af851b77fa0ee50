"""Laws of revolving statements, over random products and histories."""

from __future__ import annotations

import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent))

import accounts
from daily_oracle import reckon

from kaopu.revolving.core.case import statements_of

AS_OF = accounts.OPENED + timedelta(days=accounts.LONGEST)
MONEY = ("opening", "purchases", "payments", "interest", "fees", "closing", "minimum_due", "paid_by_due")


def cycles_of(terms, postings, as_of=AS_OF):
    return statements_of(accounts.as_file(terms, postings, as_of))["cycles"]


def fen(text):
    return int(Decimal(text) * 100)


@settings(max_examples=400, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings())
def test_every_figure_equals_the_daily_oracle(terms, postings):
    found = cycles_of(terms, postings)
    expected = reckon(accounts.for_oracle(terms), [p for p in postings if p["on"] <= AS_OF], accounts.OPENED, AS_OF)
    assert len(found) == len(expected)
    for cycle, row in zip(found, expected, strict=True):
        told = {name: fen(cycle[name]) for name in MONEY} | {name: cycle[name] for name in row if name not in MONEY}
        told |= {"statement_on": row["statement_on"], "due_on": row["due_on"]}
        assert cycle["statement_on"] == row["statement_on"].isoformat()
        assert cycle["due_on"] == row["due_on"].isoformat()
        assert told == row


@settings(max_examples=200, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings())
def test_sums_hold(terms, postings):
    before = 0
    for cycle in cycles_of(terms, postings):
        moved = {name: fen(cycle[name]) for name in MONEY}
        assert moved["opening"] == before
        before = moved["closing"]
        assert before == sum(moved[name] for name in ("opening", "purchases", "interest", "fees")) - moved["payments"]
        assert before == sum(map(fen, cycle["buckets"].values()))
        assert moved["interest"] == sum(map(fen, cycle["interest_by_bucket"].values()))
        assert fen(cycle["credit_balance"]) == -fen(cycle["buckets"]["credit"]) >= 0
        assert all(fen(minor) >= 0 for name, minor in cycle["buckets"].items() if name != "credit")


@settings(max_examples=200, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings())
def test_the_minimum_is_never_above_what_is_owed_nor_below_the_floor(terms, postings):
    for cycle in cycles_of(terms, postings):
        asked, full = fen(cycle["minimum_due"]), fen(cycle["full_amount_due"])
        assert min(full, fen(terms["minimum"]["floor"])) <= asked <= full
        assert fen(cycle["past_due"]) <= asked
        assert full <= max(0, fen(cycle["closing"]) + fen(cycle["credit_balance"]))


@settings(max_examples=100, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings(["purchase", "cash", "fee", "refund"]))
def test_a_credit_balance_bears_no_interest_and_is_never_past_due(terms, postings):
    """All that is ever drawn was paid in beforehand."""
    drawn = sum(p["minor"] for p in postings)
    ahead = {"type": "payment", "on": accounts.OPENED, "minor": drawn + 1}
    cycles = cycles_of(terms, [ahead, *postings])
    assert {(c["interest"], c["minimum_due"], c["days_past_due"]) for c in cycles} == {("0.00", "0.00", 0)}


@settings(max_examples=100, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings(["purchase", "fee"], most=8), late=st.booleans())
def test_bills_paid_in_full_by_the_due_day_bear_nothing_on_purchases(terms, postings, late):
    """Paid in full on each due day: no interest, never past due. One day later: interest once there is a rate."""
    terms |= {"tolerance_days": 0, "tolerance_amount": "0"}
    paid = list(postings)
    for nr in range(len(cycles_of(terms, paid))):
        cycle = cycles_of(terms, paid)[nr]
        due_on = accounts.date.fromisoformat(cycle["due_on"])
        if fen(cycle["full_amount_due"]):
            on = due_on + timedelta(days=late)
            paid.append({"type": "payment", "on": on, "minor": fen(cycle["full_amount_due"])})
            paid.sort(key=lambda p: p["on"])
        if late:
            break
    cycles = cycles_of(terms, paid)
    if not late:
        assert {(c["interest"], c["days_past_due"], c["days_late"]) for c in cycles if c["due_on"] < str(AS_OF)} <= {
            ("0.00", 0, 0)
        }
    elif fen(cycles[0]["buckets"]["purchase"]) > 1000 and terms["buckets"]["purchase"]["rate_daily"] == "0.01":
        assert fen(cycles[1]["interest"]) > 0


@settings(max_examples=150, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings(), days=st.integers(0, accounts.LONGEST))
def test_a_statement_once_written_does_not_change(terms, postings, days):
    """What later days bring cannot change what an earlier statement shows."""
    early = cycles_of(terms, postings, accounts.OPENED + timedelta(days=days))
    outcome = {"paid_by_due", "paid_in_full", "days_late"}
    for then, now in zip(early, cycles_of(terms, postings), strict=False):
        assert {k: v for k, v in then.items() if k not in outcome} == {k: v for k, v in now.items() if k not in outcome}


@settings(max_examples=150, deadline=None)
@given(terms=accounts.terms, postings=accounts.postings())
def test_days_past_due_need_an_unpaid_minimum(terms, postings):
    """With due days before the next statement: past due exactly when an earlier minimum was left unpaid."""
    plain = {name: value for name, value in terms.items() if name not in {"due_day", "due_days"}}
    for cycle in cycles_of(plain | {"tolerance_amount": "0", "tolerance_days": 0}, postings):
        assert (cycle["days_past_due"] > 0) == (fen(cycle["past_due"]) > 0)
