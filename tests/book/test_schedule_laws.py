"""Laws that hold for every schedule, whatever its plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st
from schedule_oracle import equal_instalments
from schedule_terms import GROWING, starts, terms

from kaopu.book.core.due_dates import periods
from kaopu.book.core.quote import quote
from kaopu.book.core.schedule import build
from kaopu.book.core.split import split_evenly
from kaopu.book.core.terms import Plan, Split, Terms
from kaopu.kernel.core.day_count import DayCount


@given(terms())
def test_the_principal_adds_up_and_ends_at_nothing(drawn):
    rows = build(drawn).rows
    assert sum(row.principal for row in rows) == drawn.principal_minor
    assert rows[-1].outstanding == 0
    left = drawn.principal_minor
    for row in rows:
        left -= row.principal
        assert row.outstanding == left >= 0
        assert row.total == row.principal + row.interest + row.fee


@given(terms())
def test_nothing_is_ever_below_zero_and_due_dates_go_forward(drawn):
    rows = build(drawn).rows
    assert all(min(row.principal, row.interest, row.fee, row.total) >= 0 for row in rows)
    assert all(before.due_on < after.due_on for before, after in pairwise(rows))
    assert rows[0].due_on >= drawn.start
    assert [row.seq for row in rows][-len(periods(drawn)) :] == list(range(1, len(periods(drawn)) + 1))


@given(terms())
def test_a_quote_twice_is_the_same_and_is_the_booking(drawn):
    booked, quoted = build(drawn), quote(drawn)
    assert quoted == quote(drawn)
    assert build(drawn) == booked
    assert [(row["seq"], row["due_on"]) for row in quoted["rows"]] == [
        (row.seq, row.due_on.isoformat()) for row in booked.rows
    ]
    for name in ("principal", "interest", "fee", "total", "outstanding"):
        assert [int(Decimal(row[name]) * 100) for row in quoted["rows"]] == [getattr(row, name) for row in booked.rows]
    assert Decimal(quoted["totals"]["total"]) * 100 == sum(row.total for row in booked.rows)


@given(terms(plans=GROWING))
def test_without_interest_the_principal_is_a_plain_split(drawn):
    free = replace(drawn, rate_annual=Decimal(0), balloon_minor=0, moratorium_periods=0, split=Split.LAST)
    expected = split_evenly(free.financed_minor, free.periods, Split.LAST, free.rounding)
    rows = [row for row in build(free).rows if row.seq > 0]
    assert [row.principal for row in rows] == expected
    assert all(row.interest == 0 for row in rows)


@given(terms(plans=(Plan.IRREGULAR,)), st.integers(2, 1_000))
def test_only_the_proportion_of_weights_counts(drawn, factor):
    assume(drawn.table[0].weight is not None)
    scaled = tuple(replace(line, weight=line.weight * factor) for line in drawn.table)
    assert build(replace(drawn, table=scaled)).rows == build(drawn).rows


def repaying(principal, count, rate, start, day_count, balloon=0):
    return Terms(
        Plan.EQUAL_INSTALMENT, "CNY", principal, start, count, rate, day_count=day_count, balloon_minor=balloon
    )


loans = st.builds(
    repaying,
    principal=st.integers(1_000_000, 900_000_000),
    count=st.integers(2, 60),
    rate=st.decimals(Decimal("0.001"), Decimal("0.36"), places=4),
    start=starts,
    day_count=st.sampled_from(DayCount),
    balloon=st.integers(0, 500_000),
)


@given(loans)
def test_every_instalment_but_the_last_is_level(drawn):
    rows = build(drawn).rows
    level = rows[0].total
    assert {row.total for row in rows[:-1]} == {level}
    # Each rounded payment and interest is off by at most half a unit, and the error grows with interest.
    assert abs(rows[-1].total - drawn.balloon_minor - level) <= len(rows) * 8


@given(loans)
def test_an_independent_slow_calculation_agrees(drawn):
    years = [span.years.as_integer_ratio() for span in periods(drawn)]
    slow = equal_instalments(drawn.financed_minor, drawn.rate_annual, years, drawn.balloon_minor)
    assert [(row.principal, row.interest, row.outstanding) for row in build(drawn).rows] == slow


def test_a_tie_of_half_a_unit_is_judged_exactly():
    """357,066.00 at 1% a year owes 297.555 for a month: 297.56, where a rounded factor of 0.000833… gives 297.55."""
    assert (
        build(repaying(35_706_600, 2, Decimal("0.01"), date(2026, 1, 15), DayCount.THIRTY_360_US)).rows[0].interest
        == 29_756
    )
