"""`kaopu webhook …`: addresses that are told of events, and what became of each delivery."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID  # noqa: TC003 - Typer reads the annotations

import typer

if TYPE_CHECKING:
    from datetime import datetime

app = typer.Typer(no_args_is_help=True, help="Addresses that are told of events, signed and retried.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="https://…, or http on this machine.")],
    topic: Annotated[
        list[str] | None, typer.Option(help="`debt`, `book.closed` …; may be repeated; none: all.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Add an address. Its secret is shown once, here."""
    now, actor = _ready()
    from kaopu.kernel.actions.add_webhook import add_webhook

    endpoint_id, secret = add_webhook(url, topic or [], actor, now)
    if as_json:
        typer.echo(json.dumps({"id": str(endpoint_id), "secret": secret}))
    else:
        typer.echo(f"Webhook {endpoint_id}. Check signatures with {secret}. It is not shown again.")


@app.command("list")
def list_webhooks(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """All addresses, without their secrets."""
    _ready()
    from kaopu.kernel.models import WebhookEndpoint

    rows = [
        {"id": str(row.pk), "url": row.url, "topics": row.topics, "ended": row.ended_at and row.ended_at.isoformat()}
        for row in WebhookEndpoint.objects.order_by("added_at")
    ]
    _show(rows, "No webhooks yet. Add one with `kaopu webhook add https://…`.", as_json=as_json)


@app.command("end")
def end(endpoint: UUID) -> None:
    """Stop telling an address, at once."""
    now, actor = _ready()
    from kaopu.kernel.actions.end_webhook import end_webhook

    end_webhook(endpoint, actor, now)
    typer.echo(f"Webhook {endpoint} is ended.")


@app.command("deliveries")
def deliveries(
    state: Annotated[str | None, typer.Option(help="waiting, done or failed.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """The newest deliveries and how the receivers answered."""
    _ready()
    from kaopu.kernel.models import WebhookDelivery

    found = WebhookDelivery.objects.select_related("event").order_by("-id")
    rows = [
        {"delivery": row.pk, "webhook": str(row.endpoint_id), "type": row.event.name, "state": row.state,
         "attempts": row.attempts, "answer": row.last_answer}
        for row in (found.filter(state=state) if state else found)[:limit]
    ]  # fmt: skip
    _show(rows, "Nothing was to be delivered yet.", as_json=as_json)


@app.command("retry")
def retry(delivery: int) -> None:
    """Send a delivery again."""
    now, actor = _ready()
    from kaopu.kernel.actions.retry_delivery import retry_delivery

    retry_delivery(delivery, actor, now)
    typer.echo(f"Delivery {delivery} is due now; the worker sends it.")


def _ready() -> tuple[datetime, str]:
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.kernel.clock import system_clock

    return system_clock().now(), actor()


def _show(rows: list[dict[str, Any]], nothing: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        typer.echo("  ".join(str(value) for value in row.values()))
    if not rows:
        typer.echo(nothing)
