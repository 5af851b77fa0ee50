"""The rules one by one, with figures a lender can check by hand; they run without the shared data."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from table_loans import CUMULATIVE, PAID_OUT, case, happened

from kaopu.book.core.tables.case import tables_of
from kaopu.book.core.tables.fields import Fields
from kaopu.book.core.tables.instalment import Component, Instalment
from kaopu.book.core.tables.loan_state import LoanState, Payment
from kaopu.book.core.tables.named_orders import allocate_by_name
from kaopu.book.core.tables.read_settings import read_settings

ZERO = {"annual_rate_percent": 0.0}


def last_table(made):
    return tables_of(made, 1)["tables"][-1]


def column(table, name):
    return [row[name] for row in table["rows"] if row["nr"] is not None]


def test_an_equal_instalment_by_30_360_leaves_the_rest_to_the_last():
    # 1,000 x 1% / (1 - 1.01^-4) = 256.28
    table = last_table(case(PAID_OUT))
    assert column(table, "due") == [256.28, 256.28, 256.28, 256.29]
    assert column(table, "interest") == [10.0, 7.54, 5.05, 2.54]
    assert column(table, "balance") == [753.72, 504.98, 253.75, 0.0]
    assert table["totals"]["principal"] == 1000.0


@pytest.mark.parametrize(
    ("product", "interest_of_february"),
    [
        # 1,000 for the 31 days from 15 January 2024
        ({"days_in_year": "actual", "days_in_month": "actual"}, 10.16),  # 31 / 366
        ({"days_in_year": "365", "days_in_month": "actual"}, 10.19),  # 31 / 365
        ({"days_in_year": "360", "days_in_month": "actual"}, 10.33),  # 31 / 360
        # 29 February lies in the next period only
        (
            {"days_in_year": "actual", "days_in_month": "actual", "days_in_year_strategy": "FEB_29_PERIOD_ONLY"},
            10.19,
        ),
    ],
)
def test_a_leap_year_under_each_day_count(product, interest_of_february):
    assert column(last_table(case(PAID_OUT, product=product)), "interest")[0] == interest_of_february


def test_a_period_over_new_year_is_split_at_the_last_day_of_december():
    paid_out = happened("disburse", "2023-12-12", 1000.0)
    product = {"days_in_year": "actual", "days_in_month": "actual"}
    # 120 x (19 / 365 + 12 / 366) = 10.18
    assert column(last_table(case(paid_out, product=product)), "interest")[0] == 10.18


def test_a_cumulative_loan_has_365_days_in_a_leap_year_too():
    table = last_table(case(PAID_OUT, product=CUMULATIVE, payment_strategy="penalties_fees_interest_principal_order"))
    assert column(table, "interest")[:2] == [10.19, 7.19]  # 31 and 29 days, 1,000 and 753.91 over 365


def test_a_loan_of_the_31st_falls_due_on_the_last_day_of_shorter_months():
    table = last_table(case(happened("disburse", "2024-01-31", 1000.0)))
    assert column(table, "date") == ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]


@pytest.mark.parametrize(
    ("unit", "every", "first_due", "interest"),
    [("days", 15, "2024-01-30", 5.0), ("weeks", 2, "2024-01-29", 4.67), ("months", 2, "2024-03-15", 20.0)],
)
def test_spacing_by_days_weeks_and_months(unit, every, first_due, interest):
    table = last_table(case(PAID_OUT, every=every, every_unit=unit))
    assert (column(table, "date")[0], column(table, "interest")[0]) == (first_due, interest)


def test_flat_interest_is_spread_evenly():
    made = case(PAID_OUT, product=CUMULATIVE, interest_type="flat", interest_calculated="same_as_repayment_period")
    made["inputs"]["payment_strategy"] = "penalties_fees_interest_principal_order"
    table = last_table(made)
    assert column(table, "interest") == [10.0] * 4
    assert column(table, "principal") == [250.0] * 4


def test_a_down_payment_is_a_row_due_on_the_day_of_the_loan_and_pays_itself():
    table = last_table(case(PAID_OUT, product={"down_payment_percent": "25", "down_payment_auto_paid": True}, **ZERO))
    assert column(table, "due") == [250.0, 187.5, 187.5, 187.5, 187.5]
    assert column(table, "paid") == [250.0, 0.0, 0.0, 0.0, 0.0]
    assert table["rows"][1]["paid_date"] == "2024-01-15"


@pytest.mark.parametrize(
    ("kind", "paid"),
    [
        ("repayment", [250.0, 50.0, 0.0, 0.0]),  # next instalment
        ("goodwill_credit", [0.0, 0.0, 50.0, 250.0]),  # last instalment, backwards
        ("merchant_issued_refund", [75.0, 75.0, 75.0, 75.0]),  # evenly
    ],
)
def test_money_beyond_what_is_due_goes_where_its_kind_says(kind, paid):
    table = last_table(case(PAID_OUT, happened(kind, "2024-01-20", 300.0), **ZERO))
    assert column(table, "paid") == paid
    assert table["totals"]["in_advance"] == 300.0


def test_late_money_is_told_apart_and_closes_the_oldest_first():
    table = last_table(case(PAID_OUT, happened("repayment", "2024-04-01", 300.0), **ZERO))
    assert column(table, "late") == [250.0, 50.0, 0.0, 0.0]
    assert table["rows"][1]["paid_date"] == "2024-04-01"


def test_overdue_principal_bears_interest_up_to_the_day_of_reading():
    product = {"interest_recalculation": True, "rest_frequency": "daily"}
    read_late = happened("close_of_business", "2024-02-25")
    table = last_table(case(PAID_OUT, read_late, product=product))
    # planned 753.72 for the whole period, and 246.28 overdue for 10 of its 29 days: 7.5372 + 0.8492
    assert column(table, "interest")[:2] == [10.0, 8.39]
    assert column(table, "due")[:3] == [256.28] * 3


def test_no_interest_on_past_due_where_the_product_says_so():
    product = {"interest_recalculation": True, "rest_frequency": "daily", "no_interest_on_past_due": True}
    table = last_table(case(PAID_OUT, happened("close_of_business", "2024-02-25"), product=product))
    assert column(table, "interest") == [10.0, 7.54, 5.05, 2.54]


def test_an_early_payment_lowers_the_balance_from_its_day():
    product = {"interest_recalculation": True, "rest_frequency": "daily"}
    table = last_table(case(PAID_OUT, happened("repayment", "2024-01-25", 100.0), product=product))
    # 1,000 for 10 of 31 days, then 900 for 21: 3.2258 + 6.0968
    assert column(table, "interest")[0] == 9.32


def test_a_pay_off_takes_interest_only_to_its_day():
    product = {"interest_recalculation": True, "rest_frequency": "daily", "preclosure_interest": "till_preclose_date"}
    table = last_table(case(PAID_OUT, happened("pay_off", "2024-01-25"), product=product))
    assert table["totals"]["interest"] == 3.23  # 10 of 31 days of 10.00
    assert table["totals"]["outstanding"] == 0.0


def test_an_undone_payment_leaves_no_trace_and_a_back_dated_one_takes_its_place():
    paid = happened("repayment", "2024-02-15", 250.0)
    undone = happened("undo", "2024-02-15", what="repayment", nr=1)
    before = last_table(case(PAID_OUT, **ZERO))
    after = last_table(case(PAID_OUT, paid, undone, **ZERO))
    assert after["rows"] == before["rows"]
    back_dated = happened("repayment", "2024-02-10", 100.0, entered="2024-03-01")
    table = last_table(case(PAID_OUT, paid, back_dated, **ZERO))
    assert column(table, "in_advance") == [100.0, 100.0, 0.0, 0.0]
    assert column(table, "paid") == [250.0, 100.0, 0.0, 0.0]
    assert table["rows"][1]["paid_date"] == "2024-02-15"


def test_a_charge_falls_on_the_instalment_of_its_day_or_behind_the_last():
    table = last_table(
        case(PAID_OUT, happened("fee", "2024-02-20", 10.0), happened("penalty", "2024-06-01", 5.0), **ZERO)
    )
    assert column(table, "fees") == [0.0, 10.0, 0.0, 0.0, 0.0]
    assert column(table, "penalties") == [0.0, 0.0, 0.0, 0.0, 5.0]
    assert column(table, "date")[-1] == "2024-06-01"


def test_a_credit_balance_pays_a_later_charge_and_is_paid_out():
    overpaid = happened("repayment", "2024-01-20", 1015.0)
    charged = last_table(case(PAID_OUT, overpaid, happened("fee", "2024-01-25", 10.0), **ZERO))
    assert column(charged, "paid") == [260.0, 250.0, 250.0, 250.0]
    refunded = last_table(case(PAID_OUT, overpaid, happened("credit_balance_refund", "2024-01-25", 15.0), **ZERO))
    assert refunded["totals"]["outstanding"] == 0.0
    assert refunded["totals"]["principal"] == 1000.0


def test_a_chargeback_makes_principal_due_again_with_the_next_instalment():
    paid = happened("repayment", "2024-02-15", 250.0)
    back = happened("chargeback", "2024-02-20", 250.0, of_payment_nr=1)
    table = last_table(case(PAID_OUT, paid, back, **ZERO))
    assert column(table, "principal") == [250.0, 500.0, 250.0, 250.0]
    assert column(table, "balance") == [750.0, 500.0, 250.0, 0.0]


def test_a_charge_off_without_interest_turns_interest_to_come_into_principal():
    product = {"interest_recalculation": True, "rest_frequency": "daily", "charge_off_behaviour": "zero_interest"}
    paid = happened("repayment", "2024-02-15", 256.28)
    table = last_table(case(PAID_OUT, paid, happened("charge_off", "2024-03-01"), product=product))
    # 753.72 for 15 of 29 days: 7.5372 x 15 / 29
    assert column(table, "interest") == [10.0, 3.9, 0.0, 0.0]
    assert table["totals"]["principal"] == 1000.0


def test_an_interest_pause_counts_both_its_days():
    product = {"interest_recalculation": True, "rest_frequency": "daily"}
    pause = {"type": "interest_pause", "start": "2024-01-21", "end": "2024-01-30", "as_of": "2024-01-20"}
    table = last_table(case(PAID_OUT, pause, product=product))
    assert column(table, "interest")[0] == 6.77  # 21 of 31 days of 10.00


@pytest.mark.parametrize(
    "strategy",
    [
        "penalties_fees_interest_principal_order",
        "due_penalty_fee_interest_principal_in_advance_principal_penalty_fee_interest",
        "due_penalty_interest_principal_fee_in_advance_penalty_interest_principal_fee",
    ],
)
def test_named_orders_close_the_oldest_instalment_first(strategy):
    product = {**CUMULATIVE, "instalment_rounded_to": "1"}
    flat = {"interest_type": "flat", "interest_calculated": "same_as_repayment_period", "payment_strategy": strategy}
    events = [PAID_OUT, happened("fee", "2024-01-20", 5.0), happened("repayment", "2024-01-20", 235.0)]
    row = last_table(case(*events, product=product, **flat))["rows"][1]
    assert (row["due"], row["paid"], row["outstanding"]) == (265.0, 235.0, 30.0)
    table = last_table(case(*events, happened("repayment", "2024-01-21", 40.0), product=product, **flat))
    assert column(table, "paid") == [265.0, 10.0, 0.0, 0.0]


def test_every_event_gives_a_table_where_no_reading_is_asked_for():
    tables = tables_of(case(PAID_OUT, happened("repayment", "2024-02-15", 1.0), **ZERO), 1)["tables"]
    assert [(table["after_event"], table["as_of"]) for table in tables] == [(1, "2024-01-15"), (2, "2024-02-15")]


def test_a_loan_told_without_dates_is_rounded_up_to_a_whole_instalment():
    made = {
        "id": "P1",
        "inputs": {
            "principal": 280000,
            "annual_rate_percent": 8.4,
            "instalments": 20,
            "every": 1,
            "every_unit": "months",
            "instalment_rule": "annuity rounded up to the next whole unit; last instalment takes the rest",
        },
        "events": [],
        "expected": [{"rounded_to_whole": True}],
    }
    table = last_table(made)
    assert (table["instalment"], table["count"], table["total_payment"]) == (15052, 20, 301034)
    assert table["rows"][3] == {"nr": 4, "principal": 13369, "interest": 1683, "due": 15052, "balance": 227080}


@pytest.mark.parametrize(
    ("strategy", "used"),
    [
        # 100.00 in advance on an instalment of fee 5, interest 10, principal 250; the fee's own day has come
        ("penalties_fees_interest_principal_order", {"fee": 500, "interest": 1000, "principal": 8500}),
        (
            "due_penalty_fee_interest_principal_in_advance_principal_penalty_fee_interest",
            {"fee": 500, "principal": 9500},
        ),
        (
            "due_penalty_interest_principal_fee_in_advance_penalty_interest_principal_fee",
            {"fee": 500, "interest": 1000, "principal": 8500},
        ),
    ],
)
def test_each_named_order_uses_money_paid_in_advance_in_its_own_way(strategy, used):
    on, due_on = date(2024, 1, 20), date(2024, 2, 15)
    instalment = Instalment(date(2024, 1, 15), due_on)
    instalment.charged |= {Component.PRINCIPAL: 25000, Component.INTEREST: 1000}
    instalment.add_charge(Component.FEE, 500, on)
    made = case(PAID_OUT, product=CUMULATIVE, payment_strategy=strategy)
    loan = LoanState(read_settings(Fields(made, "T1", "")), [instalment])
    payment = Payment("repayment", on, 10000)
    assert allocate_by_name(loan, payment, 10000) == 0
    assert {component.value: amount for component, amount in payment.used.items() if amount} == used


def test_a_fixed_length_sets_the_last_due_day():
    table = last_table(case(PAID_OUT, product={"fixed_length_days": 100}, **ZERO))
    assert column(table, "date") == ["2024-02-15", "2024-03-15", "2024-04-15", "2024-04-24"]


def test_goods_sent_back_take_the_interest_on_their_price_with_them():
    product = {"interest_recalculation": True, "rest_frequency": "daily", "interest_refunded_on_refund": True}
    table = last_table(case(PAID_OUT, happened("payout_refund", "2024-01-25", 200.0), product=product))
    assert table["totals"]["paid"] == 200.65  # 200.00 x 1% x 10 / 31 on top
    whole = last_table(case(PAID_OUT, happened("payout_refund", "2024-01-25", 1000.0), product=product))
    assert whole["totals"]["interest"] == 3.23
    assert whole["totals"]["outstanding"] == 0.0


def test_a_charge_off_that_accelerates_makes_all_due_on_its_day():
    product = {"interest_recalculation": True, "charge_off_behaviour": "accelerate_maturity"}
    table = last_table(case(PAID_OUT, happened("charge_off", "2024-01-25"), product=product))
    assert column(table, "date") == ["2024-01-25"]
    assert column(table, "due") == [1003.23]


def test_a_second_disbursement_is_spread_over_what_is_still_to_fall_due():
    more = happened("disburse", "2024-02-20", 300.0)
    table = last_table(case(PAID_OUT, happened("repayment", "2024-02-15", 250.0), more, **ZERO))
    assert column(table, "principal") == [250.0, 350.0, 350.0, 350.0]
    assert [row["date"] for row in table["rows"] if row["nr"] is None] == ["2024-01-15", "2024-02-20"]


@pytest.mark.parametrize(
    ("schedule", "day_count"), [("cumulative", "fineract-cumulative"), ("progressive", "fineract-progressive")]
)
def test_the_day_count_is_named_by_the_kind_of_schedule(schedule, day_count):
    made = case(PAID_OUT, product={"schedule_type": schedule})
    assert read_settings(Fields(made, "T1", "")).day_count.value == day_count


def test_a_down_payment_that_paid_itself_can_be_undone():
    product = {"down_payment_percent": "25", "down_payment_auto_paid": True}
    undone = happened("undo", "2024-01-15", what="down_payment")
    table = last_table(case(PAID_OUT, undone, product=product, **ZERO))
    assert column(table, "paid") == [0.0] * 5
    assert table["totals"]["outstanding"] == 1000.0
