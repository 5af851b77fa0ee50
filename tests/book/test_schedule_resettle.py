"""A debt repaid early in part or in full."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from schedule_terms import terms

from kaopu.book.core.early_settlement import early_settlement_quote
from kaopu.book.core.resettle import lower, shorten
from kaopu.book.core.schedule import build
from kaopu.book.core.terms import Charge, Moratorium, Plan, Terms
from kaopu.kernel.core.errors import BadInput

START = date(2026, 1, 15)
ON = date(2026, 6, 27)  # day 12 of 30 of the sixth period


def loan(plan=Plan.EQUAL_INSTALMENT, **changes):
    return Terms(plan, "CNY", 1_000_000, START, 12, Decimal("0.12"), **changes)


def test_lower_keeps_the_number_and_lowers_the_payment():
    rows = lower(loan(), build(loan()), 200_000, ON)
    # 5,977.91 × 12 days + 3,977.91 × 18 days at 1% a month
    assert rows[0].interest == 4_778
    assert [row.seq for row in rows] == list(range(6, 13))
    assert {row.total for row in rows[:-1]} == {59_241}
    assert sum(row.principal for row in rows) == 397_791


def test_shorten_keeps_the_payment_and_lowers_the_number():
    rows = shorten(loan(), build(loan()), 200_000, ON)
    assert [row.total for row in rows[:-1]] == [88_849] * 4
    assert (rows[-1].seq, rows[-1].total, rows[-1].outstanding) == (10, 54_544, 0)


def test_interest_paid_with_the_prepayment_is_not_asked_again():
    rows = lower(loan(), build(loan()), 200_000, ON, accrued_is_paid=True)
    assert rows[0].interest == 2_387  # 3,977.91 × 1% × 18/30
    quoted = early_settlement_quote(loan(), build(loan()), ON, paid_through=5)
    assert quoted.interest + rows[0].interest == 4_778


def test_equal_principal_shortens_by_whole_instalments():
    drawn = loan(Plan.EQUAL_PRINCIPAL)
    assert [row.principal for row in shorten(drawn, build(drawn), 200_000, ON)] == [83_333] * 4 + [50_003]
    # 5,833.35 less 2,000.00 over seven, the last taking the rest
    assert [row.principal for row in lower(drawn, build(drawn), 200_000, ON)] == [54_762] * 6 + [54_763]


def test_settlement_counts_what_is_due_and_drops_fees_not_yet_earned():
    drawn = loan(fee_per_period=Charge(minor=300))
    quoted = early_settlement_quote(drawn, build(drawn), ON, 4, settlement_fee=Charge(rate=Decimal("0.01")))
    # instalment 5 (820.51 + 67.98 + 3.00) is due and unpaid; 1% of the 5,977.91 not yet due
    assert quoted.principal == 597_791 + 82_051
    assert quoted.interest == 2_391 + 6_798
    assert (quoted.fee, quoted.fee_saved) == (300 + 5_978, 7 * 300)
    assert quoted.total == quoted.principal + quoted.interest + quoted.fee


def test_settlement_collects_the_interest_a_moratorium_put_off():
    drawn = loan(moratorium_periods=2, moratorium=Moratorium.PRINCIPAL_AND_INTEREST)
    # two whole periods and 15 of 30 days at 100.00 a period
    assert early_settlement_quote(drawn, build(drawn), date(2026, 3, 30), 2).interest == 25_000


@pytest.mark.parametrize("change", [lower, shorten])
@pytest.mark.parametrize(
    ("prepaid", "on", "message"),
    [
        (0, ON, "prepaid"),
        (597_791, ON, "early settlement"),
        (5, date(2027, 1, 15), "before the last"),
        (5, date(2026, 1, 1), "the start"),
    ],
)
def test_a_prepayment_that_cannot_be_is_refused(change, prepaid, on, message):
    with pytest.raises(BadInput, match=message):
        change(loan(), build(loan()), prepaid, on)


@pytest.mark.parametrize(("paid", "on"), [(12, ON), (0, date(2025, 1, 1))])
def test_a_settlement_that_cannot_be_is_refused(paid, on):
    with pytest.raises(BadInput):
        early_settlement_quote(loan(), build(loan()), on, paid)


@given(terms(), st.data(), st.sampled_from([lower, shorten]), st.booleans())
def test_a_new_version_adds_up_whatever_the_plan(drawn, data, change, accrued_is_paid):
    drawn = replace(drawn, moratorium=Moratorium.PRINCIPAL)
    schedule = build(drawn)
    on = data.draw(st.dates(drawn.start, schedule.rows[-1].due_on))
    ahead = [row for row in schedule.rows if row.due_on > on]
    balance = sum(row.principal for row in ahead)
    assume(balance > 1)
    prepaid = data.draw(st.integers(1, balance - 1))
    rows = change(drawn, schedule, prepaid, on, accrued_is_paid=accrued_is_paid)
    assert sum(row.principal for row in rows) == balance - prepaid
    assert rows[-1].outstanding == 0
    assert all(min(row.principal, row.interest, row.fee, row.outstanding) >= 0 for row in rows)
    assert [(row.seq, row.due_on) for row in rows] == [(row.seq, row.due_on) for row in ahead][: len(rows)]
    assert sum(row.interest for row in rows) <= sum(row.interest for row in ahead) + len(ahead)


@given(terms(), st.data())
def test_settling_early_never_costs_more_interest_than_the_schedule(drawn, data):
    schedule = build(drawn)
    on = data.draw(st.dates(drawn.start, schedule.rows[-1].due_on))
    quoted = early_settlement_quote(drawn, schedule, on, paid_through=0)
    assert quoted.principal == sum(row.principal for row in schedule.rows if row.seq > 0)
    assert quoted.interest_saved >= 0
    assert quoted.interest >= 0
