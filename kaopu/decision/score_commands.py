"""`kaopu score …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

from kaopu.decision.score_registry_command import end, models, register, watch
from kaopu.decision.scores.apply_command import apply
from kaopu.decision.scores.fit_command import fit
from kaopu.decision.scores.report_command import report

app = typer.Typer(no_args_is_help=True, help="Scores: fit, apply, report, register and watch models.")


@app.callback()
def group() -> None:
    """Scores: fit, apply, report, register and watch models."""


app.command("fit", context_settings={"allow_extra_args": True})(fit)
app.command("apply")(apply)
app.command("report")(report)
for word in (register, models, end, watch):
    app.command(word.__name__)(word)
