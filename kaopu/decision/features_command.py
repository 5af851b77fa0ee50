"""`kaopu decision features`: the catalogue, the values of one party, or the columns of the whole book."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import date


def features(  # noqa: PLR0917 - one argument an option, Typer passes them by name
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day, its end.")] = None,
    party: Annotated[int | None, typer.Option(help="Number of a party: print its values.")] = None,
    out: Annotated[Path | None, typer.Option(help="Parquet file for the columns of the book.")] = None,
    snapshot: Annotated[Path | None, typer.Option(help="Folder of a snapshot, instead of the database.")] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%S%z"], help="Only what was recorded by then, as 2026-11-22T08:00:00+0800."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """List the features; with --party and --as-of their values, with --as-of and --out those of the whole book."""
    if party is not None and out is not None:
        raise BadInput("--party and --out: expected one of them")
    if as_of is None and (party is not None or out is not None):
        raise BadInput("--as-of: expected a day as YYYY-MM-DD with --party and --out")
    if as_of is not None and party is None and out is None:
        raise BadInput("--as-of: expected --party or --out beside it")
    instant = None if known_at is None else known_at.astimezone(UTC)
    if party is not None and as_of is not None:
        _show_party(party, as_of.date(), instant, as_json=as_json)
    elif out is not None and as_of is not None:
        _write_book(snapshot, as_of.date(), instant, out, as_json=as_json)
    else:
        _show_catalogue(as_json=as_json)


def _show_catalogue(*, as_json: bool) -> None:
    from kaopu.decision.core.features.catalogue import CATALOGUE

    if as_json:
        typer.echo(json.dumps([feature.as_json() for feature in CATALOGUE], ensure_ascii=False))
        return
    for feature in CATALOGUE:
        typer.echo(f"{feature.name:36} {feature.unit:18} {feature.meaning.en}")


def _show_party(party: int, as_of: date, known_at: datetime | None, *, as_json: bool) -> None:
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.decision.features.party import features_of_party
        from kaopu.party.store import masked

        if party not in masked([party]):
            raise BadInput(f"party: {party} given, expected the number of a party in this book")
        found = features_of_party(party, as_of, known_at=known_at)
    if as_json:
        answer: dict[str, Any] = {"party_id": party, "as_of": as_of.isoformat(), "features": {}, "missing": {}}
        for each in found:
            answer["features"][each.name] = each.value
            if each.why_missing:
                answer["missing"][each.name] = {"zh": each.why_missing[0], "en": each.why_missing[1]}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for each in found:
        typer.echo(f"{each.name:36} {each.value if each.why_missing is None else '- ' + each.why_missing[1]}")


def _write_book(snapshot: Path | None, as_of: date, known_at: datetime | None, out: Path, *, as_json: bool) -> None:
    if not out.parent.is_dir():
        raise BadInput(f"--out: {out.parent} is no folder, expected a file in a folder that is there")
    if snapshot is not None:
        from kaopu.decision.features.book import features_of_book

        written = features_of_book(snapshot, as_of, out, known_at=known_at, progress=_progress)
    else:
        from kaopu.book.opened_book import opened_book

        with opened_book():
            from kaopu.decision.features.database_book import features_of_database

            written = features_of_database(as_of, out, known_at=known_at, progress=_progress)
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    answer = written.as_json() | {"out": str(out), "as_of": as_of.isoformat()}
    typer.echo(json.dumps(answer) if as_json else f"{written.parties} parties, {written.features} features: {out}")


def _progress(done: int, parts: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\rfeatures: {done} of {parts}")
        sys.stderr.flush()
