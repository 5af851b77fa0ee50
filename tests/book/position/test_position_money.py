"""Refunds, sale, charge-off, set-off and subsidy by hand; faults seen elsewhere by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaopu.book.core.event_kind import Component
from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow
from kaopu.book.core.position import position
from kaopu.book.core.replay_proportion import proportion

START = date(2025, 1, 1)
RULES = DebtRules(1, 1, "CNY", START, 30_000)
ROWS = tuple(InstalmentRow(n, START + timedelta(days=30 * n), 10_000, 1_000, 100) for n in (1, 2, 3))
COMPONENTS = ("principal", "interest", "fee", "penalty")


def on(day):
    return START + timedelta(days=day)


def event(day, kind, amount=0, event_id=0, component=None):
    return EventRow(on(day), kind, amount, event_id=event_id or day, component=component)


def seen(day, *events, rows=ROWS, **rules):
    return position(History(replace(RULES, **rules), rows, events), on(day))


def four(counters, cause):
    return [counters[f"{cause}_{name}"] for name in COMPONENTS]


@pytest.mark.parametrize(("order", "fee", "next_asked", "owed", "lapsed"), [
    # 150.00 back on day 10. By order: what row 1 still asks in all, what is owed of each component, what lapsed.
    (0, 0, 11_100, (15_000, 3_000, 300),   0),
    (0, 1, 11_100, (15_000, 3_000, 150), 150),
    (1, 0,  1_100, (15_000, 3_000, 300),   0),
    (1, 1,  1_000, (15_000, 3_000, 150), 150),
    (2, 0,  6_100, (15_000, 3_000, 300),   0),
    (2, 1,  6_050, (15_000, 3_000, 150), 150),
    (3, 0, 11_100, (30_000, 3_000, 300),   0),
    (3, 1, 11_100, (30_000, 3_000, 300),   0),
])  # fmt: skip
def test_a_refund_by_each_order_with_fees_kept_or_returned(order, fee, next_asked, owed, lapsed):
    back = event(10, K.REFUND, 15_000)
    now = seen(10, back, refund_order=order, refund_fee=fee)
    assert (now.outstanding.principal, now.outstanding.interest, now.outstanding.fee) == owed
    assert (now.lapsed, now.refunded) == (lapsed, 15_000)
    assert seen(31, back, refund_order=order, refund_fee=fee).overdue.total == next_asked
    counters = now.counters()
    assert four(counters, "refunded") == [0 if order == 3 else 15_000, 0, 0, 0]
    assert counters["paid_out"] == (15_000 if order == 3 else 0)


def test_a_pro_rata_refund_leaves_no_fen_over():
    rows = tuple(replace(row, principal=amount) for row, amount in zip(ROWS, (10_000, 0, 10_001), strict=True))
    back = event(10, K.REFUND, 101)
    # 101 × 10000 ÷ 20001 and 101 × 10001 ÷ 20001 are both 50.5: 50 each, and one more from the oldest.
    now = seen(31, back, rows=rows, refund_order=2)
    assert (now.overdue.principal, now.outstanding.principal) == (10_000 - 51, 20_001 - 101)


def test_a_full_refund_with_fees_returned_leaves_nothing_to_ask():
    now = seen(10, event(10, K.REFUND, 30_000), refund_fee=1)
    assert (now.outstanding.total, now.lapsed, now.is_settled, now.is_fully_refunded) == (0, 3_300, True, True)
    assert seen(10, event(10, K.REFUND, 30_000), refund_fee=0).outstanding.as_json()["fee"] == 300


def test_set_off_settles_like_a_payment_and_is_counted_apart():
    now = seen(30, event(30, K.SET_OFF, 11_100))
    assert (now.outstanding.total, now.paid_to_date, now.days_past_due) == (22_200, 0, 0)
    counters = now.counters()
    assert (counters["set_off"], counters["paid"]) == (11_100, 0)
    assert four(counters, "received") == [10_000, 1_000, 100, 0]


def test_money_after_a_sale_is_passed_on_and_charges_leave_at_once():
    events = event(40, K.TRANSFER, 25_000), event(45, K.PAYMENT, 5_000), event(46, K.FEE, 30), event(47, K.REFUND, 9)
    now = seen(50, *events)
    assert (now.outstanding.total, now.is_transferred, now.is_settled, now.is_charged_off) == (0, True, False, False)
    assert (now.days_past_due, now.class_, now.charged_off, now.recovered) == (20, "special_mention", 0, 0)
    counters = now.counters()
    # Of interest and fees only what was billed: row 1. The fee charged later is no claim of ours, and no income.
    assert four(counters, "transferred") == [30_000, 1_000, 100, 0]
    assert counters["billed_fee"] == 100
    assert (counters["transfer_price"], counters["passed_on"], counters["paid"]) == (25_000, 5_009, 5_000)


def test_loan_transferred_twice():
    once = event(40, K.TRANSFER, 25_000)
    twice = seen(60, once, event(50, K.TRANSFER, 9_000))
    assert twice == seen(60, once)
    assert twice.counters()["transfer_price"] == 25_000
    assert seen(60, once, event(50, K.CHARGE_OFF)) == seen(60, once)


def test_a_sale_after_a_charge_off_brings_its_price_and_later_money_is_passed_on():
    events = event(40, K.CHARGE_OFF), event(45, K.RECOVERY, 500), event(50, K.TRANSFER, 800), event(60, K.PAYMENT, 70)
    now = seen(61, *events)
    counters = now.counters()
    assert (counters["recovered"], counters["passed_on"], counters["transfer_price"]) == (500, 70, 800)
    assert (now.is_charged_off, now.is_transferred, now.class_) == (True, True, "loss")
    assert four(counters, "transferred") == [0, 0, 0, 0]


def test_interest_after_write_off_is_neither_owed_nor_running_nor_penalised():
    off = event(45, K.CHARGE_OFF)
    now = seen(200, off, penalty_rate_ppm=365_000, penalty_base=1)
    assert (now.outstanding.total, now.accrued_interest, now.counters()["running_interest"]) == (0, 0, 0)
    then = seen(45, off, penalty_rate_ppm=365_000, penalty_base=1)
    assert now.counters()["billed_interest"] == then.counters()["billed_interest"] == 1_000
    assert now.counters()["charged_penalty"] == then.counters()["charged_penalty"]


def test_waiver_after_write_off_forgives_nothing():
    off = event(45, K.CHARGE_OFF)
    waivers = [event(50, K.WAIVER, 900, component=each, event_id=50 + n) for n, each in enumerate((None, *Component))]
    assert seen(60, off, *waivers) == seen(60, off)
    assert seen(60, off, *waivers).waived == 0


def test_a_penalty_lost_in_a_reminder_is_charged_all_the_same():
    """A fee for a reminder on the very day: the penalty of that day stands beside it."""
    reminder = event(40, K.FEE, 500)
    assert seen(40, reminder, penalty_rate_ppm=365_000).outstanding.as_json()["penalty"] == 100
    assert seen(41, reminder, penalty_rate_ppm=365_000).outstanding.as_json()["penalty"] == 110


def test_a_charge_off_while_the_debt_does_not_accrue_drops_interest_and_penalty():
    events = event(125, K.PENALTY, 40), event(130, K.CHARGE_OFF)
    counters = seen(131, *events).counters()
    assert four(counters, "charged_off") == [30_000, 0, 300, 0]
    assert (counters["dropped_interest"], counters["dropped_penalty"]) == (3_000, 40)
    assert (counters["suspended_interest"], counters["suspended_penalty"]) == (3_000, 40)
    # A day that begins in accrual ends in it: over 90 days past due only at the end of day 121.
    assert four(seen(131, event(121, K.CHARGE_OFF)).counters(), "charged_off") == [30_000, 3_000, 300, 0]


def test_a_waiver_of_what_is_not_billed_yet_never_was_income():
    counters = seen(40, event(40, K.WAIVER, 1_700, component=Component.INTEREST)).counters()
    assert (counters["billed_interest"], counters["waived_interest"]) == (1_000, 1_000)
    # Row 2 still asks 300 when it falls due, and that is what is billed.
    later = seen(60, event(40, K.WAIVER, 1_700, component=Component.INTEREST)).counters()
    assert (later["billed_interest"], later["waived_interest"]) == (1_300, 1_000)


def test_a_subsidy_is_earned_by_days_and_clawed_back_with_refunds():
    def of(day, *events):
        counters = seen(day, *events, subsidy=900).counters()
        return [counters[f"subsidy_{name}"] for name in ("due", "clawed", "earned", "received")]

    assert of(0) == [900, 0, 0, 0]
    assert of(30, event(20, K.SUBSIDY, 500)) == [900, 0, 300, 500]
    assert of(30, event(20, K.REFUND, 10_000)) == [900, 300, 200, 0]
    # Early settlement: no principal is left, so the rest is earned at once.
    assert of(30, event(30, K.EARLY_SETTLEMENT, 31_100)) == [900, 0, 900, 0]
    assert of(30, event(20, K.REFUND, 30_000)) == [900, 900, 0, 0]


def test_what_is_paid_ahead_is_received_before_it_is_billed():
    ahead = event(10, K.PAYMENT, 11_100)
    now, due = seen(10, ahead).counters(), seen(30, ahead).counters()
    assert (now["billed_interest"], now["received_interest"], now["running_interest"]) == (0, 1_000, 333)
    assert (due["billed_interest"], due["received_interest"]) == (1_000, 1_000)


def test_an_extension_of_a_row_due_today_unbills_it():
    longer = event(30, K.EXTENSION, 10)
    billed = [seen(day, longer).counters()["billed_interest"] for day in (29, 30, 39, 40)]
    assert billed == [0, 0, 0, 1_000]


@pytest.mark.parametrize("amount", [0, 1, 6 * 10**11 + 7, 2**53 - 1, 2**62 - 1])
@pytest.mark.parametrize("part", [0, 1, 12_345, 6 * 10**11, 2**53 + 1])
@pytest.mark.parametrize("whole", [1, 365, 10**9 + 7, 2**53 + 1])
def test_a_proportion_is_exact_beyond_64_bits(amount, part, whole):
    if part <= whole:
        assert proportion(amount, part, whole) == amount * part // whole


def test_a_fee_or_penalty_after_write_off_is_no_income():
    written_off = event(40, K.CHARGE_OFF, 0)
    before = seen(50, written_off)
    now = seen(50, written_off, event(45, K.FEE, 70), event(46, K.PENALTY, 50))
    assert now.charged_off == before.charged_off + 120
    assert now.counters() == before.counters()
