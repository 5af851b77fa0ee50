"""What the background does for parties: erase what has run out, every night."""

from __future__ import annotations

from dataclasses import asdict

from procrastinate.contrib.django import app

from kaopu.kernel.clock import system_clock
from kaopu.party.actions import expire_parties


@app.periodic(cron="40 2 * * *")
@app.task(name="party.expire", queueing_lock="party.expire", pass_context=False)
def expire_what_is_due(timestamp: int) -> dict[str, int]:  # noqa: ARG001 - the queue passes the minute it meant
    """Erase points and persons whose time is over."""
    return asdict(expire_parties.expire_parties(actor="system", now=system_clock().now()))
