"""The audit chain only grows, is sealed without gaps, and says where it was touched."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from kaopu.kernel import audit, database
from kaopu.kernel.models import AuditRow

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def append(count, actor="staff:1"):
    for number in range(count):
        audit.record(act="test.done", subject=f"thing:{number}", actor=actor, at=NOW, details={"n": number})


def as_superuser(statement, *parameters):
    """What somebody with the keys of the database could do: triggers off, then anything."""
    with psycopg.connect(database.uri(), autocommit=True) as intruder:
        intruder.execute("SET session_replication_role = replica")
        intruder.execute(statement, parameters)


@pytest.mark.django_db
@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_audit SET actor = 'staff:2'",
        "UPDATE kernel_audit SET row_hash = NULL, sequence = NULL",
        "UPDATE kernel_audit SET sequence = 9, row_hash = 'x', act = 'other'",
        "UPDATE kernel_audit SET sequence = 9",
        "DELETE FROM kernel_audit",
        "TRUNCATE kernel_audit",
        "INSERT INTO kernel_audit (at, act, subject, actor, details, sequence) VALUES (now(), 'a', 's', 'x', '{}', 7)",
    ],
)
def test_the_database_refuses_to_change_or_lose_a_row(statement, sealed):
    append(1)
    if sealed:
        audit.seal(NOW)
    with (
        pytest.raises(DatabaseError, match=r"refused|unsealed|violates"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditRow.objects.get().actor == "staff:1"


@pytest.mark.django_db
def test_young_rows_are_counted_not_called_broken():
    append(3)
    audit.seal(NOW)
    append(2)
    verdict = audit.verify()
    assert (verdict.ok, verdict.sealed, verdict.unsealed) == (True, 3, 2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tampering", "sequence", "why"),
    [
        ("UPDATE kernel_audit SET actor = 'staff:9' WHERE sequence = 3", 3, "changed"),
        ("UPDATE kernel_audit SET details = '{\"n\": 99}' WHERE sequence = 4", 4, "changed"),
        ("UPDATE kernel_audit SET at = at + interval '1 second' WHERE sequence = 1", 1, "changed"),
        ("DELETE FROM kernel_audit WHERE sequence = 2", 2, "missing"),
        ("DELETE FROM kernel_audit WHERE sequence = 5", 5, "missing"),  # the last one: only the root file knows
        ("TRUNCATE kernel_audit", 1, "missing"),
    ],
)
def test_verify_names_the_first_row_that_a_superuser_touched(tampering, sequence, why):
    append(5)
    audit.seal(NOW)
    assert audit.verify().ok
    as_superuser(tampering)
    broken = audit.verify().first_broken
    assert (broken.sequence, broken.why.split(":")[0]) == (sequence, why)


@pytest.mark.django_db(transaction=True)
def test_a_chain_rewritten_from_some_row_on_still_differs_from_yesterdays_root():
    append(3)
    audit.seal(NOW)
    as_superuser("UPDATE kernel_audit SET actor = 'staff:9' WHERE sequence = 2")
    as_superuser("UPDATE kernel_audit SET sequence = NULL, row_hash = NULL WHERE sequence >= 2")
    audit.seal(NOW + timedelta(days=1))
    broken = audit.verify().first_broken
    assert broken.sequence == 3
    assert "2026-03-01" in broken.why


@pytest.mark.django_db(transaction=True)
def test_the_daily_root_is_the_last_row_of_the_day():
    append(2)
    audit.seal(NOW)
    append(1)
    audit.seal(NOW + timedelta(hours=1))
    root = json.loads((database.home() / "audit" / "2026-03-01.json").read_text())
    assert root == {"day": "2026-03-01", "sequence": 3, "row_hash": audit.verify().head}


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_at_once_leave_a_chain_without_gaps():
    stop, failures = threading.Event(), []

    def in_thread(work):
        def run():
            try:
                work()
            except Exception as problem:  # noqa: BLE001 - a thread's exception would be lost
                failures.append(problem)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    def write(actor):
        for _ in range(25):
            with transaction.atomic():
                append(2, actor)

    def keep_sealing():
        while not stop.is_set():
            audit.seal(NOW)

    sealers = [in_thread(keep_sealing) for _ in range(2)]
    writers = [in_thread(lambda actor=f"staff:{n}": write(actor)) for n in range(4)]
    for thread in sealers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    audit.seal(NOW)
    assert not failures
    assert sorted(AuditRow.objects.values_list("sequence", flat=True)) == list(range(1, 201))
    verdict = audit.verify()
    assert (verdict.ok, verdict.sealed, verdict.unsealed) == (True, 200, 0)


@pytest.mark.django_db(transaction=True)
def test_a_row_of_a_transaction_still_open_is_sealed_later_not_skipped():
    with psycopg.connect(database.uri()) as slow:
        # Its id is lower than that of the rows sealed below: a sealer that walked on by id would lose it.
        slow.execute(
            "INSERT INTO kernel_audit (at, act, subject, actor, details) VALUES (now(), 'slow', 'thing:0', 'staff:3', '{}')"
        )
        append(3)
        assert audit.seal(NOW) == 3  # and did not wait for the open transaction
        slow.commit()
    assert audit.seal(NOW) == 1
    assert AuditRow.objects.get(act="slow").sequence == 4
    assert audit.verify().ok


@pytest.mark.parametrize("details", [{"phone": "+86 138"}, {"name": "王小明"}, {"mail": "a@b.cn"}, {"rate": 0.5}])
def test_personal_data_does_not_get_in(details):
    with pytest.raises(ValueError, match="audit details"):
        audit.record(act="a", subject="s", actor="x", at=NOW, details=details)
