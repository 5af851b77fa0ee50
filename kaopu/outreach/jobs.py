"""Background work of outreach. Arguments are ids; a job may be told twice and does its work once."""

from __future__ import annotations

from uuid import UUID

from django.db import connections
from procrastinate.contrib.django import app


@app.task(name="outreach.send", retry=3)
def send(request_id: str) -> None:
    """Send one queued message. Tried again where the worker failed, never where a channel was asked already."""
    from kaopu.kernel.clock import system_clock
    from kaopu.outreach.actions.queue_message import send_queued

    try:
        send_queued(UUID(request_id), system_clock())
    finally:
        connections.close_all()  # a job runs in a thread of its own, and nobody else can close what it opened


@app.periodic(cron="17 3 * * *")
@app.task(name="outreach.forget_texts", queueing_lock="outreach.forget_texts", pass_context=False)
def forget_texts(timestamp: int) -> int:  # noqa: ARG001 - the queue passes the minute it meant
    """Destroy the texts whose time is over."""
    from kaopu.kernel.clock import system_clock
    from kaopu.outreach.actions.forget_texts import forget_texts as forget

    return forget(system_clock().now())
