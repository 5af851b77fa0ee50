"""`kaopu …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

from kaopu.conduct.attempts_command import attempts
from kaopu.conduct.permit_command import permit
from kaopu.conduct.rejudge_command import rejudge
from kaopu.conduct.rules_commands import app as rules

app = typer.Typer(no_args_is_help=True, help="Conduct: may this person be reached now, and by which rules.")


@app.callback()
def group() -> None:
    """Conduct: may this person be reached now, and by which rules."""


app.command("permit")(permit)
app.command("rejudge")(rejudge)
app.command("attempts")(attempts)
app.add_typer(rules, name="rules")
