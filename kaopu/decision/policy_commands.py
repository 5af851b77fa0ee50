"""`kaopu policy …`: the words are hung up here; each lives in a file of its own and imports late what is slow."""

from __future__ import annotations

import typer

from kaopu.decision.backtest_command import backtest
from kaopu.decision.check_command import check
from kaopu.decision.limits_command import limits
from kaopu.decision.optimise_command import optimise
from kaopu.decision.policy_life_command import approve, export, list_policies, propose, register, show
from kaopu.decision.policy_place_command import resume, retire, roll_back, schedule, stop
from kaopu.decision.population_command import population
from kaopu.decision.run_command import run

app = typer.Typer(no_args_is_help=True, help="Policies: run, check, back-test, and bring one to work.")


@app.callback()
def group() -> None:
    """Policies: run, check, back-test, and bring one to work."""


app.command("run")(run)
app.command("check")(check)
app.command("backtest")(backtest)
app.command("population")(population)
for word in (register, show, export, propose, approve, schedule, retire, stop, resume):
    app.command(word.__name__)(word)
app.command("list")(list_policies)
app.command("roll-back")(roll_back)
app.command("optimise")(optimise)
app.command("limits")(limits)
