"""`kaopu twin run`."""

from __future__ import annotations

import json
import time
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import Annotated

import typer


def run(
    *,
    borrowers: Annotated[int, typer.Option(help="How many.")],
    out: Annotated[Path, typer.Option(help="Folder to write; made where it is not there.")],
    days: Annotated[int, typer.Option(help="How long the town is watched.")] = 365,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
    world: Annotated[str, typer.Option(help="Name of a shipped world, or a TOML file.")] = "base",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Write a made-up town: what a lender sees of it, and, apart, what is true."""
    from kaopu.twin.run import run as act
    from kaopu.twin.world_files import load_world

    started = time.perf_counter()
    summary = act(
        load_world(world),
        borrowers=borrowers,
        days=days,
        seed=seed,
        out=out,
        told=lambda name: typer.echo(f"writing {name}", err=True),
    )
    answer = {**summary, "seconds": round(time.perf_counter() - started, 2)}
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    rows, truth = answer["rows"], answer["truth"]
    typer.echo(f"{borrowers:,} borrowers, {days} days, world {answer['world']}, seed {seed}: {answer['seconds']} s")
    typer.echo(f"{rows['evidence']:,} rows of evidence on {rows['points']:,} points, {rows['edges']:,} nominations")
    typer.echo(f"lost on the last day: {truth['lost_borrowers']:,} borrowers")
    typer.echo("whether asking a contact helps in life is unknown until a lender runs the protocol")
