"""`kaopu score apply`: a model and a CSV file in; score, probability and reasons of each row out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from kaopu.decision.core.scores.csv_text import Parsed
    from kaopu.decision.core.scores.model import Model

GivenModel = Annotated[Path, typer.Argument(help="The model file.")]
GivenRows = Annotated[Path, typer.Option(help="CSV file with the columns that the model reads.")]
ScoresFile = Annotated[Path | None, typer.Option(help="CSV file for the scores; otherwise they are printed.")]
EXIT_WITH_REJECTS = 3
FIELDS = ("row", "score", "chance_bad", "refer", "reason_columns", "reasons", "reasons_zh")


def apply(  # noqa: PLR0917 - one argument an option, Typer passes them by name
    model: GivenModel,
    data: GivenRows,
    out: ScoresFile = None,
    top: Annotated[int, typer.Option(help="Reasons a row at most.")] = 4,
    against: Annotated[str, typer.Option(help="What points are lost against: neutral or best.")] = "neutral",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Score each row. A row that cannot be scored says `refer` and why; ends with 3 where there are such rows."""
    from kaopu.decision.core.scores.model import text_kinds
    from kaopu.decision.core.scores.reasons import Against
    from kaopu.decision.scores.files import model_at, read_table, write_text

    if against not in tuple(Against):
        raise BadInput(f"--against: {against} given, expected neutral or best")
    file = model_at(model)
    parsed = read_table(data, kinds=text_kinds(file.model)).parsed
    rows = scored_rows(file.model, parsed, top, Against(against))
    referred = sum(1 for row in rows if row["refer"])
    answer = {"rows": len(rows), "scored": len(rows) - referred, "referred": referred, "model": file.sha256}
    if out is not None:
        write_text(out, _csv(rows))
        answer["out"] = str(out)
    else:
        answer["scores"] = rows
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        typer.echo(
            _csv(rows) if out is None else f"{answer['scored']} of {len(rows)} rows scored into {out}", nl=bool(out)
        )
    if referred:
        raise typer.Exit(EXIT_WITH_REJECTS)


def scored_rows(model: Model, parsed: Parsed, top: int, against: Any) -> list[dict[str, Any]]:
    """One answer a row, in the order of the file; `row` is the line that a spreadsheet shows."""
    from kaopu.decision.core.scores.csv_text import FIRST_ROW

    table = parsed.table
    unknown = model.unknown(table)
    scores, chances = model.score(table), model.chance_bad(table)
    reasons = model.reasons(table, top=top, against=against)
    found = []
    for place in range(table.rows):
        why = [parsed.bad_rows[place]] if place in parsed.bad_rows else list(unknown[place])
        answer: dict[str, Any] = {
            "row": place + FIRST_ROW,
            "score": None,
            "chance_bad": None,
            "refer": why,
            "reasons": [],
        }
        if not why:
            answer["score"] = round(float(scores[place]), 1)
            answer["chance_bad"] = round(float(chances[place]), 6)
            answer["reasons"] = [
                {"column": r.column, "lost": r.lost, "text": r.text, "text_zh": r.text_zh} for r in reasons[place]
            ]
        found.append(answer)
    return found


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    for row in rows:
        given = row["reasons"]
        joined = ["; ".join(each[key] for each in given) for key in ("column", "text", "text_zh")]
        writer.writerow([row["row"], _cell(row["score"]), _cell(row["chance_bad"]), "; ".join(row["refer"]), *joined])
    return text.getvalue()


def _cell(value: float | None) -> str:
    return "" if value is None else str(value)
