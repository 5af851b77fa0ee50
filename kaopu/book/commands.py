"""`kaopu book …`: ways in to the book, each with `--json`. What is slow to import is imported inside."""

from __future__ import annotations

import json
from datetime import date, datetime  # noqa: TC003 - Typer reads the annotations when the command is hung up
from pathlib import Path  # noqa: TC003 - same
from typing import Annotated, Any

import typer

from kaopu.book.close_command import close
from kaopu.book.core.event_kind import Component, EventKind
from kaopu.book.figures_command import figures, forecast
from kaopu.book.import_command import import_book, undo_import
from kaopu.book.opened_book import debt_named, opened_book
from kaopu.book.pause_command import pause, pause_approve, pause_resume, pause_undo, pauses
from kaopu.book.tables_command import tables
from kaopu.kernel.core.errors import BadInput

DAY = ["%Y-%m-%d"]
EXIT_FALSE = 1
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
DebtArgument = Annotated[str, typer.Argument(metavar="DEBT", help="D-12, or the debt's external id.")]

app = typer.Typer(no_args_is_help=True, help="The book: debts, what happened to them, and what is true on a day.")

app.command("close")(close)
app.command("figures")(figures)
app.command("forecast")(forecast)
app.command("import")(import_book)
app.command("pause")(pause)
app.command("pause-approve")(pause_approve)
app.command("pause-resume")(pause_resume)
app.command("pause-undo")(pause_undo)
app.command("pauses")(pauses)
app.command("tables")(tables)
app.command("undo-import")(undo_import)


def show(answer: dict[str, Any], *, as_json: bool) -> None:
    """The answer as JSON, or a line for each of its entries."""
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in answer.items():
        if isinstance(value, dict):
            value = ", ".join(f"{part} {amount}" for part, amount in value.items())  # noqa: PLW2901 - told as one line
        if isinstance(value, list):
            value = "; ".join(each["sentence"] if isinstance(each, dict) else str(each) for each in value)  # noqa: PLW2901 - same
        typer.echo(f"{name.replace('_', ' ')}: {value}")


def _today() -> date:
    from kaopu.kernel.clock import system_clock

    return system_clock().now().date()


@app.command("position")
def position(
    debt: DebtArgument,
    as_of: Annotated[datetime | None, typer.Option(formats=DAY, help="The day; today if not given.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """What one debt owes on a day, in minor units, replayed from its history."""
    with opened_book():
        from kaopu.book import store
        from kaopu.book.actions.classify_debt import position_json

        row, day = store.debt(debt_named(debt)), as_of.date() if as_of else _today()
        show(position_json(row, day), as_json=as_json)


@app.command("return-surplus")
def return_surplus(
    debt: DebtArgument,
    on: Annotated[datetime | None, typer.Option(formats=DAY, help="The day; today if not given.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Pay the credit balance back to where payments came from, the oldest first; each becomes a payout."""
    with opened_book():
        from dataclasses import asdict

        from kaopu.book.actions.return_surplus import SurplusReturned
        from kaopu.book.actions.return_surplus import return_surplus as act
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        outcome = act(debt_named(debt), on.date() if on else _today(), actor(), system_clock().now())
    if not isinstance(outcome, SurplusReturned):
        raise BadInput(f"{debt}: refused: {outcome}")
    show(asdict(outcome), as_json=as_json)


@app.command("add-event")
def add_event(  # noqa: PLR0917 - one argument an option, Typer passes them by name
    debt: DebtArgument,
    kind: Annotated[str, typer.Option(help="What happened: payment, refund, waiver, reversal …")],
    on: Annotated[datetime, typer.Option(formats=DAY, help="The day it counts for.")],
    key: Annotated[str, typer.Option(help="Idempotency key: the same key and body record once.")],
    amount: Annotated[int, typer.Option(help="Minor units (days for extension and pause), never negative.")] = 0,
    component: Annotated[Component | None, typer.Option(help="Of a waiver.")] = None,
    reverses: Annotated[int | None, typer.Option(help="Of a reversal: number of the event.")] = None,
    payload: Annotated[str | None, typer.Option(help='JSON, as {"effect": "shorten"}.')] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Record an event. Exit 0 recorded (or recorded before under this key), 2 refused."""
    kind_known = _kind(kind)
    with opened_book():
        from dataclasses import asdict

        from kaopu.book.actions.record_event import RecordEvent, Refusal, record_event
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        command = RecordEvent(
            debt_id=debt_named(debt),
            kind=kind_known,
            on=on.date(),
            key=key,
            amount=amount,
            component=str(component) if component else None,
            reverses=reverses,
            payload=_payload(payload),
        )
        outcome = record_event(command, actor(), system_clock().now())
        if isinstance(outcome, Refusal):
            raise BadInput(f"refused: {outcome} ({outcome.in_words})")
        answer = asdict(outcome)
        if answer.pop("repeated"):
            typer.echo("kaopu: this key had recorded the event before; nothing new was written", err=True)
        show(answer, as_json=as_json)


def _kind(text: str) -> EventKind:
    try:
        return EventKind(text.replace("-", "_"))
    except ValueError:
        raise BadInput(f"--kind: {text} given, expected one of {', '.join(EventKind)}") from None


def _payload(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        value = json.loads(text)
    except ValueError as problem:
        raise BadInput(f"--payload: {problem}, expected JSON") from None
    if not isinstance(value, dict):
        raise BadInput("--payload: expected a JSON object")
    return value


@app.command("export")
def export(
    what: Annotated[str, typer.Argument(help="positions (of the current close) or schedules (in force).")],
    out: Annotated[Path, typer.Option(help="File to write: its suffix, .csv or .parquet, says the format.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Write positions or schedules for others to read; amounts in minor units."""
    if what not in {"positions", "schedules"}:
        raise BadInput(f"{what} given, expected positions or schedules")
    with opened_book():
        from kaopu.book.actions.export_positions import export_positions

        show({"rows": export_positions(what, out), "file": str(out)}, as_json=as_json)


@app.command("verify")
def verify(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Replay the whole book in two ways and compare with the close and the ledger; read the audit chain again.

    Exit 1: one is false; stderr says where.
    """
    with opened_book():
        from kaopu.book.actions.verify_book import verify_book

        verdict = verify_book()
        for line in verdict.findings:
            typer.echo(f"kaopu: {line}", err=True)
        answer = {**verdict.checks, "replay_equal": verdict.replay_equal, "audit_ok": verdict.audit_ok}
        show(answer, as_json=as_json)
    if not verdict.ok:
        raise typer.Exit(EXIT_FALSE)


rates_app = typer.Typer(no_args_is_help=True, help="Published reference rates (LPR and the like).")
app.add_typer(rates_app, name="reference-rates")


@rates_app.callback()
def _rates() -> None:
    # Without a callback Typer takes a group of one command for that command.
    pass


@rates_app.command("import")
def import_rates(
    path: Annotated[Path, typer.Argument(help="CSV with publish_date and <name>_pct columns.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Take in the quotes of a file; known ones are left, a contradiction is refused."""
    with opened_book():
        from kaopu.book.actions.import_reference_rates import import_reference_rates
        from kaopu.book.quote_options import rows
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        done = import_reference_rates(rows(path), path.name, actor(), system_clock().now())
        answer = {"accepted": done.accepted, "repeated": done.repeated, "references": list(done.references)}
        show(answer, as_json=as_json)
