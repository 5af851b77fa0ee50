"""The worker's process: `python -m kaopu.cli.worker`, started by `kaopu serve`."""

from __future__ import annotations

import os
import signal
import sys
import threading


def main() -> None:
    """Do background work until stdin closes: when the process that started us stops, or dies."""
    # Ctrl-C reaches the whole group; the starter tells us when it is our turn.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.Thread(target=_watch, args=(stop,), daemon=True).start()
    from kaopu.kernel.boot import boot
    from kaopu.kernel.database import running_database

    boot()
    with running_database():
        from kaopu.kernel.jobs import run_worker

        run_worker(stop)


def _watch(stop: threading.Event) -> None:
    # Read below Python's buffers: a buffer that this thread still holds when the process ends is a fatal error.
    while os.read(sys.stdin.fileno(), 64):
        pass
    stop.set()


if __name__ == "__main__":
    main()
