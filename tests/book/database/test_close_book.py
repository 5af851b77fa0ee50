"""The close of the database: rows equal a replay of each debt, one step from the old result to the new, nothing locked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from datetime import date

import pytest
from django.db import connection, connections

from kaopu.book import store
from kaopu.book.actions import close_book as close_module
from kaopu.book.actions.close_book import close_book
from kaopu.book.actions.refresh_position import columns_of
from kaopu.book.core.position import position
from kaopu.book.models import CloseRun, Debt, PositionRow
from kaopu.kernel import database

pytestmark = pytest.mark.django_db(transaction=True)
AS_OF = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    """Files of a close below a folder of the test; the database stays where it is."""
    monkeypatch.setattr(close_module, "snapshot_folder", lambda: tmp_path / "snapshot")
    monkeypatch.setattr(close_module, "close_folder", lambda: tmp_path / "close")


def rows(run):
    names = [field.name for field in PositionRow._meta.local_concrete_fields]
    return {row["debt"]: row for row in PositionRow.objects.filter(close_run=run).order_by("debt").values(*names)}


def replayed(as_of):
    """The same rows by replaying each debt on its own."""
    found = {}
    for debt in Debt.objects.all():
        at_day = position(store.history(debt), as_of)
        if at_day.exists:
            owed, late = at_day.outstanding.total, at_day.overdue.total
            found[debt.pk] = {**columns_of(at_day), "party": debt.party_id, "currency": debt.currency,
                              "outstanding": owed, "overdue": late}  # fmt: skip
    return found


def close_rows(as_of):
    run = CloseRun.objects.get(pk=close_book(as_of)["run"])
    return run, {
        debt: {k: v for k, v in row.items() if k not in {"close_run", "debt"}} for debt, row in rows(run).items()
    }


@pytest.fixture
def book(booked, record):
    debts = [booked(), booked(rules={"ladder": 1, "penalty_rate_ppm": 180_000}), booked()]
    record(debts[0], "payment", "2026-02-15", 10_662)
    record(debts[1], "payment", "2026-03-01", 9_000)
    record(debts[2], "early_settlement", "2026-04-20", 60_000, payload={"effect": "shorten"})
    return debts


def test_rows_of_a_close_equal_each_debt_replayed(book):
    run, found = close_rows(AS_OF)
    assert found == replayed(AS_OF)
    assert run.totals["debts"] == 3
    assert run.totals["outstanding"] == sum(row["outstanding"] for row in found.values())
    assert run.analyses["currencies"]["CNY"].keys() >= {"roll_rates", "vintages", "first_payment_default"}


def test_a_debt_that_starts_later_is_left_out(book):
    _, found = close_rows(date(2026, 1, 14))
    assert found == {}
    _, found = close_rows(date(2026, 1, 15))
    assert found == replayed(date(2026, 1, 15))
    assert len(found) == 3


def test_the_same_book_and_day_are_closed_once(book, record):
    first = close_book(AS_OF)
    assert close_book(AS_OF)["run"] == first["run"]
    record(book[0], "payment", "2026-03-15", 10_662)
    second = close_book(AS_OF)
    assert second["run"] != first["run"]
    assert CloseRun.objects.filter(is_current=True).count() == 1
    assert not PositionRow.objects.exclude(close_run=second["run"]).exists()
    assert second["outstanding"] == first["outstanding"] - 10_662


def test_an_empty_book_closes(db):
    result = close_book(AS_OF)
    assert (result["debts"], result["outstanding"]) == (0, 0)
    assert store.current_close().pk == result["run"]


def test_what_is_recorded_during_a_close_is_in_its_rows(book, record, monkeypatch):
    plain = close_module._append_rows

    def append_and_record(*arguments):
        plain(*arguments)
        record(book[0], "payment", "2026-03-15", 10_662)

    monkeypatch.setattr(close_module, "_append_rows", append_and_record)
    _, found = close_rows(AS_OF)
    assert found == replayed(AS_OF)


def test_the_close_never_leaves_a_loan_locked(book, record):
    """A close that hangs in its last step before the switch holds up nobody who records."""
    reached, go = threading.Event(), threading.Event()
    plain = close_module._make_current

    def wait_first(*arguments):
        reached.set()
        assert go.wait(20)
        plain(*arguments)

    def close_elsewhere():
        try:
            close_book(AS_OF)
        finally:
            connections.close_all()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(close_module, "_make_current", wait_first)
        closing = threading.Thread(target=close_elsewhere)
        closing.start()
        assert reached.wait(20)
        started = time.perf_counter()
        record(book[0], "payment", "2026-03-15", 10_662)
        assert time.perf_counter() - started < 2
        go.set()
        closing.join(20)
    run = store.current_close()
    row = PositionRow.objects.get(close_run=run, debt=book[0])
    assert row.paid_to_date == 2 * 10_662


CHILD = """
    import os, sys, django
    django.setup()
    from datetime import date
    from pathlib import Path
    from django.conf import settings
    from django.db import connection
    from kaopu.book.actions import close_book as module
    home = Path(sys.argv[1])
    module.snapshot_folder = lambda: home / "snapshot"
    module.close_folder = lambda: home / "close"
    sys.stdout.write("ready\\n"); sys.stdout.flush()
    module.close_book(date(2026, 11, 22))
"""


@pytest.mark.parametrize("after_seconds", [0.0, 0.05, 0.15, 0.3])
def test_a_killed_close_leaves_the_old_result_and_can_be_repeated(book, record, tmp_path, after_seconds):
    old, old_rows = close_rows(AS_OF)
    # Written behind the close's back, so that the old rows and the new ones differ.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO book_event (debt_id, \"on\", kind, amount) VALUES (%s, '2026-03-15', 'payment', 1)",
            [book[0].pk],
        )
    name = connection.settings_dict["NAME"]
    address = database.ensure_running()
    url = f"postgresql://postgres@/{name}?host={address.socket_dir}&port={address.port}"
    environment = {**os.environ, "KAOPU_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "kaopu.web.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path)], stdout=subprocess.PIPE, env=environment
    ) as child:
        assert child.stdout.readline() == b"ready\n"
        time.sleep(after_seconds)
        child.send_signal(signal.SIGKILL)
        child.wait()
    now = {debt: {k: v for k, v in row.items() if k not in {"close_run", "debt"}}
           for debt, row in rows(store.current_close()).items()}  # fmt: skip
    assert now in (old_rows, replayed(AS_OF))
    _, found = close_rows(AS_OF)
    assert found == replayed(AS_OF)
    assert not CloseRun.objects.filter(status="running").exists()
    assert found[book[0].pk]["paid_to_date"] == old_rows[book[0].pk]["paid_to_date"] + 1
    assert old.pk <= store.current_close().pk
