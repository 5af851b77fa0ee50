"""Fees, down payments, moratoria and floating rates, each in a table small enough to check by hand."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kaopu.book.core import reference_rate
from kaopu.book.core.schedule import build
from kaopu.book.core.terms import Charge, Floating, Moratorium, Plan, TableLine, Terms, UpfrontFeeDue
from kaopu.kernel.core.errors import BadInput

START = date(2026, 1, 15)
LPR = """publish_date,lpr_1y_pct,lpr_5y_pct
2025-01-20,3.10,3.60
2026-01-12,3.00,
2026-06-20,4.20,3.50
"""


def terms(plan, count, rate="0", **changes):
    return Terms(plan, "CNY", changes.pop("principal_minor", 120_000), START, count, Decimal(rate), **changes)


def figures(drawn, rates=None):
    return [(row.seq, row.principal, row.interest, row.fee, row.outstanding) for row in build(drawn, rates).rows]


def known():
    return reference_rate.parse(csv.DictReader(LPR.splitlines()), "lpr.csv")


def test_next_month_is_one_row_without_interest():
    rows = build(terms(Plan.NEXT_MONTH, 1, due_day=8)).rows
    assert [(row.due_on, row.total) for row in rows] == [(date(2026, 2, 8), 120_000)]


def test_a_fee_each_period_or_once():
    each = terms(Plan.FEE_INSTALMENT, 3, fee_per_period=Charge(rate=Decimal("0.0066")))
    assert figures(each) == [(1, 40_000, 0, 792, 80_000), (2, 40_000, 0, 792, 40_000), (3, 40_000, 0, 792, 0)]
    once = terms(Plan.FEE_INSTALMENT, 2, fee_upfront=Charge(minor=1_500))
    assert figures(once) == [(0, 0, 0, 1_500, 120_000), (1, 60_000, 0, 0, 60_000), (2, 60_000, 0, 0, 0)]
    with_first = replace(once, fee_upfront_due=UpfrontFeeDue.FIRST_INSTALMENT)
    assert figures(with_first) == [(1, 60_000, 0, 1_500, 60_000), (2, 60_000, 0, 0, 0)]


def test_a_down_payment_is_row_nought_and_bears_neither_interest_nor_fee():
    drawn = terms(
        Plan.EQUAL_PRINCIPAL, 2, "0.12", down_payment_minor=20_000, fee_per_period=Charge(rate=Decimal("0.01"))
    )
    assert figures(drawn) == [(0, 20_000, 0, 0, 100_000), (1, 50_000, 1_000, 1_000, 50_000), (2, 50_000, 500, 1_000, 0)]
    assert build(drawn).rows[0].due_on == START


@pytest.mark.parametrize(
    ("moratorium", "plan", "expected"),
    [
        (
            Moratorium.PRINCIPAL,
            Plan.EQUAL_PRINCIPAL,
            [(1, 0, 1_200, 0, 120_000), (2, 60_000, 1_200, 0, 60_000), (3, 60_000, 600, 0, 0)],
        ),
        (
            Moratorium.PRINCIPAL_AND_INTEREST,
            Plan.EQUAL_PRINCIPAL,
            [(1, 0, 0, 0, 120_000), (2, 60_000, 2_400, 0, 60_000), (3, 60_000, 600, 0, 0)],
        ),
        # level = 120,000 / (1/1.01 + 1/1.01²) = 60,901.49…
        (
            Moratorium.PRINCIPAL,
            Plan.EQUAL_INSTALMENT,
            [(1, 0, 1_200, 0, 120_000), (2, 59_701, 1_200, 0, 60_299), (3, 60_299, 603, 0, 0)],
        ),
        (
            Moratorium.PRINCIPAL_AND_INTEREST,
            Plan.EQUAL_INSTALMENT,
            [(1, 0, 0, 0, 120_000), (2, 59_701, 2_400, 0, 60_299), (3, 60_299, 603, 0, 0)],
        ),
    ],
)
def test_a_moratorium_rests_principal_or_everything(moratorium, plan, expected):
    assert figures(terms(plan, 3, "0.12", moratorium_periods=1, moratorium=moratorium)) == expected


def test_a_table_of_amounts_or_of_weights():
    days = [date(2026, 3, 1), date(2026, 9, 30)]
    amounts = tuple(TableLine(day, principal_minor=minor) for day, minor in zip(days, (30_000, 90_000), strict=True))
    weights = tuple(TableLine(day, weight=Decimal(weight)) for day, weight in zip(days, ("0.5", "1.5"), strict=True))
    stated = terms(Plan.IRREGULAR, 2, "0.12", table=amounts)
    # 46 days of 30/360 on 120,000, then 209 on 90,000
    assert figures(stated) == [(1, 30_000, 1_840, 0, 90_000), (2, 90_000, 6_270, 0, 0)]
    assert build(replace(stated, table=weights)).rows == build(stated).rows


def test_a_floating_rate_is_fixed_at_the_start_and_at_each_reset():
    drawn = terms(Plan.INTEREST_ONLY, 8, floating=Floating("lpr_1y", Decimal("0.03"), reset_months=3))
    schedule = build(drawn, known())
    # 3.00% + 3% from the quote of 12 Jan; on 15 Jul 4.20% + 3%: 600 and 720 a month on 120,000
    assert [row.interest for row in schedule.rows] == [600] * 6 + [720] * 2
    assert [fixing.day for fixing in schedule.fixings][::3] == [START, date(2026, 4, 15), date(2026, 7, 15)]
    assert schedule.assumed_from == date(2026, 6, 20)  # the July reset lies past the last known quote
    assert build(replace(drawn, periods=5), known()).assumed_from is None


def test_a_reset_computes_the_level_payment_again():
    drawn = terms(Plan.EQUAL_INSTALMENT, 12, floating=Floating("lpr_1y", Decimal("0.09"), 6))
    rows = build(drawn, known()).rows
    fixed = build(terms(Plan.EQUAL_INSTALMENT, 12, "0.12")).rows
    assert rows[:6] == fixed[:6]
    after = build(terms(Plan.EQUAL_INSTALMENT, 6, "0.132", principal_minor=fixed[5].outstanding)).rows
    assert [row.total for row in rows[6:]] == [row.total for row in after]


def test_the_first_reset_may_be_new_year():
    drawn = terms(Plan.INTEREST_ONLY, 14, floating=Floating("lpr_1y", reset_months=12, first_reset=date(2026, 7, 1)))
    assert {fixing.day for fixing in build(drawn, known()).fixings} == {START, date(2026, 7, 1)}


@pytest.mark.parametrize(
    ("floating", "rates", "message"),
    [
        (Floating("lpr_1y"), None, "none given"),
        (Floating("shibor"), known(), "lpr_1y, lpr_5y"),
    ],
)
def test_a_floating_rate_needs_its_quotes(floating, rates, message):
    with pytest.raises(BadInput, match=message):
        build(terms(Plan.INTEREST_ONLY, 3, floating=floating), rates)


def test_a_rate_is_unknown_before_its_first_quote_and_carried_past_its_last():
    rates = known()
    with pytest.raises(BadInput, match="no quote on or before 2025-01-19"):
        rates.rate_on("lpr_1y", date(2025, 1, 19))
    assert rates.rate_on("lpr_1y", date(2025, 1, 20)).rate_annual == Decimal("0.031")
    assert rates.rate_on("lpr_5y", date(2026, 1, 12)).rate_annual == Decimal("0.036")  # an empty cell is no quote
    assert rates.rate_on("lpr_1y", date(2026, 6, 20)).assumed_from is None
    assert rates.rate_on("lpr_1y", date(2026, 6, 21)).assumed_from == date(2026, 6, 20)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("publish_date,lpr_1y_pct\n2025-13-01,3.1\n", "lpr.csv row 2 publish_date"),
        ("publish_date,lpr_1y_pct\n2025-01-20,3.1\n2025-02-20,three\n", "lpr.csv row 3 lpr_1y_pct"),
        ("publish_date,lpr_1y_pct\n2025-01-20,3.1\n2025-01-20,3.1\n", "expected a day after 2025-01-20"),
        ("publish_date,lpr_1y_pct\n2025-01-20,NaN\n", "per cent a year"),
        ("publish_date,rate\n2025-01-20,3.1\n", "no quotes"),
        ("day,lpr_1y_pct\n2025-01-20,3.1\n", "publish_date: None given"),
        ("", "no quotes"),
    ],
)
def test_a_faulty_quote_is_named(text, message):
    with pytest.raises(BadInput, match=message):
        reference_rate.parse(csv.DictReader(text.splitlines()), "lpr.csv")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"principal_minor": 0}, "principal"),
        ({"periods": 0}, "periods"),
        ({"periods": 100_000}, "periods"),
        ({"rate_annual": Decimal(12)}, "rate"),
        ({"rate_annual": Decimal("-0.01")}, "rate"),
        ({"rate_annual": Decimal("NaN")}, "rate"),
        ({"currency": "XXQ"}, "currency"),
        ({"down_payment_minor": 120_000}, "down_payment"),
        ({"down_payment_minor": -1}, "down_payment"),
        ({"balloon_minor": 120_000}, "balloon"),
        ({"plan": Plan.BULLET, "balloon_minor": 5}, "balloon"),
        ({"moratorium_periods": 3}, "moratorium_periods"),
        ({"plan": Plan.BULLET, "moratorium_periods": 1}, "moratorium_periods"),
        ({"due_day": 32}, "due_day"),
        ({"first_due": START}, "first_due"),
        ({"first_due": date(2026, 2, 10), "due_day": 8}, "first_due"),
        ({"plan": Plan.FEE_INSTALMENT, "rate_annual": Decimal("0.1")}, "rate"),
        ({"plan": Plan.NEXT_MONTH, "rate_annual": Decimal(0)}, "periods"),
        ({"plan": Plan.IRREGULAR}, "table"),
        ({"fee_per_period": Charge()}, "fee_per_period"),
        ({"fee_upfront": Charge(rate=Decimal(1))}, "fee_upfront"),
        ({"floating": Floating("lpr_1y")}, "rate"),
        ({"spacing_every": 0}, "spacing_every"),
        ({"table": (TableLine(date(2026, 2, 1), 120_000),)}, "table"),
        ({"plan": Plan.IRREGULAR, "table": (TableLine(date(2026, 2, 1), 119_999),)}, "table"),
        ({"plan": Plan.IRREGULAR, "table": (TableLine(START, 120_000),)}, "table row 1 due_on"),
        ({"plan": Plan.IRREGULAR, "table": (TableLine(date(2026, 2, 1), 1, Decimal(1)),)}, "table"),
        ({"plan": Plan.IRREGULAR, "table": (TableLine(date(2026, 2, 1), weight=Decimal("NaN")),)}, "table row 1"),
    ],
)
def test_terms_that_contradict_themselves_are_refused_by_name(changes, field):
    with pytest.raises(BadInput, match=field):
        replace(terms(Plan.EQUAL_INSTALMENT, 3, "0.12"), **changes)


@pytest.mark.shared
def test_the_published_lpr_table_reads(shared):
    path = shared("data", "china_lpr", "lpr_monthly_2019_08_to_2026_08.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rates = reference_rate.parse(csv.DictReader(file), path.name)
    assert rates.rate_on("lpr_5y", date(2024, 2, 20)).rate_annual == Decimal("0.0395")
    assert rates.rate_on("lpr_1y", date(2026, 8, 31)).assumed_from == date(2026, 8, 20)
