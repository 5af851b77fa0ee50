"""`kaopu policy limits`: the limit of each band of scores with the most profit under loss, exposure and fairness."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import Annotated

import typer

SHARE = {"min": 0, "max": 1}


def limits(  # noqa: PLR0917 - one option each
    population: Annotated[Path, typer.Option(help="Parquet or CSV.")],
    score: Annotated[str, typer.Option(help="Column with the score; higher is better.")],
    default: Annotated[str, typer.Option(help="Column with the chance of default, or 0 and 1; empty where unknown.")],
    menu: Annotated[str, typer.Option(help="Limits that may be given, minor units, as 100000,200000,500000.")],
    margin: Annotated[float, typer.Option(**SHARE, help="Earned of what is used by those who pay.")],
    loss_given_default: Annotated[float, typer.Option(**SHARE, help="Lost of what is used by those who do not.")],
    asked: Annotated[str | None, typer.Option(help="Column with the amount asked for, minor units.")] = None,
    segment: Annotated[str | None, typer.Option(help="Column: each segment has limits of its own.")] = None,
    group: Annotated[str | None, typer.Option(help="Column whose approval rates are compared.")] = None,
    bands: Annotated[int, typer.Option(min=1, max=100, help="Bands of equal size a segment.")] = 10,
    loss_ceiling: Annotated[float | None, typer.Option(help="Most expected loss, minor units.")] = None,
    exposure_ceiling: Annotated[float | None, typer.Option(help="Most that is used, minor units.")] = None,
    approval_floor: Annotated[float | None, typer.Option(**SHARE, help="Least share with a limit above 0.")] = None,
    impact_floor: Annotated[float | None, typer.Option(**SHARE, help="Least adverse impact ratio.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Choose limits; exit code 1 and what conflicts when none keeps everything."""
    from kaopu.decision.core.optimise.limit import LimitConstraints, best_limits
    from kaopu.decision.engines.limit_bands import ASSUMPTION, limit_bands
    from kaopu.kernel.core.errors import BadInput

    if impact_floor is not None and group is None:
        raise BadInput("--impact-floor compares groups, expected --group COLUMN too")
    places = _menu(menu)
    summed = limit_bands(population, score, default, asked, segment, group, places, bands, margin, loss_given_default)
    kept = LimitConstraints(loss_ceiling, exposure_ceiling, approval_floor, impact_floor)
    found = best_limits(summed, places, kept)
    if as_json:
        rows = [{"segment": name, "score_from": at, "limit": limit} for name, at, limit in found.limits]
        told = {**asdict(found), "limits": rows, "feasible": not found.conflicts, "assumption": ASSUMPTION}
        typer.echo(json.dumps(told, ensure_ascii=False))
    elif found.conflicts:
        typer.echo(f"no limits keep everything asked; in conflict: {', '.join(found.conflicts)}")
    else:
        for name, at, limit in found.limits:
            typer.echo(f"{name or 'all':24} score from {at:<10g} {f'limit {limit:,}' if limit else 'decline'}")
        typer.echo(f"approved {found.approval_rate:.2%}, loss {found.loss:,.0f}, profit {found.profit:,.0f}")
    raise typer.Exit(1 if found.conflicts else 0)


def _menu(text: str) -> list[int]:
    from kaopu.kernel.core.errors import BadInput

    try:
        given = sorted({int(part) for part in text.split(",")})
    except ValueError:
        raise BadInput(f"--menu {text}: expected whole minor units with commas, as 100000,200000") from None
    if not given or given[0] < 0 or given[-1] == 0:
        raise BadInput(f"--menu {text}: expected at least one limit above 0 and none below")
    return given if given[0] == 0 else [0, *given]
