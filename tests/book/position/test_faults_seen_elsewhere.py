"""Each test is named after a fault that users of other systems reported."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from kaopu.book.core.event_kind import Component
from kaopu.book.core.event_kind import EventKind as K
from kaopu.book.core.history import DebtRules, EventRow, History, InstalmentRow
from kaopu.book.core.position import position
from kaopu.book.core.quote import quote
from kaopu.book.core.schedule import build
from kaopu.book.core.terms import Plan, Terms
from kaopu.kernel.core.day_count import DayCount
from kaopu.kernel.core.money import to_major

START = date(2026, 1, 15)
RULES = DebtRules(1, 1, "CNY", START, 120_000)
ROWS = tuple(InstalmentRow(n, date(2026, 1 + n, 15), 40_000, 1_000, 100) for n in (1, 2, 3))


def of(events=(), rules=RULES, rows=ROWS):
    return History(rules, rows, tuple(events))


def booked(terms: Terms) -> History:
    """The history that booking a quote gives."""
    schedule = build(terms)
    rows = tuple(InstalmentRow(r.seq, r.due_on, r.principal, r.interest, r.fee) for r in schedule.rows)
    return History(DebtRules(1, 1, schedule.currency, schedule.start, schedule.principal_minor), rows, ())


def test_a_first_payment_default_is_visible_the_day_after_it_happens():
    due = ROWS[0].due_on
    on_the_day, after = position(of(), due), position(of(), due + timedelta(days=1))
    assert (on_the_day.days_past_due, on_the_day.overdue.total, on_the_day.class_) == (0, 0, "normal")
    assert (after.days_past_due, after.overdue.total, after.class_) == (1, 41_100, "special_mention")
    assert (after.first_due, after.first_settled) == (due, None)


def test_a_waiver_then_a_reversal():
    day = date(2026, 3, 1)
    before = position(of(), day)
    waiver = EventRow(date(2026, 2, 20), K.WAIVER, 1_000, event_id=7, component=Component.INTEREST)
    undo = EventRow(date(2026, 2, 21), K.REVERSAL, 0, event_id=8, reverses=7)
    waived = position(of([waiver]), day)
    assert (waived.outstanding.interest, waived.waived) == (2_000, 1_000)
    assert position(of([waiver, undo]), day) == before
    assert position(of([waiver, undo]), date(2026, 2, 20)) == position(of([waiver]), date(2026, 2, 20))


def test_a_reversal_of_the_reversal_brings_the_waiver_back():
    waiver = EventRow(date(2026, 2, 20), K.WAIVER, 1_000, event_id=7, component=Component.INTEREST)
    undo = EventRow(date(2026, 2, 21), K.REVERSAL, 0, event_id=8, reverses=7)
    redo = EventRow(date(2026, 2, 22), K.REVERSAL, 0, event_id=9, reverses=8)
    day = date(2026, 3, 1)
    assert position(of([waiver, undo, redo]), day) == position(of([waiver]), day)


def test_a_leap_year_under_actual_actual():
    """29 February earns interest: 1 January 2024 to 1 January 2025 is one year of 366 days, and the accrual knows it."""
    terms = Terms(
        plan=Plan.BULLET, currency="CNY", principal_minor=36_600_000, start=date(2024, 1, 1), periods=12,
        rate_annual=Decimal("0.10"), day_count=DayCount.ACT_ACT,
    )  # fmt: skip
    history = booked(terms)
    due = history.instalments[-1].due_on
    assert due == date(2025, 1, 1)
    assert history.instalments[-1].interest == 3_660_000
    # Day 60 of 366 is 29 February itself: 10,000 a day.
    assert position(history, date(2024, 2, 29)).accrued_interest == 59 * 10_000
    assert position(history, date(2024, 3, 1)).accrued_interest == 60 * 10_000


def test_a_preview_equals_the_booking():
    terms = Terms(
        plan=Plan.EQUAL_INSTALMENT, currency="CNY", principal_minor=1_000_000, start=date(2026, 1, 31), periods=12,
        rate_annual=Decimal("0.12"), day_count=DayCount.ACT_365F,
    )  # fmt: skip
    preview, history = quote(terms), booked(terms)
    on_start = position(history, terms.start)
    for name in ("principal", "interest", "fee"):
        assert to_major(getattr(on_start.outstanding, name), "CNY") == preview["totals"][name]
    assert on_start.next_due.isoformat() == preview["rows"][0]["due_on"]


def test_a_back_dated_payment_needs_no_reposting():
    late = EventRow(date(2026, 2, 10), K.PAYMENT, 41_100, event_id=2)
    seen = position(of([late]), date(2026, 3, 1))
    assert (seen.days_past_due, seen.worst_days_past_due) == (0, 0)


def test_seventeen_days_late_are_seventeen_days_of_penalty():
    rules = DebtRules(1, 1, "CNY", START, 120_000, penalty_rate_ppm=365_000)  # 0.1 % a day
    payment = EventRow(ROWS[0].due_on + timedelta(days=17), K.PAYMENT, 41_100, event_id=1)
    late = position(of([payment], rules), payment.on)
    assert late.outstanding.penalty == 17 * 40
    assert position(of([payment], rules), payment.on + timedelta(days=9)).outstanding.penalty == 17 * 40


def test_inside_the_grace_nothing_is_late_and_after_it_days_count_from_the_due_day():
    rules = DebtRules(1, 1, "CNY", START, 120_000, grace_days=3, grace_amount=50)
    due = ROWS[0].due_on
    assert position(of((), rules), due + timedelta(days=3)).days_past_due == 0
    assert position(of((), rules), due + timedelta(days=4)).days_past_due == 4
    short = EventRow(due, K.PAYMENT, 41_050, event_id=1)
    assert position(of([short], rules), due + timedelta(days=20)).days_past_due == 0
    shorter = EventRow(due, K.PAYMENT, 41_049, event_id=1)
    assert position(of([shorter], rules), due + timedelta(days=20)).days_past_due == 20


def test_a_charged_off_debt_keeps_counting_and_its_money_is_recovery():
    off = EventRow(date(2026, 3, 1), K.CHARGE_OFF, 0, event_id=1)
    money = EventRow(date(2026, 3, 9), K.PAYMENT, 5_000, event_id=2)
    seen = position(of([off, money]), date(2026, 3, 10))
    assert (seen.outstanding.total, seen.charged_off, seen.recovered) == (0, 123_300, 5_000)
    assert (seen.class_, seen.days_past_due) == ("loss", (date(2026, 3, 10) - ROWS[0].due_on).days)
