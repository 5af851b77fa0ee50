"""`kaopu decision …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

from kaopu.decision.features_command import features
from kaopu.decision.replay_command import replay

app = typer.Typer(no_args_is_help=True, help="Decisions taken: replay them, and the features that they rest on.")
app.command("features")(features)
app.command("replay")(replay)


@app.callback()
def group() -> None:
    """Decisions taken: replay them, and the features that they rest on."""
