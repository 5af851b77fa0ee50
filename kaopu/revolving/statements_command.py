"""`kaopu book statements`: the monthly statements of a revolving account, from its terms and postings."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput
from kaopu.revolving.core.case import statements_of

EXIT_REJECTS = 3
SEVERAL = ("cases", "accounts")
COLUMNS = (
    "statement_on",
    "due_on",
    "opening",
    "purchases",
    "payments",
    "interest",
    "fees",
    "closing",
    "minimum_due",
    "paid_by_due",
    "days_past_due",
)


def statements(
    path: Annotated[Path, typer.Argument(metavar="FILE.json", help="Product terms and postings.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Print every statement of an account. A file may hold several under "cases": exit 3 when one was refused."""
    content = _content(path)
    several, cases = _cases(content)
    try:
        answer = _answers(cases) if several else statements_of(content)
    except BadInput as problem:
        raise BadInput(f"{path}: {problem}") from None
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for account in answer["cases"] if several else [answer]:
            print_cycles(account)
    if several and any("error" in account for account in answer["cases"]):
        raise typer.Exit(EXIT_REJECTS)


def _content(path: Path) -> Any:
    """The JSON of a file; numbers are kept exactly as written."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read ({problem.strerror}), expected a JSON file") from None
    except UnicodeDecodeError as problem:
        raise BadInput(f"{path}: byte {problem.start} is not UTF-8, expected a JSON file in UTF-8") from None
    except RecursionError:
        raise BadInput(f"{path}: nested too deeply, expected terms and postings") from None
    except ValueError as problem:
        raise BadInput(f"{path}: {problem}, expected JSON") from None


def _cases(content: Any) -> tuple[bool, Any]:
    """Whether the file holds several accounts, and these: a list of them, or one under "cases" or "accounts"."""
    if isinstance(content, list) and content:
        return True, content
    name = next((name for name in SEVERAL if isinstance(content, dict) and name in content), None)
    return name is not None, content[name] if name else None


def _answers(cases: Any) -> dict[str, Any]:
    if not isinstance(cases, list):
        raise BadInput("cases: expected a list of accounts, each with terms and postings")
    return {"cases": [_answer(case, f"cases[{nr}]") for nr, case in enumerate(cases, 1)]}


def _answer(case: Any, place: str) -> dict[str, Any]:
    named = {"id": case["id"]} if isinstance(case, dict) and "id" in case else {}
    try:
        return {**named, **statements_of(case, place)}
    except BadInput as problem:
        return {**named, "error": str(problem)}


def print_cycles(account: dict[str, Any]) -> None:
    """The cycles of an account as a table for people."""
    if "id" in account:
        typer.echo(f"{account['id']}:")
    if "error" in account:
        typer.echo(account["error"], err=True)
        return
    rows = [COLUMNS, *([str(cycle[name]) for name in COLUMNS] for cycle in account["cycles"])]
    widths = [max(len(row[nr]) for row in rows) for nr in range(len(COLUMNS))]
    for row in rows:
        typer.echo("  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)))
