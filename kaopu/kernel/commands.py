"""`kaopu cost`: the yearly cost of dated flows; no database, and nothing that is slow to import."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated

import typer

from kaopu.kernel.core.cost import cost as yearly_cost
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import exponent, to_minor

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = {"day", "amount"}
NO_FLOWS = "flow: none given, expected --flow DAY:AMOUNT, once for each amount, or a CSV file with day and amount"


def cost(
    currency: Annotated[str, typer.Option(help="ISO 4217 code: CNY.")],
    path: Annotated[Path | None, typer.Argument(metavar="CSV", help="File with columns day and amount.")] = None,
    flow: Annotated[
        list[str] | None, typer.Option(help="DAY:AMOUNT in major units, received above 0: 2026-01-15:10000.00.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """The yearly cost of what is received and paid, day-exact and where it can be said by equal months."""
    exponent(currency)
    if bool(flow) == (path is not None):
        raise BadInput(NO_FLOWS if path is None else f"--flow: given beside {path.name}, expected one of the two")
    flows = list(_from_file(path, currency) if path else _from_words(flow or [], currency))
    answer = yearly_cost(flows)
    if as_json:
        typer.echo(json.dumps(answer))
        return
    for name, value in answer.items():
        typer.echo(f"{name.replace('_', ' ')}: {value}")


def _from_words(words: list[str], currency: str) -> Iterator[tuple[date, int]]:
    for number, word in enumerate(words, start=1):
        day, colon, amount = word.partition(":")
        if not colon:
            raise BadInput(f"--flow {number}: {word!r} given, expected DAY:AMOUNT, as 2026-01-15:10000.00")
        yield _flow(day, amount, currency, f"--flow {number}")


def _from_file(path: Path, currency: str) -> Iterator[tuple[date, int]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = COLUMNS - set(reader.fieldnames or ())
            if missing:
                raise BadInput(f"{path.name}: no column {' or '.join(sorted(missing))}, expected day and amount")
            for number, row in enumerate(reader, start=2):
                yield _flow(row["day"], row["amount"], currency, f"{path.name} row {number}")
    except OSError as problem:
        raise BadInput(f"{path.name}: {problem.strerror}, expected a readable CSV file") from None
    except (UnicodeDecodeError, csv.Error) as problem:
        raise BadInput(f"{path.name}: {problem}, expected CSV in UTF-8") from None


def _flow(day: str | None, amount: str | None, currency: str, where: str) -> tuple[date, int]:
    try:
        on = date.fromisoformat((day or "").strip())
    except ValueError:
        raise BadInput(f"{where} day: {day!r} given, expected a day as YYYY-MM-DD") from None
    try:
        return on, to_minor(Decimal((amount or "").strip()), currency)
    except InvalidOperation:
        raise BadInput(f"{where} amount: {amount!r} given, expected major units, as 10000.00") from None
    except BadInput as problem:
        raise BadInput(f"{where} {problem}") from None
