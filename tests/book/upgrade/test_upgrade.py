"""A book of the release before, brought to this one: the same positions to the last minor unit, the same guards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from kaopu.kernel import database

HERE = Path(__file__).resolve().parent
KAOPU = [sys.executable, "-m", "kaopu.cli.main"]
BEFORE = [("book", "0002_history_only_grows"), ("kernel", "0004_api"), ("party", "0001_initial"), ("web", "0001_api")]
MAKE = f"""
from kaopu.kernel.boot import boot
boot()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
leaves = [node for node in executor.loader.graph.leaf_nodes() if node[0] in {{"auth", "sessions", "procrastinate"}}]
executor.migrate({BEFORE!r} + leaves)
"""
ASK = """
import json, sys
from datetime import date
from kaopu.book.opened_book import opened_book
with opened_book():
    from kaopu.book import store
    from kaopu.book.core.history import prepare_all
    from kaopu.book.core.position import positions
    from kaopu.book.models import Debt
    debts = list(Debt.objects.order_by("debt_id"))
    histories = prepare_all(store.histories(debts))
    print(json.dumps({
        day: {str(debt.debt_id): position.as_json()
              for debt, position in zip(debts, positions(histories, date.fromisoformat(day)), strict=True)}
        for day in sys.argv[1:]}, default=str))
"""


@pytest.fixture(scope="module")
def upgraded():
    """A database of its own in the state of the release before, with its history, then `kaopu setup`."""
    home, address, name = Path(tempfile.mkdtemp(prefix="ku-")), database.ensure_running(), f"kaopu_up_{os.getpid()}"
    server = f"host={address.socket_dir} port={address.port} user=postgres"
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = f"postgresql://postgres@/{name}?host={address.socket_dir}&port={address.port}"
    environment = {**os.environ, "KAOPU_HOME": str(home), "KAOPU_DATABASE_URL": url}
    subprocess.run([sys.executable, "-c", MAKE], env=environment, check=True)
    with psycopg.connect(f"{server} dbname={name}") as connection:
        # The chain was sealed where it was written; here its rows come as they are.
        connection.execute("ALTER TABLE kernel_audit DISABLE TRIGGER USER")
        connection.execute((HERE / "history_before.sql").read_text(encoding="utf-8"))
        connection.execute("ALTER TABLE kernel_audit ENABLE TRIGGER USER")
    yield environment, f"{server} dbname={name}"
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    shutil.rmtree(home, ignore_errors=True)


def run(environment, *words):
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def test_a_book_of_the_release_before_answers_as_it_did(upgraded):
    environment, server = upgraded
    refused = run(environment, *KAOPU, "book", "position", "D-1", "--json")
    assert refused.returncode == 2, "your own PostgreSQL is never changed without being asked"
    assert "kaopu setup" in refused.stderr
    done = run(environment, *KAOPU, "setup")
    assert done.returncode == 0, done.stderr

    before = json.loads((HERE / "positions_before.json").read_text(encoding="utf-8"))
    told = run(environment, sys.executable, "-c", ASK, *before)
    assert told.returncode == 0, told.stderr
    after = json.loads(told.stdout)
    assert sum(map(len, before.values())) > 100
    for day, positions in before.items():
        assert after[day].keys() == positions.keys()
        for debt, position in positions.items():
            assert {name: after[day][debt][name] for name in position} == position, (day, debt)

    # A close of the release before knows no flag for what is called due; the next close does, and moves nothing else.
    verdict = run(environment, *KAOPU, "book", "verify", "--json")
    assert verdict.returncode == 1, verdict.stderr
    assert json.loads(verdict.stdout)["audit_ok"] is True
    assert [line for line in verdict.stderr.splitlines() if "in the close" in line] == [
        "kaopu: D-21 flags: 144 replayed, 16 in the close"
    ]
    assert run(environment, *KAOPU, "book", "close", "--as-of", "2026-11-22", "--json").returncode == 0
    verdict = run(environment, *KAOPU, "book", "verify", "--json")
    answer = json.loads(verdict.stdout)
    assert (answer["replay_equal"], answer["audit_ok"]) == (True, True), verdict.stderr
    with psycopg.connect(server, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM kernel_audit WHERE sequence IS NOT NULL").fetchone()[0] > 0
        for statement in (
            "UPDATE book_event SET amount = amount + 1",
            "DELETE FROM book_event",
            "TRUNCATE book_scheduleversion",
            "UPDATE book_debt SET grace_days = 30",
            "UPDATE book_debt SET refund_order = 3",
            "DELETE FROM kernel_audit",
            "UPDATE kernel_audit SET act = 'x' WHERE sequence = 1",
        ):
            with pytest.raises(psycopg.errors.RestrictViolation):
                connection.execute(statement)


def test_what_came_with_this_release_is_as_if_nobody_had_asked_for_it(upgraded):
    environment, server = upgraded
    run(environment, *KAOPU, "setup")
    run(environment, *KAOPU, "book", "close", "--as-of", "2026-11-22")
    with psycopg.connect(server) as connection:
        rules = connection.execute(
            "SELECT DISTINCT compound_rate_ppm, refund_order, refund_fee, accelerate_after_days, late_allocation,"
            " non_accrual_days, subsidy, retail FROM book_debt"
        ).fetchall()
    assert rules == [(0, 0, 0, 0, 0, 90, 0, True)]
    event = ("--kind", "payment", "--on", "2026-11-23", "--amount", "100", "--key", "upgraded")
    done = run(environment, *KAOPU, "book", "add-event", "D-22", *event, "--json")
    assert done.returncode == 0, done.stderr
    again = json.loads(run(environment, *KAOPU, "book", "verify", "--json").stdout)
    assert (again["replay_equal"], again["audit_ok"]) == (True, True)
