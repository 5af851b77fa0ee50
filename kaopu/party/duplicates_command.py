"""`kaopu party duplicates`: records of one person within a table, or between two."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kaopu.kernel.core.errors import BadInput


def duplicates(  # noqa: PLR0917 - one option each
    data: Annotated[Path, typer.Option(help="CSV of persons.")],
    link: Annotated[Path | None, typer.Option(help="A second CSV: pairs between the two.")] = None,
    columns: Annotated[str | None, typer.Option(help='TOML field = "column"; or febrl, splink-demo.')] = None,
    threshold: Annotated[float | None, typer.Option(min=0, max=1, help="Least probability of a pair.")] = None,
    seed: Annotated[int, typer.Option(help="Of the random pairs that the model is fitted to.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Find duplicates; nothing is merged."""
    from kaopu.party.linkage.pairs import pairs
    from kaopu.party.linkage.scales import THRESHOLD
    from kaopu.party.linkage.table import read_persons

    names = _map(columns)
    persons = read_persons(data, names)
    others = None if link is None else read_persons(link, names)
    found = pairs(persons, others, threshold=THRESHOLD if threshold is None else threshold, seed=seed)
    if as_json:
        typer.echo(json.dumps([asdict(pair) for pair in found], ensure_ascii=False))
        return
    for pair in found:
        typer.echo(f"{pair.left}  {pair.right}  {pair.probability:.4f}")
    typer.echo(f"{len(found)} pairs.")


def _map(given: str | None) -> Path | None:
    """A file, or the name of a map that is shipped."""
    if given is None or Path(given).is_file():
        return None if given is None else Path(given)
    from kaopu.party.linkage.table import MAPS

    shipped = MAPS / f"{given}.toml"
    if not shipped.is_file():
        names = ", ".join(sorted(path.stem for path in MAPS.glob("*.toml")))
        raise BadInput(f"--columns {given}: expected a TOML file or one of {names}")
    return shipped
