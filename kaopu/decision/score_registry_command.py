"""`kaopu score register | models | end | watch`: models at work, in the database."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from kaopu.book.opened_book import opened_book
from kaopu.kernel.core.errors import BadInput

DAY = ["%Y-%m-%d"]
Day = Annotated[datetime, typer.Option(formats=DAY)]
GivenModel = Annotated[Path, typer.Argument(help="The model file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def register(
    model: GivenModel,
    name: Annotated[str, typer.Option(help="What policies ask for: small letters and hyphens.")],
    valid_from: Day,
    valid_to: Day,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Propose a model for work; another person agrees to it under Approvals in the console."""
    try:
        content = model.read_bytes()
    except OSError as problem:
        raise BadInput(f"{model}: {problem.strerror}, expected a model file") from None
    with opened_book():
        from kaopu.decision.actions.propose_model import propose_model
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        proposal = propose_model(
            content, name, valid_from=valid_from.date(), valid_to=valid_to.date(), actor=actor(),
            now=system_clock().now(),
        )  # fmt: skip
    answer = {"proposal": str(proposal), "name": name, "waits": True}
    typer.echo(json.dumps(answer) if as_json else f"{name}: proposal {proposal} waits for a second person")


def models(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Registered versions, whether each can be used today, and its last drift."""
    with opened_book():
        from kaopu.decision.model_store import standings
        from kaopu.kernel.clock import system_clock

        found = standings(system_clock().now().date())
    if as_json:
        typer.echo(json.dumps({"models": found}, ensure_ascii=False))
        return
    for row in found:
        typer.echo(f"{row['name']} {row['version']}: {row['state']}, {row['valid_from']} to {row['valid_to']}, "
                   f"AUC {row['auc_mean']:.4f}, drift {row['drift'] or 'not watched yet'}")  # fmt: skip


def end(
    name: Annotated[str, typer.Argument(help="Its name.")],
    version: Annotated[int, typer.Argument(help="Its version.")],
    reason: Annotated[str, typer.Option(help="Why, as a code: drift, fault, replaced …")],
) -> None:
    """End a model at once: whoever asks for it is referred from now on."""
    with opened_book():
        from kaopu.decision.actions.install_model import end_model
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        ended = end_model(name, version, reason=reason, actor=actor(), now=system_clock().now())
        typer.echo(f"{name} {version}: ended {ended.at:%Y-%m-%d %H:%M} ({ended.reason})")


def watch(since: Day, until: Day, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Compare scores given from SINCE to before UNTIL with those of the training; ends with 1 where one changed."""
    with opened_book():
        from kaopu.decision.actions.watch_models import watch_models
        from kaopu.kernel.clock import system_clock

        found = [_told(each) for each in watch_models(since.date(), until.date(), system_clock().now())]
    if as_json:
        typer.echo(json.dumps({"watched": found}, ensure_ascii=False))
    else:
        for row in found:
            psi = "" if row["psi"] is None else f", PSI {row['psi']:.4f}"
            typer.echo(f"{row['name']} {row['version']}: {row['verdict']}, {row['rows']} scores{psi}")
    if any(row["verdict"] == "changed" for row in found):
        raise typer.Exit(1)


def _told(drift: Any) -> dict[str, Any]:
    return {
        "name": drift.model.name, "version": drift.model.version, "since": drift.since.isoformat(),
        "until": drift.until.isoformat(), "rows": drift.rows, "refused": drift.refused, "psi": drift.psi,
        "verdict": drift.verdict, "columns": drift.columns,
    }  # fmt: skip
