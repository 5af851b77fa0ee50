"""`kaopu …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="A seeded town whose truth is known.")


@app.callback()
def group() -> None:
    """A seeded town whose truth is known."""
