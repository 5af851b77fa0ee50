"""`kaopu conduct permit`: a file of facts in, one verdict a line out; no database, nothing that is slow to import."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated

import typer

from kaopu.conduct.core.answer import answer
from kaopu.conduct.packs import load_packs
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator


def permit(
    facts: Annotated[Path, typer.Option(help="JSON lines, one wish and its facts a line.")],
    rules: Annotated[
        Path | None, typer.Option(help="A pack or a folder of packs; without it, the shipped ones.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """May each person be reached at that moment; which rules were asked, and when it is allowed next."""
    rulebook = load_packs(rules)
    for line in lines(facts):
        given = answer(line, rulebook)
        typer.echo(json.dumps(given) if as_json else _sentence(given))


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, split at line feeds alone: a JSON text may hold other separators."""
    try:
        with path.open("rb") as file:
            for line in file:
                yield line.removesuffix(b"\n")
    except OSError as problem:
        raise BadInput(f"{path.name}: {problem.strerror}, expected a readable file of JSON lines") from None


def _sentence(given: dict[str, object]) -> str:
    rules: list[dict[str, str]] = given["rules"]  # type: ignore[assignment]
    if given["allowed"]:
        return f"{given['id']}: allowed, may reveal: {given['disclosure']} ({len(rules)} rules asked)"
    refused = "; ".join(f"{rule['id']}: {rule['why']}" for rule in rules if rule["verdict"] == "refuse")
    later = f"; next allowed at {given['next_allowed_at']}" if given["next_allowed_at"] else ""
    return f"{given['id']}: not allowed: {refused}{later}"
