"""`kaopu …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Outreach: messages, channels and what came of them.")


@app.callback()
def group() -> None:
    """Outreach: messages, channels and what came of them."""
