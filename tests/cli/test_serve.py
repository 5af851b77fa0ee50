"""`kaopu serve` starts database, console and worker together, and leaves nothing behind."""

# ruff: noqa: S310 - addresses of our own server

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

KAOPU = [sys.executable, "-m", "kaopu.cli.main"]
ONE_DEBT = """
from kaopu.book.opened_book import opened_book
with opened_book():
    from datetime import UTC, date, datetime
    from kaopu.book.actions.book_debt import BookDebt, book_debt
    from kaopu.book.core.terms import Plan, Terms
    from kaopu.party.actions.create_party import create_party
    from kaopu.party.core.party import NewParty
    now = datetime(2026, 1, 15, tzinfo=UTC)
    terms = Terms(plan=Plan.NEXT_MONTH, currency="CNY", principal_minor=100, start=date(2026, 1, 15))
    party = create_party(NewParty(external_id="P"), actor="test", now=now)
    book_debt(BookDebt(terms=terms, party_id=party, external_id="X-1"), "test", now)
"""


@pytest.fixture(scope="module")
def environment():
    """A home with one debt, so that no sample is made."""
    home = Path(tempfile.mkdtemp(prefix="kaopu-serve-"))
    given = {name: value for name, value in os.environ.items() if name != "KAOPU_DATABASE_URL"}
    given["KAOPU_HOME"] = str(home)
    subprocess.run([sys.executable, "-c", ONE_DEBT], check=True, env=given)
    yield given
    shutil.rmtree(home, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(environment):
    """The process, the address, and what it printed until it was ready."""
    port = free_port()
    with subprocess.Popen(
        [*KAOPU, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            lines = [process.stdout.readline()]
            assert "kaopu is at" in lines[0], process.stderr.read()
            time.sleep(0.3)
            os.set_blocking(process.stdout.fileno(), False)
            lines += process.stdout.readlines()
            yield process, f"http://127.0.0.1:{port}", lines
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)


def left(environment):
    """Processes of this home, by their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get("KAOPU_HOME") == environment["KAOPU_HOME"]:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return [process for process in found if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def gone_within(environment, seconds):
    deadline = time.monotonic() + seconds
    while left(environment) and time.monotonic() < deadline:
        time.sleep(0.2)
    return [process.cmdline() for process in left(environment)]


def test_first_start_then_ctrl_c_then_a_second_start(environment):
    with serving(environment) as (process, address, lines):
        users = [line for line in lines if "@kaopu.example" in line]
        assert len(users) == 10
        assert all(re.fullmatch(r"  \S+@kaopu\.example +\S{16,}\n", line) for line in users)
        with urllib.request.urlopen(f"{address}/sign-in/", timeout=10) as page:
            assert page.status == 200
            assert "default-src" in page.headers["Content-Security-Policy"]
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
    assert gone_within(environment, 10) == []
    assert not (Path(environment["KAOPU_HOME"]) / "postgres" / "postmaster.pid").exists()
    with serving(environment) as (process, address, lines):
        assert not any("@" in line for line in lines)
        started = time.perf_counter()
        urllib.request.urlopen(f"{address}/sign-in/", timeout=10).close()
        assert time.perf_counter() - started < 1.0  # nothing is compiled or loaded by the first request
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
    assert gone_within(environment, 10) == []


def test_killed_it_takes_console_and_worker_along_and_the_next_command_stops_the_database(environment):
    with serving(environment) as (process, _address, _lines):
        process.kill()
        process.wait()
        deadline = time.monotonic() + 40
        while any("python" in other.name() for other in left(environment)) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not any("python" in other.name() for other in left(environment))
    subprocess.run([*KAOPU, "book", "position", "X-1", "--json"], env=environment, check=True, capture_output=True)
    assert gone_within(environment, 10) == []


def test_a_port_in_use_is_said_at_once(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*KAOPU, "serve", "--port", port], env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert "expected a port that is free" in done.stderr
