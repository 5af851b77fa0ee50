"""Where the data lives: the home folder, the lender's own PostgreSQL where one is named, else an embedded one.

The embedded server belongs to whoever uses it: the first process starts it, the last one to leave stops it. Each user
holds a shared lock on one file while it lives, and the kernel drops that lock even when a process is killed, so no list
of process numbers can go stale.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE_NAME = "kaopu"
DATABASE_USER = "postgres"


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


def home() -> Path:
    """The folder for keys, data and files: `KAOPU_HOME`, else `./var`."""
    return Path(os.environ.get("KAOPU_HOME") or "var").expanduser().resolve()


def connection_settings(url: str) -> dict[str, Any]:
    """Django's settings for one database: the PostgreSQL named by `url`, or with an empty `url` the embedded one."""
    if not url:
        return {"ENGINE": "kaopu.kernel.embedded", "NAME": DATABASE_NAME, "USER": DATABASE_USER}
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise BadInput("KAOPU_DATABASE_URL: expected postgresql://user:password@host:port/name")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def uri(alias: str = "default") -> str:
    """A libpq connection text for tools beside Django (ADBC, psycopg). Holds the password: never print or log it."""
    from django.db import connections
    from psycopg.conninfo import make_conninfo

    parameters = connections[alias].get_connection_params()
    wanted = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert")
    return make_conninfo("", **{key: parameters[key] for key in wanted if parameters.get(key)})


def ensure_running() -> Address:
    """Start or join the embedded server of this home; safe to call from several processes at once, cheap to repeat."""
    global _joined  # noqa: PLW0603 - one hold a process, given back when the process ends
    if _joined and _joined.pid == os.getpid() and _joined.home == home():
        return _joined.address
    # After a fork the parent's hold is shared: the child takes its own, so that either may leave first.
    folder = home()
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


@contextlib.contextmanager
def running_database() -> Iterator[Address | None]:
    """The database for the length of a `with`: the embedded one started or joined, or None where a URL is given."""
    if os.environ.get("KAOPU_DATABASE_URL"):
        yield None
        return
    try:
        yield ensure_running()
    finally:
        stop_if_started()


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

    server.start(data)
    address = _running(data)
    if address is None:
        raise RuntimeError(f"the embedded PostgreSQL did not come up; its log is {data / 'log'}")
    server.create_database(address.socket_dir, address.port, DATABASE_USER, DATABASE_NAME)
    return address
