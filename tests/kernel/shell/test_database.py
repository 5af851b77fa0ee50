"""The embedded server: started once however many ask, stopped by the last who leaves, never left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from kaopu.kernel import database
from kaopu.kernel.core.errors import BadInput

JOIN = """
import sys
from kaopu.kernel import database
address = database.ensure_running()
print(address.socket_dir, address.port, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def home():
    folder = Path(tempfile.mkdtemp(prefix="kh-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def join(home):
    environment = {**os.environ, "KAOPU_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-c", JOIN], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def address_of(process):
    socket_dir, port = process.stdout.readline().split()
    return database.Address(Path(socket_dir), int(port))


def leave(process):
    process.communicate("\n", timeout=60)
    assert process.returncode == 0


def test_several_start_at_once_and_the_last_out_stops_it(home):
    first, second, third = (join(home) for _ in range(3))
    addresses = {address_of(process) for process in (first, second, third)}
    assert len(addresses) == 1
    (address,) = addresses
    leave(first)
    assert address.answers()
    second.send_signal(signal.SIGKILL)  # says no good-bye
    second.wait()
    assert address.answers()
    leave(third)
    assert not address.answers()
    assert not (home / "postgres" / "postmaster.pid").exists()


def test_a_server_orphaned_by_a_kill_is_joined_and_stopped_by_the_next(home):
    lost = join(home)
    address = address_of(lost)
    lost.send_signal(signal.SIGKILL)
    lost.wait()
    assert address.answers()
    following = join(home)
    assert address_of(following) == address
    leave(following)
    assert not address.answers()


def test_a_pid_file_left_by_a_crashed_machine_does_not_stop_the_start(home):
    first = join(home)
    address_of(first)
    leave(first)
    lines = [str(os.getpid()), str(home / "postgres"), "1", "5432", str(home / "postgres"), "", "0 0", "ready"]
    (home / "postgres" / "postmaster.pid").write_text("\n".join(lines) + "\n")
    second = join(home)
    assert address_of(second).answers()
    leave(second)


KILLED = """
import os, signal
from kaopu.kernel import database
address = database.ensure_running()
os.kill(int(open(database.home() / "postgres" / "postmaster.pid").readline()), signal.SIGKILL)
while address.answers():
    pass
assert database.ensure_running().answers()
"""


def test_a_killed_server_is_started_again_by_the_next_connection(home):
    subprocess.run([sys.executable, "-c", KILLED], env={**os.environ, "KAOPU_HOME": str(home)}, check=True, timeout=60)
    assert not (home / "postgres" / "postmaster.pid").exists()


FORK = """
import os, sys, threading
from kaopu.kernel import database
threads = [threading.Thread(target=database.ensure_running) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
address = database.ensure_running()
print(address.socket_dir, address.port, flush=True)
ready, done = os.pipe()
if os.fork() == 0:
    database.ensure_running()
    os.write(done, b"x")
    sys.stdin.readline()
    sys.exit(0)  # outlives its parent and is the last one out
os.read(ready, 1)
"""


def test_a_fork_that_outlives_its_parent_still_stops_the_server(home):
    program = [sys.executable, "-c", FORK]
    environment = {**os.environ, "KAOPU_HOME": str(home)}
    parent = subprocess.Popen(program, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    address = address_of(parent)
    assert parent.wait(60) == 0
    assert address.answers()
    parent.stdin.write("\n")
    parent.stdin.close()
    deadline = time.monotonic() + 20
    while address.answers():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_importing_settings_starts_nothing(home):
    program = "from kaopu.kernel.boot import boot; boot()"
    subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "KAOPU_HOME": str(home), "KAOPU_DATABASE_URL": ""},
        check=True,
    )
    assert not (home / "postgres").exists()


def test_a_url_names_the_lenders_own_database():
    settings = database.connection_settings("postgresql://risk%40bank:p%2Fw@db.bank:6432/loans?sslmode=require")
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert [settings[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "risk@bank",
        "p/w",
        "db.bank",
        "6432",
        "loans",
    ]
    assert settings["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "loans"])
def test_another_kind_of_url_is_refused(url):
    with pytest.raises(BadInput, match="KAOPU_DATABASE_URL"):
        database.connection_settings(url)


@pytest.mark.django_db
def test_uri_reaches_the_database_that_django_uses():
    import psycopg
    from django.db import connection

    with psycopg.connect(database.uri()) as beside:
        assert beside.info.dbname == connection.settings_dict["NAME"]


def test_joining_is_quick(home):
    holder = join(home)
    address_of(holder)
    started = time.perf_counter()
    second = join(home)
    address_of(second)
    elapsed = time.perf_counter() - started
    leave(second)
    leave(holder)
    assert elapsed < 1.0
