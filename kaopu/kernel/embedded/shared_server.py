"""The embedded server shared by all processes of one home.

It belongs to whoever uses it: the first process starts it, the last one to leave stops it. Each user holds a shared
lock on one file while it lives, and the system drops that lock even when a process is killed, so no list of process
numbers can go stale.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Address:
    """Where an embedded server listens: a folder that holds its Unix socket, and the number in the socket's name."""

    socket_dir: Path
    port: int

    def answers(self) -> bool:
        """Whether something accepts connections there."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(self.socket_dir / f".s.PGSQL.{self.port}"))
            except OSError:
                return False
        return True


@dataclass(slots=True)
class _Joined:
    """This process's hold on the embedded server of one home."""

    home: Path
    pid: int
    hold: int  # descriptor of the shared lock
    address: Address


_joined: _Joined | None = None
_one_thread = threading.RLock()


def ensure_running(home: Path) -> Address:
    """Start or join the embedded server of `home`; safe to call from several processes at once, cheap to repeat."""
    with _one_thread:
        # Asked once a connection, so the probe (30 µs) is cheap; a server that was killed is started again.
        if _joined and _joined.pid == os.getpid() and _joined.home == home and _joined.address.answers():
            return _joined.address
        return _join(home)


def stop_if_started() -> None:
    """Leave the embedded server; the last user out stops it. Nothing happens where this process never joined."""
    global _joined
    if _joined is None or _joined.pid != os.getpid():
        return
    left, _joined = _joined, None
    with contextlib.suppress(ImportError), contextlib.suppress(Exception):
        from django.db import connections

        connections.close_all()
    if not left.home.is_dir():
        os.close(left.hold)
        return
    with _gate(left.home):
        try:
            fcntl.flock(left.hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # another process still uses the server
        else:
            from kaopu.kernel.embedded import server

            server.stop(_data_folder(left.home))
        finally:
            os.close(left.hold)


def _join(folder: Path) -> Address:
    global _joined  # noqa: PLW0603 - one hold a process, given back when the process ends
    if _joined and (_joined.pid != os.getpid() or _joined.home == folder):
        # A fork shares its parent's hold; with one of its own either may leave first.
        os.close(_joined.hold)
        _joined = None
    elif _joined:
        stop_if_started()
    with _gate(folder):
        hold = os.open(folder / "database.users", os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(hold, fcntl.LOCK_SH)
        try:
            address = _running(_data_folder(folder)) or _start(_data_folder(folder))
        except BaseException:
            os.close(hold)
            raise
        _joined = _Joined(folder, os.getpid(), hold, address)
    atexit.register(stop_if_started)
    return address


@contextlib.contextmanager
def _gate(folder: Path) -> Iterator[None]:
    """One process at a time may start or stop the server of a home."""
    folder.mkdir(parents=True, exist_ok=True)
    gate = os.open(folder / "database.gate", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def _data_folder(folder: Path) -> Path:
    return folder / "postgres"


def _running(data: Path) -> Address | None:
    """The server of `data` if it accepts connections. Read here, not through the server's package: 0.1 s saved."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    address = Address(Path(lines[4]), int(lines[3]))
    return address if address.answers() else None


def _start(data: Path) -> Address:
    from kaopu.kernel.embedded import server

    deadline = time.monotonic() + START_SECONDS_MAX
    server.start(data)
    while (address := _running(data)) is None:
        # A server that was just killed still has its process for a moment, and the package takes it for a living one.
        if time.monotonic() > deadline:
            raise RuntimeError(f"the embedded PostgreSQL did not come up; its log is {data / 'log'}")
        time.sleep(0.2)
        server.start(data)
    server.create_database(address.socket_dir, address.port)
    return address
