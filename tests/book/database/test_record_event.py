"""Recording what happened: what is refused, what a key means, and what a new schedule version must keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from agreed_terms import NOW, TERMS
from django.db import connection

from kaopu.book import store
from kaopu.book.actions.record_event import EventRecorded, Refusal
from kaopu.book.core.history import InstalmentRow
from kaopu.book.core.position import position
from kaopu.book.core.quote import quote
from kaopu.book.core.schedule import build
from kaopu.book.core.terms import Charge, Plan
from kaopu.book.models import CloseRun, Event, PositionRow, ScheduleVersion
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import AuditRow, OutboxEvent

pytestmark = pytest.mark.django_db
# Ten equal parts of 100.00 with a fee of 1.00 each, no interest.
FREE = replace(TERMS, plan=Plan.FEE_INSTALMENT, principal_minor=100_000, periods=10, rate_annual=Decimal(0),
               fee_per_period=Charge(minor=100))  # fmt: skip


def on(debt, day):
    return position(store.history(debt), date.fromisoformat(day))


def newest(debt):
    return ScheduleVersion.objects.filter(debt=debt).order_by("-version").first()


def test_a_preview_equals_the_booking(booked):
    debt = booked()
    stored = store.instalments_of(newest(debt))
    built = build(TERMS).rows
    assert stored == [InstalmentRow(row.seq, row.due_on, row.principal, row.interest, row.fee) for row in built]
    assert [row["due_on"] for row in quote(TERMS)["rows"]] == [row.due_on.isoformat() for row in stored]


@pytest.mark.parametrize(("kind", "day", "amount", "more", "refusal"), [
    ("payment", "2026-02-15", 0, {}, Refusal.AMOUNT_MUST_BE_POSITIVE),
    ("payment", "2026-01-14", 1, {}, Refusal.DAY_BEFORE_DISBURSEMENT),
    ("payment", "2026-02-15", 1, {"component": "fee"}, Refusal.COMPONENT_IS_FOR_WAIVERS_ONLY),
    ("reversal", "2026-02-15", 0, {"reverses": 999_999_999}, Refusal.REVERSED_EVENT_UNKNOWN),
    ("waiver", "2026-02-15", 1, {"component": "penalty"}, Refusal.WAIVER_ABOVE_WHAT_IS_OWED),
    ("waiver", "2026-02-15", 10_000_000, {}, Refusal.WAIVER_ABOVE_WHAT_IS_OWED),
    ("payout", "2026-02-15", 1, {}, Refusal.PAYOUT_ABOVE_CREDIT_BALANCE),
    ("early_settlement", "2026-02-15", 1, {"payload": {"effect": "lower"}}, Refusal.PREPAYMENT_BELOW_WHAT_IS_DUE),
])  # fmt: skip
def test_what_is_refused_leaves_nothing(booked, record, kind, day, amount, more, refusal):
    debt = booked()
    assert record(debt, kind, day, amount, **more) is refusal
    assert not Event.objects.filter(debt=debt).exists()
    assert not AuditRow.objects.filter(act="record_event").exists()


@pytest.mark.parametrize("more", [
    {"amount": -1},
    {"key": ""},
    {"component": "love"},
    {"reverses": 3},
])  # fmt: skip
def test_a_body_that_makes_no_sense_is_bad_input(booked, record, more):
    debt, amount = booked(), more.pop("amount", 1)
    with pytest.raises(BadInput, match="expected"):
        record(debt, "payment", "2026-02-15", amount, **more)


def test_the_same_key_and_body_record_once(booked, record):
    debt = booked()
    first = record(debt, "payment", "2026-02-15", 5, key="once")
    again = record(debt, "payment", "2026-02-15", 5, key="once")
    assert isinstance(first, EventRecorded)
    assert again == replace(first, repeated=True)
    assert record(debt, "payment", "2026-02-15", 6, key="once") is Refusal.KEY_USED_WITH_OTHER_BODY
    assert Event.objects.filter(debt=debt).count() == 1


def test_a_refused_key_may_be_used_again(booked, record):
    debt = booked()
    record(debt, "payment", "2026-02-15", 0, key="k")
    assert isinstance(record(debt, "payment", "2026-02-15", 5, key="k"), EventRecorded)


def test_a_record_leaves_an_audit_row_and_an_outbox_event_without_the_person(booked, record):
    debt = booked()
    record(debt, "payment", "2026-02-15", 5)
    row = AuditRow.objects.get(act="record_event")
    assert (row.subject, row.details["amount"]) == (f"debt:{debt.pk}", 5)
    assert OutboxEvent.objects.filter(name="debt.event_recorded").count() == 1


def test_reversal_restores_and_a_reversed_reversal_counts_again(booked, record):
    debt = booked()
    before = on(debt, "2026-03-01")
    paid = record(debt, "payment", "2026-02-15", 5_000)
    after = on(debt, "2026-03-01")
    undone = record(debt, "reversal", "2026-02-15", reverses=paid.event_id)
    assert on(debt, "2026-03-01") == before
    assert record(debt, "reversal", "2026-02-16", reverses=paid.event_id) is Refusal.ALREADY_REVERSED
    record(debt, "reversal", "2026-02-16", reverses=undone.event_id)
    assert on(debt, "2026-03-01") == after
    assert isinstance(record(debt, "reversal", "2026-02-17", reverses=paid.event_id), EventRecorded)
    assert on(debt, "2026-03-01") == before


def test_a_reversal_stays_with_its_debt_and_after_its_event(booked, record):
    debt, other = booked(), booked()
    paid = record(debt, "payment", "2026-02-15", 5_000)
    assert record(other, "reversal", "2026-02-15", reverses=paid.event_id) is Refusal.REVERSED_EVENT_OF_ANOTHER_DEBT
    assert record(debt, "reversal", "2026-02-14", reverses=paid.event_id) is Refusal.REVERSAL_BEFORE_ITS_EVENT


def test_a_waiver_then_a_reversal(booked, record):
    debt = booked()
    record(debt, "fee", "2026-02-20", 700)
    before = on(debt, "2026-03-01")
    waived = record(debt, "waiver", "2026-02-21", 700, component="fee")
    assert on(debt, "2026-03-01").outstanding.fee == 0
    record(debt, "reversal", "2026-02-22", reverses=waived.event_id)
    assert on(debt, "2026-03-01") == before


@pytest.mark.parametrize("effect", ["shorten", "lower"])
def test_a_prepayment_in_part_keeps_every_fen(booked, record, effect):
    debt = booked()
    for number in range(1, 3):
        record(debt, "payment", f"2026-0{number + 1}-15", 10_662)
    recorded = record(debt, "early_settlement", "2026-03-25", 50_000, payload={"effect": effect})
    version = newest(debt)
    assert recorded.schedule_version == version.version == 2
    assert sum(version.principal) == 120_000
    after = on(debt, "2026-03-25")
    assert (after.overdue.total, after.credit_balance, after.paid_to_date) == (0, 0, 2 * 10_662 + 50_000)
    left = [row for row in store.instalments_of(version) if row.due_on > date(2026, 3, 25)]
    assert after.outstanding.principal == sum(row.principal for row in left)
    assert after.outstanding.interest == sum(row.interest for row in left)
    # As many instalments as before, each lower; or as high as before, and fewer.
    assert (len(left) == 10 and left[0].principal + left[0].interest < 10_662) or (
        len(left) < 10 and left[0].principal + left[0].interest == 10_662
    )
    assert (len(left) == 10) == (effect == "lower")
    # A day before, nothing of it is known.
    assert on(debt, "2026-03-24").outstanding.principal == on(debt, "2026-03-16").outstanding.principal


def test_reversing_a_prepayment_brings_the_old_schedule_back(booked, record):
    debt = booked()
    before = on(debt, "2026-12-01")
    prepaid = record(debt, "early_settlement", "2026-01-20", 50_000, payload={"effect": "lower"})
    assert on(debt, "2026-12-01") != before
    record(debt, "reversal", "2026-01-21", reverses=prepaid.event_id)
    assert on(debt, "2026-12-01") == before
    assert store.version_in_force(debt.pk, date(2026, 12, 1)).version == 1


def test_a_prepayment_counts_interest_by_the_day_even_twice_in_one_period(booked, record):
    """12,000 at 12 % (30/360): 40 fen a day on 1,200.00; each prepayment of 300.00 saves 10 fen for each day left."""
    debt = booked()
    record(debt, "early_settlement", "2026-01-25", 30_000, payload={"effect": "lower"})
    record(debt, "early_settlement", "2026-02-05", 30_000, payload={"effect": "lower"})
    first = next(row for row in store.instalments_of(newest(debt)) if row.due_on == date(2026, 2, 15))
    assert first.interest == 10 * 40 + 10 * 30 + 10 * 20
    assert sum(newest(debt).principal) == 120_000


def test_accrued_interest_may_be_paid_with_the_prepayment(booked, record):
    debt = booked()
    record(debt, "early_settlement", "2026-01-25", 30_400, payload={"effect": "lower", "accrued_is_paid": True})
    rows = store.instalments_of(newest(debt))
    paid = next(row for row in rows if row.due_on == date(2026, 1, 25))
    assert (paid.principal, paid.interest) == (30_000, 400)
    assert next(row for row in rows if row.due_on == date(2026, 2, 15)).interest == 20 * 30
    assert on(debt, "2026-01-25").outstanding.principal == 90_000


def test_a_prepayment_first_settles_what_is_due(booked, record):
    debt = booked(FREE)
    record(debt, "early_settlement", "2026-03-20", 2 * 10_100 + 30_000, payload={"effect": "lower"})
    after = on(debt, "2026-03-20")
    assert (after.overdue.total, after.outstanding.principal, after.days_past_due) == (0, 50_000, 0)


def test_a_prepayment_of_everything_closes_the_debt(booked, record):
    debt = booked(FREE)
    record(debt, "early_settlement", "2026-01-20", 100_000 + 10 * 100, payload={"effect": "lower"})
    after = on(debt, "2026-01-20")
    assert after.outstanding.total == 0
    assert newest(debt).version == 1


def test_what_cannot_be_replanned_is_refused(booked, record):
    part = {"effect": "lower"}
    ahead = booked(FREE)
    record(ahead, "payment", "2026-01-16", 5_000)
    assert record(ahead, "early_settlement", "2026-01-20", 30_000, payload=part) is Refusal.INSTALMENTS_PAID_AHEAD
    moved = booked(FREE)
    record(moved, "extension", "2026-01-16", 30)
    assert record(moved, "early_settlement", "2026-01-20", 30_000, payload=part) is Refusal.INSTALMENTS_MOVED
    later = booked(FREE)
    second = record(later, "early_settlement", "2026-02-20", 40_100, payload=part)
    assert record(later, "early_settlement", "2026-01-20", 30_000, payload=part) is Refusal.LATER_SCHEDULE_VERSION
    third = record(later, "early_settlement", "2026-02-21", 20_000, payload=part)
    undo_second = {"reverses": second.event_id}
    assert record(later, "reversal", "2026-02-22", **undo_second) is Refusal.LATER_SCHEDULE_VERSION
    record(later, "reversal", "2026-02-22", reverses=third.event_id)
    assert isinstance(record(later, "reversal", "2026-02-22", **undo_second), EventRecorded)


def test_a_restructuring_replans_what_is_not_due_and_leaves_the_rest(booked, record):
    debt = booked(FREE)
    terms = {"plan": "equal-principal", "principal_minor": 80_000, "periods": 16, "rate_annual": "0.06"}
    recorded = record(debt, "restructure", "2026-03-20", payload={"terms": terms})
    version = newest(debt)
    assert recorded.schedule_version == 2
    assert sum(version.principal) == 100_000
    assert len(set(version.seq)) == len(version.seq)
    after = on(debt, "2026-03-20")
    assert (after.overdue.principal, after.outstanding.principal, after.is_restructured) == (20_000, 100_000, True)
    assert after.next_due == date(2026, 4, 20)
    prepaid = record(debt, "early_settlement", "2026-05-01", 2 * 10_100 + 5_000 + 400 + 10_000,
                     payload={"effect": "shorten"})  # fmt: skip
    assert isinstance(prepaid, EventRecorded)
    assert sum(newest(debt).principal) == 100_000


def test_a_restructuring_of_another_amount_is_bad_input(booked, record):
    terms = {"plan": "equal-principal", "principal_minor": 70_000, "periods": 16}
    with pytest.raises(BadInput, match="principal not yet due, 80000"):
        record(booked(FREE), "restructure", "2026-03-20", payload={"terms": terms})


@pytest.fixture
def close():
    return CloseRun.objects.create(as_of=date(2026, 11, 22), status="complete", is_current=True, finished_at=NOW)


def test_a_back_dated_correction_is_on_its_pages_at_once(booked, record, close):
    debt = booked()
    row = PositionRow.objects.get(close_run=close, debt=debt)
    assert (row.days_past_due, row.bucket_code, row.outstanding) == (280, 6, 120_000 + 7_942)
    record(debt, "payment", "2026-02-15", 10_662)
    row.refresh_from_db()
    assert (row.days_past_due, row.outstanding) == (252, 120_000 + 7_942 - 10_662)


def test_a_first_payment_default_is_visible_the_day_after(booked):
    debt = booked()
    due = date(2026, 2, 15)
    assert on(debt, due.isoformat()).days_past_due == 0
    late = on(debt, (due + timedelta(days=1)).isoformat())
    assert (late.days_past_due, late.class_, late.first_settled) == (1, "special_mention", None)


def test_recording_reads_the_same_few_times_whatever_the_age_of_the_debt(booked, record, django_assert_max_num_queries):
    debt = booked()
    for number in range(30):
        record(debt, "payment", "2026-02-15", 100 + number)
    with django_assert_max_num_queries(20):
        record(debt, "payment", "2026-02-15", 5)
    assert connection.queries_limit > 20
