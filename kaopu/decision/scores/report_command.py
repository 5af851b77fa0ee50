"""`kaopu score report`: what a model is worth, from its file or on rows of today, as JSON and one HTML page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.decision.core.scores.model_file import ModelFile


GivenModel = Annotated[Path, typer.Argument(help="The model file.")]
JudgedOn = Annotated[Path | None, typer.Option(help="CSV file with outcomes to judge it on; else what its file says.")]
PageFile = Annotated[Path | None, typer.Option(help="Write a page that needs nothing else.")]
CardFile = Annotated[Path | None, typer.Option(help="Write the model card in Markdown.")]


def report(  # noqa: PLR0917 - one argument an option, Typer passes them by name
    model: GivenModel,
    data: JudgedOn = None,
    group: Annotated[
        list[str] | None, typer.Option(help="A column of groups; protected ones are used unasked.")
    ] = None,
    date: Annotated[str, typer.Option(help="A column of dates: figures by period.")] = "",
    approved: Annotated[float, typer.Option(help="Share approved in the fairness figures.")] = 0.8,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    html: PageFile = None,
    card: CardFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Discrimination, calibration, stability, time, fairness and sensitivity of a model."""
    from kaopu.decision.core.scores.card_text import between, model_card
    from kaopu.decision.scores.files import model_at, write_text

    if not 0 < approved < 1:
        raise BadInput(f"--approved: {approved} given, expected a share between 0 and 1")
    file = model_at(model)
    found = (
        dict(file.about["validation"])
        if data is None
        else _judged(file, data, group, date=date, approved=approved, seed=seed)
    )
    answer: dict[str, Any] = {
        "model": file.sha256, "name": file.about.get("name"), "kind": file.about["kind"],
        "not_for": file.about["not_for"], "limits": file.about["limits"], "metrics": file.about["metrics"],
        "validation": found,
    }  # fmt: skip
    if html is not None:
        from kaopu.decision.scores.report_html import page

        write_text(html, page(file, found))
        answer["html"] = str(html)
    if card is not None:
        write_text(card, model_card(file))
        answer["card"] = str(card)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    typer.echo(f"{answer['name']} ({answer['kind']}), {found['rows']} rows, {found['bads']} bad; {found['forecasts']}")
    for name, each in found["discrimination"].items():
        typer.echo(f"  {name} {between(each)}")
    typer.echo(f"  calibration slope {between(found['calibration']['slope'])}")
    for limit in file.about["limits"]:
        typer.echo(f"  {limit['en']}")


def _judged(
    file: ModelFile, data: Path, group: list[str] | None, *, date: str, approved: float, seed: int
) -> dict[str, Any]:
    from kaopu.decision.core.scores.attributes import is_protected
    from kaopu.decision.core.scores.csv_text import FIRST_ROW
    from kaopu.decision.core.scores.model import text_kinds
    from kaopu.decision.core.scores.target import bad_flags
    from kaopu.decision.core.scores.validation import validate
    from kaopu.decision.scores.files import read_table

    parsed = read_table(data, kinds=text_kinds(file.model)).parsed
    if parsed.bad_rows:
        place, why = min(parsed.bad_rows.items())
        raise BadInput(f"{data.name}, row {place + FIRST_ROW}: {why}")
    target = file.about["target"]
    bad, _ = bad_flags(parsed.table, target["column"], target["bad"])
    groups = tuple(group or (name for name in parsed.table.columns if is_protected(name)))
    return validate(
        file.model, parsed.table, bad, reference=file.about["reference"], groups=groups, date_column=date,
        approved=approved, seed=seed,
    )  # fmt: skip
