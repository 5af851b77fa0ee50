"""Jobs through the real queue: deferred in a transaction, done by a worker."""

from __future__ import annotations

import threading
import time
from datetime import date

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from kaopu.book import jobs, store
from kaopu.book.models import CloseRun, Debt, ImportBatch
from kaopu.kernel import database
from kaopu.kernel.jobs import run_worker

pytestmark = pytest.mark.django_db(transaction=True)


def work():
    """Let the worker do what is queued for the book, then stop it; how each job ended."""
    stop, others = threading.Event(), sessions()
    worker = threading.Thread(target=run_worker, args=(stop,))
    worker.start()
    try:
        deadline = time.monotonic() + 60
        while any(status in {"todo", "doing"} for _, status in ended()) and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        stop.set()
        worker.join(30)
        # Threads of the queue keep their sessions open, and the test database goes at the end. Those that were there
        # before belong to others: a browser's test keeps one in a context of its own.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [list(sessions() - others)])
    return ended()


def sessions():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return {pid for (pid,) in cursor.fetchall()}


def ended():
    jobs_of_the_book = ProcrastinateJob.objects.filter(task_name__startswith="book.")
    return sorted(jobs_of_the_book.values_list("task_name", "status"))


def test_a_close_is_done_by_the_worker(booked):
    booked()
    jobs.close.defer(as_of="2026-11-22")
    assert work() == []  # what succeeded is deleted
    # Just after midnight UTC the worker rightly closes the day that ended as well, so the close is asked for by its day.
    run = CloseRun.objects.get(as_of=date(2026, 11, 22))
    assert (run.status, run.totals["debts"]) == (CloseRun.Status.COMPLETE, 1)


def test_the_night_closes_the_day_that_ended(booked):
    booked()
    jobs.close_yesterday(timestamp=1_795_392_300)  # 2026-11-23 00:05 UTC
    assert store.current_close().as_of == date(2026, 11, 22)


def test_an_upload_is_taken_in_closed_and_removed(db):
    folder = database.home() / "uploads" / "a1"
    folder.mkdir(parents=True)
    (folder / "debts.csv").write_text("debt_id,party_id,currency,disbursed_on,principal\n7001,1,CNY,2026-01-15,100\n")
    jobs.import_upload.defer(upload="a1", mapping="native", actor="user:1")
    assert work() == []
    assert Debt.objects.get().external_id == "7001"
    assert store.current_close().totals["debts"] == 1
    assert not folder.exists()


def test_a_file_that_cannot_be_used_is_told_in_its_row(db):
    folder = database.home() / "uploads" / "a2"
    folder.mkdir(parents=True)
    (folder / "debts.csv").write_text("debt_id\n1\n")
    jobs.import_upload(upload="a2", mapping="native", actor="user:1")
    assert ImportBatch.objects.get().status == "failed"
    assert "party_id" in ImportBatch.objects.get().report["error"]
