"""`kaopu score …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Scores: fit, apply, report, register and watch models.")


@app.callback()
def group() -> None:
    """Scores: fit, apply, report, register and watch models."""
