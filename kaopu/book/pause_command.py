"""`kaopu book pause` and what follows it: many debts paused at once, agreed to by a second person, and taken back."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAY = ["%Y-%m-%d"]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Number = Annotated[int, typer.Argument(metavar="PAUSE", help="The number that --propose answered.")]


def pause(
    where: Annotated[str, typer.Option(help='Which debts: portfolio = "consumer" and days_past_due between 1 and 30.')],
    first: Annotated[datetime, typer.Option("--from", formats=DAY, help="The first day that shall not age them.")],
    last: Annotated[datetime, typer.Option("--to", formats=DAY, help="The last such day.")],
    propose: Annotated[bool, typer.Option(help="Ask a second person; without it, only look.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - same
) -> None:
    """Which debts a pause would touch, what they owe and what it would cost. Nothing is written without --propose."""
    with _book() as (actor, now):
        from kaopu.book.actions.pause_selection import PauseAsked, select
        from kaopu.book.actions.propose_pause import propose_pause

        selected = select(PauseAsked(where, first.date(), last.date()))
        answer: dict[str, Any] = {**selected.as_json(), "bulk": None, "proposal": None}
        if propose:
            bulk = propose_pause(selected, actor, now())
            answer |= {"bulk": bulk.pk, "proposal": str(bulk.proposal)}
    _show(answer, as_json=as_json)
    if propose and not as_json:
        typer.echo(f"Proposed as pause {answer['bulk']}. Another person agrees under /approvals/ or by "
                   f"`kaopu book pause-approve {answer['bulk']}`.")  # fmt: skip


def pause_approve(number: Number, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Agree to a pause, or to its undoing, that somebody else proposed, and carry it out."""
    with _book() as (actor, now):
        from kaopu.book.actions.agree_pause import agree_pause, waiting_for

        proposal = waiting_for(number, now())
        if proposal is None:
            raise BadInput(f"pause {number}: nothing about it waits for a second person (see `kaopu book pauses`)")
        refusal = agree_pause(proposal, actor, now())
        if refusal:
            raise BadInput(f"pause {number}: refused: {refusal}")
        answer = _carried_out(number, now)
    _show(answer, as_json=as_json)


def pause_resume(number: Number, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Carry out what is left of a pause or of its undoing, after its process was stopped."""
    with _book() as (_, now):
        answer = _carried_out(number, now)
    _show(answer, as_json=as_json)


def pause_undo(number: Number, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Ask a second person to take a pause back whole."""
    with _book() as (actor, now):
        from kaopu.book.actions.propose_pause import propose_undo

        proposal = propose_undo(number, actor, now())
    _show({"bulk": number, "proposal": str(proposal)}, as_json=as_json)


def pauses(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Every bulk pause and how far it came."""
    with _book():
        from kaopu.book.actions.carry_out_pause import standing
        from kaopu.book.models import BulkPause

        rows = [
            {**asdict(standing(row)), "where": row.where, "from": str(row.from_on), "to": str(row.to_on),
             "debts": row.debts}
            for row in BulkPause.objects.order_by("pk")
        ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['bulk']}  {row['state']}  {row['from']} to {row['to']}  {row['applied']} of {row['debts']}  "
                   f"{row['where']}")  # fmt: skip
    if not rows:
        typer.echo("No bulk pause yet. Look at one with `kaopu book pause --where … --from … --to …`.")


def _carried_out(number: int, now: Callable[[], datetime]) -> dict[str, Any]:
    from kaopu.book.actions.carry_out_pause import carry_out

    return asdict(carry_out(number, now, _progress))


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {of:,} debts")


@contextmanager
def _book() -> Iterator[tuple[str, Callable[[], datetime]]]:
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        yield actor(), system_clock().now


def _show(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in answer.items():
        if isinstance(value, dict):
            value = "; ".join(f"{part} {each}" for part, each in value.items()) or "none"  # noqa: PLW2901 - one line
        if isinstance(value, list):
            value = f"{len(value)}" if name != "examples" else ", ".join(f"D-{each['debt']}" for each in value)  # noqa: PLW2901 - same
        typer.echo(f"{name.replace('_', ' ')}: {value}")
