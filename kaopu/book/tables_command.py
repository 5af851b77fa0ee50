"""`kaopu book tables`: the schedules another system would print for the same loans, to compare before moving over."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import Annotated, Any

import typer

from kaopu.book.core.tables.case import tables_of
from kaopu.kernel.core.errors import BadInput

EXIT_REJECTS = 3


def tables(
    path: Annotated[Path, typer.Argument(metavar="CASES.json", help="Loans with settings and events.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Print the repayment table of every loan at each reading asked for. Exit 3 when a loan could not be understood."""
    answers = [_answer(case, place) for place, case in enumerate(_cases(path), 1)]
    if as_json:
        typer.echo(json.dumps(answers, ensure_ascii=False))
    else:
        for answer in answers:
            _print(answer)
    if any("error" in answer for answer in answers):
        raise typer.Exit(EXIT_REJECTS)


def _cases(path: Path) -> list[Any]:
    """The cases of a file: a list, or an object that holds one under "cases"."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read ({problem.strerror}), expected a JSON file") from None
    except UnicodeDecodeError as problem:
        raise BadInput(f"{path}: byte {problem.start} is not UTF-8, expected a JSON file in UTF-8") from None
    except RecursionError:
        raise BadInput(f"{path}: nested too deeply, expected a list of cases") from None
    except ValueError as problem:
        raise BadInput(f"{path}: {problem}, expected JSON") from None
    cases = content.get("cases") if isinstance(content, dict) else content
    if not isinstance(cases, list):
        raise BadInput(f'{path}: expected a list of cases, or an object with one under "cases"')
    return cases


def _answer(case: Any, place: int) -> dict[str, Any]:
    try:
        return tables_of(case, place)
    except BadInput as problem:
        named = case.get("id") if isinstance(case, dict) else None
        return {"id": named if named is not None else f"#{place}", "error": str(problem)}


def _print(answer: dict[str, Any]) -> None:
    if "error" in answer:
        typer.echo(answer["error"], err=True)
        return
    for table in answer["tables"]:
        typer.echo(f"{answer['id']} after event {table['after_event']}, read on {table['as_of'] or 'no day'}")
        for row in [*table["rows"], {"nr": "total", **table["totals"]}]:
            typer.echo("  " + "  ".join(f"{name} {value}" for name, value in row.items() if value is not None))
