"""What PostgreSQL itself refuses, whoever asks."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from kaopu.book import models, store
from kaopu.book.core.event_kind import EventKind
from kaopu.book.models import Debt, Event, ImportBatch, ScheduleVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(booked, record):
    debt = booked()
    record(debt, "payment", "2026-02-15", 5_000)
    return debt


@pytest.mark.parametrize("statement", [
    "UPDATE book_event SET amount = 1",
    "DELETE FROM book_event",
    "TRUNCATE book_event CASCADE",
    "UPDATE book_scheduleversion SET fee = interest",
    "DELETE FROM book_scheduleversion",
    "TRUNCATE book_scheduleversion",
    "UPDATE book_debt SET principal = 1",
    "UPDATE book_debt SET penalty_rate_ppm = 1",
    "DELETE FROM book_debt",
    "TRUNCATE book_debt CASCADE",
])  # fmt: skip
def test_history_cannot_be_changed(paid, statement):
    with pytest.raises(DatabaseError, match="history only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE is refused for its open foreign keys alone
        cursor.execute(statement)


def test_what_is_not_history_may_change(paid):
    assert Debt.objects.filter(pk=paid.pk).update(portfolio="sold", owner="bank-b") == 1


def test_undo_of_an_import_removes_its_rows_and_no_others(booked, record, paid):
    batch = ImportBatch.objects.create(mapping="native", file_name="a.csv", file_sha256="0" * 64)
    imported = Debt.objects.create(
        external_id="I-1", party=paid.party, currency="CNY", principal=1, disbursed_on=date(2026, 1, 1),
        import_batch=batch,
    )  # fmt: skip
    Event.objects.create(debt=imported, on=date(2026, 1, 2), kind="payment", amount=1, import_batch=batch)
    with transaction.atomic():
        store.allow_undo_of(batch.pk)
        Event.objects.filter(import_batch=batch)._raw_delete("default")
        Debt.objects.filter(import_batch=batch)._raw_delete("default")
        with pytest.raises(DatabaseError, match="history only grows"), transaction.atomic():
            Event.objects.filter(debt=paid)._raw_delete("default")
    assert not Debt.objects.filter(pk=imported.pk).exists()
    assert Event.objects.filter(debt=paid).count() == 1


@pytest.mark.parametrize("fault", [
    {"amount": -1},
    {"kind": "gift"},
    {"component": "love", "kind": "waiver"},
    {"kind": "reversal"},
])  # fmt: skip
def test_an_event_that_breaks_a_rule_is_refused(booked, fault):
    values = {"debt": booked(), "on": date(2026, 2, 1), "kind": "payment", "amount": 1, **fault}
    with pytest.raises(IntegrityError, match="book_event"), transaction.atomic():
        Event.objects.create(**values)


@pytest.mark.parametrize("fault", [
    {"seq": [1, 2]},
    {"principal": [-1]},
    {"interest": [None]},
    {"due_on": [None]},
    {"version": 1},
    {"from_on": None},
])  # fmt: skip
def test_a_schedule_that_breaks_a_rule_is_refused(booked, fault):
    values = {
        "debt": booked(), "version": 2, "from_on": date(2026, 2, 1), "seq": [1], "due_on": [date(2026, 3, 1)],
        "principal": [1], "interest": [0], "fee": [0],
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        ScheduleVersion.objects.create(**{**values, **fault})


def test_kinds_of_the_rows_are_those_of_the_core():
    assert tuple(str(kind) for kind in EventKind) == models.KINDS
