"""`kaopu twin load`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from kaopu.kernel.core.errors import BadInput


def load(
    *,
    borrowers: Annotated[int, typer.Option(help="How many; at most 2000.")] = 60,
    days: Annotated[
        int, typer.Option(min=1, max=365, help="How long ago the town began; its last day is today.")
    ] = 120,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same town.")] = 0,
    world: Annotated[str, typer.Option(help="Name of a shipped world, or a TOML file.")] = "base",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Bring a made-up town into the database: borrowers, contacts, agreements, withdrawals, as people would do it."""
    from kaopu.book.opened_book import opened_book
    from kaopu.twin.core.build import build
    from kaopu.twin.world_files import load_world

    town = build(load_world(world), borrowers, days, seed)
    with opened_book():
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock
        from kaopu.twin.load import MOST_BORROWERS
        from kaopu.twin.load import load as act

        if borrowers > MOST_BORROWERS:
            raise BadInput(f"--borrowers: {borrowers} given, expected at most {MOST_BORROWERS}")
        answer = act(town, actor=actor(), now=system_clock().now(), told=_told)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    typer.echo(f"{answer['borrowers']} borrowers, the first is party {answer['first_party']}")
    for word, count in answer["done"].items():
        typer.echo(f"{word}: {count}")
    for word, count in answer["refused"].items():
        typer.echo(f"refused, {word}: {count}")


def _told(done: int, of: int) -> None:
    if done % 100 == 0 or done == of:
        typer.echo(f"{done} of {of} steps", err=True)
