"""`kaopu outreach outbox` and `outcome`: what was sent of late, and what became of it where no gateway tells."""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID  # noqa: TC003 - Typer reads the annotations

import typer

from kaopu.kernel.core.errors import BadInput

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def outbox(
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """The newest messages out, each with its permit and its last state. No address, no text."""
    from kaopu.kernel.boot import boot

    boot()
    from kaopu.outreach.models import Message

    found = Message.objects.filter(direction="out").prefetch_related("steps").order_by("-at", "-id")[:limit]
    rows = [
        {"message": str(row.pk), "at": row.at.isoformat(), "permit": str(row.permit), "carrier": row.carrier,
         "channel": row.channel, "purpose": row.purpose, "person": row.person, "template": row.template_code,
         "state": max(row.steps.all(), key=lambda step: step.pk).state}
        for row in found
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        typer.echo("  ".join(str(value) for value in row.values()))
    if not rows:
        typer.echo("Nothing was sent yet.")


def outcome(
    message: UUID,
    what: Annotated[str, typer.Argument(help="delivered, bounced, invalid, no-answer, notice or conversation.")],
) -> None:
    """Say what became of a message that was taken from the outbox's folder."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.kernel.clock import system_clock
    from kaopu.outreach.actions.end_call import tell_outcome

    wrong = tell_outcome(message, what, actor=actor(), now=system_clock().now())
    if wrong:
        raise BadInput(f"message {message}: {wrong}")
    typer.echo(f"Message {message}: {what}.")
