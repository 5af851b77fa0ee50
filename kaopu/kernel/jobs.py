"""Background work of the ground floor, and the worker that does everybody's.

Rooms add jobs in their own `jobs.py` with `@app.task(...)` from `procrastinate.contrib.django`; arguments are ids only.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections
from procrastinate.contrib.django import app

from kaopu.kernel import audit, events, webhooks
from kaopu.kernel.actions import expire_proposals
from kaopu.kernel.clock import system_clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

log = logging.getLogger(__name__)
PULSE_SECONDS = 0.5  # a committed audit row is sealed, and an event told, within a second
QUEUE_SECONDS = 1.0
FINISH_SECONDS = 20.0  # what running jobs get when the worker is told to stop


@app.task(name="kernel.seal_audit", queueing_lock="kernel.seal_audit")
def seal_audit() -> int:
    """Seal what is committed."""
    return audit.seal(system_clock().now())


@app.task(name="kernel.deliver_events", queueing_lock="kernel.deliver_events")
def deliver_events() -> int:
    """Tell handlers what is due."""
    return events.deliver_pending(system_clock().now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="kernel.expire_proposals", queueing_lock="kernel.expire_proposals", pass_context=False)
def expire_old_proposals(timestamp: int) -> int:  # noqa: ARG001 - the queue passes the minute it meant
    """Close proposals that nobody decided in time."""
    return expire_proposals.expire(system_clock().now())


def run_worker(stop: threading.Event) -> None:
    """Do all background work until `stop` is set: seal, tell and send twice a second, and run the queue's jobs.

    Blocks; call it in a thread or in a process of its own. Several workers may run at once.
    """
    # Receivers of webhooks may be slow: with a thread of their own, sealing and telling never wait for them.
    pulses = [
        threading.Thread(target=_pulse, args=(stop, works), name=name, daemon=True)
        for name, works in (("pulse", (audit.seal, events.deliver_pending)), ("webhooks", (webhooks.send_due,)))
    ]
    for pulse in pulses:
        pulse.start()
    try:
        asyncio.run(_run_queue(stop))
    finally:
        stop.set()
        for pulse in pulses:
            pulse.join(FINISH_SECONDS)
        connections.close_all()


def _pulse(stop: threading.Event, works: tuple[Callable[[datetime], int], ...]) -> None:
    while not stop.wait(PULSE_SECONDS):
        for work in works:
            try:
                close_old_connections()
                work(system_clock().now())
            except Exception as problem:  # noqa: BLE001 - a lost database comes back; the pulse must still beat
                log.warning("%s: %s", work.__qualname__, type(problem).__name__)
                connections.close_all()
    connections.close_all()


async def _run_queue(stop: threading.Event) -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        worker = asyncio.create_task(
            worker_app.run_worker_async(
                install_signal_handlers=False,
                fetch_job_polling_interval=QUEUE_SECONDS,
                shutdown_graceful_timeout=FINISH_SECONDS,
                delete_jobs="successful",
            )
        )
        while not stop.is_set() and not worker.done():  # noqa: ASYNC110 - the event is a thread's
            await asyncio.sleep(0.1)
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
    # The queue's own thread keeps a connection that only this thread can close.
    await sync_to_async(connections.close_all)()
