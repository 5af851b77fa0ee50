"""An event is told if and only if its transaction committed, at least once, to every handler."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from kaopu.kernel import audit, database, events, jobs
from kaopu.kernel.models import AuditRow, OutboxEvent

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def heard(monkeypatch):
    """Handlers of this test alone, and what they heard."""
    monkeypatch.setattr(events, "_handlers", {})
    return []


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_event_is_never_told(heard):
    events.handles("t")(heard.append)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.emit("t", {"debt": 1}, NOW)
        raise ZeroDivisionError
    events.emit("t", {"debt": 2}, NOW)
    assert events.deliver_pending(NOW) == 1
    assert [event.payload for event in heard] == [{"debt": 2}]
    assert events.deliver_pending(NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_after_a_handler_crash_it_is_told_again_and_the_others_are_not(heard):
    @events.handles("t")
    def steady(event):
        heard.append("steady")

    @events.handles("t")
    def fails_twice(event):
        heard.append("fails")
        audit.record(act="test.work", subject="thing:1", actor="system", at=NOW)
        if heard.count("fails") < 3:
            raise RuntimeError("王小明's phone did not answer")

    events.emit("t", {"debt": 1}, NOW)
    assert events.deliver_pending(NOW) == 0
    row = OutboxEvent.objects.get()
    assert (row.attempts, row.delivered_at) == (1, None)
    assert row.last_error.endswith("fails_twice: RuntimeError")  # the kind only: the text may quote a person
    assert events.deliver_pending(NOW) == 0  # not yet due
    assert events.deliver_pending(NOW + timedelta(seconds=3)) == 0
    assert events.deliver_pending(NOW + timedelta(seconds=60)) == 1
    assert (heard.count("steady"), heard.count("fails")) == (1, 3)
    assert AuditRow.objects.filter(act="test.work").count() == 1  # what the failed attempts wrote is gone


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_inside_a_handler_loses_no_event(heard):
    events.emit("t", {"debt": 1}, NOW)
    program = textwrap.dedent(f"""
        import os, datetime
        from kaopu.kernel.boot import boot
        boot()
        from kaopu.kernel import events
        events.handles("t")(lambda event: os.kill(os.getpid(), 9))
        events.deliver_pending(datetime.datetime.fromisoformat({NOW.isoformat()!r}))
    """)
    address = database.ensure_running() if connection.settings_dict["ENGINE"] == "kaopu.kernel.embedded" else None
    url = (
        f"postgresql://postgres@/{connection.settings_dict['NAME']}?host={address.socket_dir}&port={address.port}"
        if address
        else os.environ["KAOPU_DATABASE_URL"]
    )
    killed = subprocess.run([sys.executable, "-c", program], env={**os.environ, "KAOPU_DATABASE_URL": url}, check=False)
    assert killed.returncode == -9
    events.handles("t")(heard.append)
    assert events.deliver_pending(NOW) == 1
    assert len(heard) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work_and_never_one_event(heard):
    events.handles("t")(heard.append)
    for number in range(40):
        events.emit("t", {"debt": number}, NOW)

    def work():
        events.deliver_pending(NOW)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(event.payload["debt"] for event in heard) == list(range(40))


@pytest.mark.parametrize("payload", [{"name": "王小明"}, {"mail": "a@b.cn"}, {"address": "1 Long Road"}])
def test_a_payload_holds_ids_only(payload):
    with pytest.raises(ValueError, match="event t"):
        events.emit("t", payload, NOW)


@pytest.mark.django_db(transaction=True)
def test_the_worker_seals_tells_runs_jobs_and_stops(heard):
    events.handles("t")(heard.append)
    stop = threading.Event()
    worker = threading.Thread(target=jobs.run_worker, args=(stop,))
    worker.start()
    try:
        audit.record(act="test.done", subject="thing:1", actor="staff:1", at=NOW)
        events.emit("t", {"debt": 1}, NOW)
        jobs.seal_audit.defer()
        committed = time.monotonic()
        while audit.verify().unsealed or not heard:
            assert time.monotonic() - committed < 5
            time.sleep(0.05)
        while _jobs_left():
            assert time.monotonic() - committed < 10
            time.sleep(0.05)
    finally:
        stop.set()
        worker.join(20)
    assert not worker.is_alive()


def _jobs_left():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'kernel.seal_audit'")
        return cursor.fetchone()[0]
