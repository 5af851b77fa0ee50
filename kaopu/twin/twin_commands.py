"""`kaopu twin …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

from kaopu.twin.load_command import load
from kaopu.twin.run_command import run
from kaopu.twin.worlds_command import worlds

app = typer.Typer(no_args_is_help=True, help="A seeded town whose truth is known.")
app.command("load")(load)
app.command("run")(run)
app.add_typer(worlds, name="worlds")
