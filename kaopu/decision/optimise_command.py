"""`kaopu policy optimise`: the cut-offs with the most profit under a loss ceiling, an approval floor and fairness."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import Annotated

import typer


def optimise(  # noqa: PLR0917 - one option each
    population: Annotated[Path, typer.Option(help="Parquet or CSV.")],
    score: Annotated[str, typer.Option(help="Column with the score; higher is better.")],
    loss: Annotated[str, typer.Option(help="Column with the loss, minor units; empty where unknown.")],
    profit: Annotated[str, typer.Option(help="Column with the profit, minor units; empty where unknown.")],
    segment: Annotated[str | None, typer.Option(help="Column: each segment gets a cut-off of its own.")] = None,
    group: Annotated[str | None, typer.Option(help="Column whose approval rates are compared.")] = None,
    loss_ceiling: Annotated[float | None, typer.Option(help="Most loss of the approved, minor units.")] = None,
    approval_floor: Annotated[float | None, typer.Option(min=0, max=1, help="Least share approved.")] = None,
    impact_floor: Annotated[float | None, typer.Option(min=0, max=1, help="Least adverse impact ratio.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Choose cut-offs; exit code 1 and the limits that conflict when none keeps them all."""
    from kaopu.decision.core.optimise.bands import Limits
    from kaopu.decision.core.optimise.cut_off import best
    from kaopu.decision.engines.score_bands import ASSUMPTION, score_bands
    from kaopu.kernel.core.errors import BadInput

    if impact_floor is not None and group is None:
        raise BadInput("--impact-floor compares groups, expected --group COLUMN too")
    bands = score_bands(population, score, loss, profit, segment, group)
    found = best(bands, Limits(loss_ceiling, approval_floor, impact_floor), per_segment=segment is not None)
    told = {**asdict(found), "feasible": not found.conflicts, "bands": len(bands), "assumption": ASSUMPTION}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    elif found.conflicts:
        typer.echo(f"no cut-off keeps all limits; in conflict: {', '.join(found.conflicts)}")
    else:
        for name, cut in found.cut_offs.items():
            typer.echo(f"{name or 'all':24} {'approve nobody' if cut is None else f'approve from {cut:g}'}")
        typer.echo(f"approved {found.approval_rate:.2%}, loss {found.loss:,.0f}, profit {found.profit:,.0f}")
    raise typer.Exit(1 if found.conflicts else 0)
