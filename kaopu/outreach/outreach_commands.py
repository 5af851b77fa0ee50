"""`kaopu outreach …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

from kaopu.outreach.gateway_commands import app as gateway
from kaopu.outreach.outbox_commands import outbox, outcome
from kaopu.outreach.send_command import send
from kaopu.outreach.template_commands import app as templates

app = typer.Typer(no_args_is_help=True, help="Outreach: messages, channels and what came of them.")


@app.callback()
def group() -> None:
    """Outreach: messages, channels and what came of them."""


app.command("send")(send)
app.command("outbox")(outbox)
app.command("outcome")(outcome)
app.add_typer(templates, name="templates")
app.add_typer(gateway, name="gateway")
