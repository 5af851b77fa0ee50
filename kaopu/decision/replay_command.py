"""`kaopu decision replay`: take recorded decisions again and compare."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from kaopu.book.opened_book import opened_book

FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


def replay(
    since: Annotated[datetime, typer.Option(formats=FORMATS, help="From this day (or instant) on, UTC.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Take every decision since a day again, from its record; ends with 1 where one comes out otherwise."""
    with opened_book():
        from kaopu.decision.actions.replay_decisions import replay as again

        found = again(since.replace(tzinfo=UTC))
    if as_json:
        typer.echo(json.dumps({"replayed": found.replayed, "different": len(found.different)}))
    else:
        typer.echo(f"{found.replayed:,} decisions taken again, {len(found.different):,} came out otherwise")
        for identifier, why in found.different:
            typer.echo(f"  {identifier}: another {why}")
    if found.different:
        raise typer.Exit(1)
