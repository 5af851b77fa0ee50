"""`kaopu outreach gateway …`: where text messages and calls are handed over, and who tells what became of them."""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID  # noqa: TC003 - Typer reads the annotations

import typer

from kaopu.kernel.core.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Gateways of SMS, voice and e-mail.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


@app.command("add")
def add(
    name: str,
    url: Annotated[str, typer.Argument(help="https://…, or http on this machine.")],
    channel: Annotated[list[str], typer.Option(help="sms, voice or email; may be repeated.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Hand messages over to an address from now on. The secret that signs both ways is shown once, here."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.kernel.clock import system_clock
    from kaopu.outreach.actions.add_gateway import add_gateway

    added = add_gateway(name, url, channel, actor=actor(), now=system_clock().now())
    hook = f"/hooks/outreach/{added.gateway_id}"
    if as_json:
        typer.echo(json.dumps({"id": str(added.gateway_id), "secret": added.secret, "news": hook}))
        return
    typer.echo(f"Gateway {added.gateway_id}. Its secret is {added.secret}. It is not shown again.")
    typer.echo(f"It tells what became of messages at {hook}, signed with the same secret.")


@app.command("list")
def show_list(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """All gateways, without their secrets."""
    from kaopu.kernel.boot import boot

    boot()
    from kaopu.outreach.models import Gateway

    rows = [
        {"id": str(row.pk), "name": row.name, "channels": row.channels, "url": row.url,
         "ended": row.ended_at and row.ended_at.isoformat()}
        for row in Gateway.objects.order_by("added_at")
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        typer.echo("  ".join(str(value) for value in row.values()))
    if not rows:
        typer.echo("No gateway yet: messages lie as files in the outbox under the home.")


@app.command("end")
def end(gateway: UUID) -> None:
    """Hand nothing more over, at once."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.kernel.clock import system_clock
    from kaopu.outreach.actions.add_gateway import end_gateway

    if not end_gateway(gateway, actor=actor(), now=system_clock().now()):
        raise BadInput(f"gateway {gateway}: it is not there or was ended, expected one of `gateway list`")
    typer.echo(f"Gateway {gateway} is ended.")
