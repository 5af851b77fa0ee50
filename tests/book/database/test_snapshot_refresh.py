"""The snapshot that PostgreSQL fills: a small step gives the same files as doing it all again."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction

from kaopu.book import arrow_store, store
from kaopu.book.actions.refresh_snapshot import TABLES, refresh_snapshot
from kaopu.book.models import Debt, Event, ImportBatch, ScheduleVersion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _small_buckets(monkeypatch):
    """Four debts a bucket, so that a handful of debts fills several."""
    for name in ("_CHANGED", "_ALL"):
        text = getattr(arrow_store, name)
        monkeypatch.setattr(arrow_store, name, text.replace(f">> {arrow_store.BUCKET_BITS}", ">> 2"))
    monkeypatch.setattr(arrow_store, "BUCKET_BITS", 2)


def contents(folder):
    """Every file of a snapshot as values, by its name."""
    return {
        f"{table}/{path.name}": pq.read_table(path).to_pydict()
        for table in TABLES
        for path in sorted((folder / table).iterdir())
    }


def test_step_by_step_equals_all_at_once(booked, record, tmp_path):
    debts = [booked() for _ in range(10)]
    first = refresh_snapshot(tmp_path / "steps")
    assert first.rewritten == first.buckets >= 3
    record(debts[0], "payment", "2026-02-15", 5_000)
    record(debts[9], "early_settlement", "2026-03-20", 60_000, payload={"effect": "shorten"})
    assert refresh_snapshot(tmp_path / "steps").rewritten == 2
    Debt.objects.filter(pk=debts[5].pk).update(owner="bank-b")
    assert refresh_snapshot(tmp_path / "steps").rewritten == 1
    booked()
    assert refresh_snapshot(tmp_path / "steps").rewritten == 1
    assert refresh_snapshot(tmp_path / "steps").rewritten == 0
    refresh_snapshot(tmp_path / "whole", full=True)
    steps, whole = contents(tmp_path / "steps"), contents(tmp_path / "whole")
    assert steps == whole
    assert sum(len(part["debt_id"]) for name, part in whole.items() if name.startswith("debts")) == 11


def test_rows_written_by_a_transaction_that_ends_late_are_not_missed(booked, record, tmp_path):
    late, early = booked(), booked()
    refresh_snapshot(tmp_path)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO book_event (debt_id, \"on\", kind, amount) VALUES (%s, '2026-02-02', 'payment', 7)",
                [late.pk],
            )
            record(early, "payment", "2026-02-15", 5)  # a later identity number, committed first
            refresh_snapshot(tmp_path)
            cursor.execute("COMMIT")
    finally:
        other.close()
    refresh_snapshot(tmp_path)
    assert sorted(amount for part in contents(tmp_path).values() for amount in part.get("amount", [])) == [5, 7]


def test_an_import_that_was_undone_leaves_the_snapshot(booked, party, tmp_path):
    booked()
    batch = ImportBatch.objects.create(mapping="native", file_name="a.csv", file_sha256="0" * 64)
    common = {"party": party, "currency": "CNY", "principal": 1, "disbursed_on": date(2026, 1, 1)}
    Debt.objects.create(external_id="I-1", import_batch=batch, **common)
    refresh_snapshot(tmp_path)
    with transaction.atomic():
        store.allow_undo_of(batch.pk)
        Debt.objects.filter(import_batch=batch)._raw_delete("default")
        ImportBatch.objects.filter(pk=batch.pk).update(status="undone", undone_at=batch.started_at)
    refresh_snapshot(tmp_path)
    assert sum(len(part["debt_id"]) for name, part in contents(tmp_path).items() if name.startswith("debts")) == 1


def test_arrays_become_rows_and_columns_have_the_documented_types(booked, tmp_path):
    debt = booked(rules={"grace_days": 3, "ladder": 1})
    refresh_snapshot(tmp_path)
    version = ScheduleVersion.objects.get(debt=debt)
    rows = pq.read_table(tmp_path / "instalments")
    assert rows.select(["seq", "due_on", "principal", "interest", "fee"]).to_pydict() == {
        name: getattr(version, name) for name in ("seq", "due_on", "principal", "interest", "fee")
    }
    schema = pq.read_schema(next((tmp_path / "debts").iterdir()))
    types = {name: schema.field(name).type for name in ("debt_id", "ladder", "grace_days", "disbursed_on")}
    assert types == {"debt_id": pa.int64(), "ladder": pa.int8(), "grace_days": pa.int16(), "disbursed_on": pa.date32()}
    assert pq.read_table(tmp_path / "debts", columns=["grace_days"]).to_pydict() == {"grace_days": [3]}


def test_an_empty_book_is_an_empty_snapshot(db, tmp_path):
    assert not Event.objects.exists()
    assert refresh_snapshot(tmp_path).buckets == 0
