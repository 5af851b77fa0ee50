"""`kaopu serve`: database, console and worker, started together and stopped together."""

from __future__ import annotations

import contextlib
import gc
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
WORKER_STOP_SECONDS = 25
GARBAGE_THRESHOLD = 20_000  # objects made since the last walk over the young ones; the default is 700


def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 8000,
) -> None:
    """Console and worker on 127.0.0.1, with a sample book on first start. Ctrl-C stops everything it started."""
    _expect_free(port)
    from kaopu.cli import prepare
    from kaopu.kernel.boot import boot
    from kaopu.kernel.database import running_database

    # The kernels load while the database starts.
    kernels = threading.Thread(target=prepare.compile_kernels, daemon=True)
    kernels.start()
    boot()
    with running_database():
        passwords = _prepare()
        kernels.join()
        with _worker():
            _listen(port, passwords)


def _expect_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as problem:
            raise BadInput(f"--port: {port} given ({problem.strerror}), expected a port that is free") from None


def _prepare() -> dict[str, str]:
    from django.db import connections

    from kaopu.book.opened_book import bring_up_to_date
    from kaopu.cli import demo_users, prepare
    from kaopu.kernel.boot import actor
    from kaopu.kernel.clock import system_clock

    bring_up_to_date()
    prepare.static_files()
    prepare.book_if_empty()
    prepare.policies_if_none()
    passwords = demo_users.create_if_none(actor(), system_clock().now())
    connections.close_all()  # the processes that serve open their own
    return passwords


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    """The worker as a process of its own; it ends when told, or when the pipe to this process closes."""
    with subprocess.Popen([sys.executable, "-m", "kaopu.cli.worker"], stdin=subprocess.PIPE) as process:
        try:
            yield
        finally:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(WORKER_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _listen(port: int, passwords: dict[str, str]) -> None:
    from gunicorn.app.base import BaseApplication

    class Console(BaseApplication):
        """The console under gunicorn, loaded before it listens and before it forks."""

        def load_config(self) -> None:
            for name, value in _settings(port, passwords).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from kaopu.cli import prepare
            from kaopu.web.wsgi import application

            prepare.pages()
            _settle_memory()
            return application

    with contextlib.suppress(SystemExit):  # gunicorn's way to say that it was told to stop
        Console().run()


def _settle_memory() -> None:
    """What is loaded before the fork stays for good: the collector of cycles need not walk over it again.

    A full walk over everything imported stops all requests of a process for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, 20, 50)


def _settings(port: int, passwords: dict[str, str]) -> dict[str, Any]:
    return {
        "bind": f"{HOST}:{port}",
        "workers": 2,
        "threads": 4,
        "worker_class": "gthread",
        "preload_app": True,
        "loglevel": "warning",
        "graceful_timeout": 5,
        "control_socket_disable": True,  # it would lie in the home folder of whoever starts us
        "when_ready": lambda _server: _announce(port, passwords),
    }


def _announce(port: int, passwords: dict[str, str]) -> None:
    lines = [f"kaopu is at http://{HOST}:{port}/   (Ctrl-C stops it)"]
    if passwords:
        width = max(map(len, passwords))
        lines += ["", "Demo users, shown this once:"]
        lines += [f"  {email:<{width}}  {password}" for email, password in passwords.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
