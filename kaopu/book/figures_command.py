"""`kaopu book figures` and `kaopu book forecast`: what a lender reads, from the database or a snapshot on its own."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from kaopu.book.core.allowance import GUIDELINE_PPM, MILLION
from kaopu.book.opened_book import opened_book
from kaopu.kernel.core.errors import BadInput

AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; that of the current close if not given.")
]
FromSnapshot = Annotated[Path | None, typer.Option(help="Folder of a snapshot; needs --as-of and no database.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def figures(
    as_of: AsOf = None,
    funding_rate: Annotated[str, typer.Option(help="What money costs the lender a year, 0.03 for 3 %.")] = "0.03",
    allowance: Annotated[
        str, typer.Option(help="Own rates by class, normal first, as 0.01,0.02,0.25,0.5,1 (the guideline of 2002).")
    ] = "",
    snapshot: FromSnapshot = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Bad debts, allowance, yield, loss, funding cost and what each month of lending contributed, in minor units."""
    rates = (_ppm("--funding-rate", funding_rate), _allowance(allowance))
    answer = _report(as_of, rates, snapshot)["figures"]
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for currency, found in answer["currencies"].items():
        typer.echo(f"{currency}, {answer['as_of']}, {answer['classes']}, allowance by {answer['allowance_from']}")
        shares = {**found["ratios"], **{name: found["year"][name] for name in ("yield", "loss", "funding_cost")}}
        for name, each in shares.items():
            told = f"{each['value']:.2%}" if each["value"] is not None else f"none: {each['why']}"
            typer.echo(f"  {name.replace('_', ' ')}: {told}, {each['numerator']} of {each['denominator']}")
        for row in (*found["vintages"], found["total"]):
            share = "" if row["of_lent"] is None else f", {row['of_lent']:.2%} of lent"
            typer.echo(f"  {row['name']}: lent {row['lent']}, contribution {row['contribution']}{share}")


def forecast(as_of: AsOf = None, snapshot: FromSnapshot = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Losses of the six months after twelve past month ends: forecast then, naive forecast then, and what came."""
    answer = _report(as_of, (_ppm("--funding-rate", "0.03"), GUIDELINE_PPM), snapshot)["forecast"]
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    for currency, found in answer["currencies"].items():
        shown = found["targets"][found["target"]]
        typer.echo(f"{currency}, {found['target'].replace('_', ' ')}: {found['why']}")
        for row in shown["dates"]:
            typer.echo(f"  {row['on']}: forecast {row['forecast']}, naive {row['naive']}, came {row['came']}")
        for way, error in shown["errors"].items():
            typer.echo(f"  {way}: mean absolute error {error['mean_absolute']}, bias {error['bias']}")
        typer.echo(f"  {found['bias']}")


def _report(as_of: datetime | None, rates: tuple[int, tuple[int, ...]], snapshot: Path | None) -> dict[str, Any]:
    from tempfile import TemporaryDirectory

    from kaopu.book.snapshot.lender_report import Rates

    given = Rates(*rates)
    if snapshot is not None:
        from kaopu.book.snapshot.lender_report import closed_report

        if as_of is None:
            raise BadInput("--snapshot: expected --as-of too")
        with TemporaryDirectory() as out:
            return closed_report(snapshot, as_of.date(), Path(out), given)
    with opened_book():
        from kaopu.book.actions.lender_figures import book_figures

        return book_figures(as_of.date() if as_of else _day_of_close(), given)


def _day_of_close() -> date:
    from kaopu.book import store

    run = store.current_close()
    if run is None:
        raise BadInput("no close yet: expected `kaopu book close --as-of DAY` first, or --as-of here")
    return run.as_of


def _ppm(option: str, text: str) -> int:
    try:
        value = Decimal(text) * MILLION
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= MILLION or value != value.to_integral_value():
        raise BadInput(f"{option}: {text} given, expected a share from 0 to 1 with at most six decimals")
    return int(value)


def _allowance(text: str) -> tuple[int, ...]:
    if not text:
        return GUIDELINE_PPM
    rates = tuple(_ppm("--allowance", each.strip()) for each in text.split(","))
    if len(rates) != len(GUIDELINE_PPM):
        raise BadInput(f"--allowance: {len(rates)} rates given, expected one for each of the five classes")
    return rates
