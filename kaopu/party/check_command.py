"""`kaopu party check-id`: one number, checked without a database."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kaopu.kernel.core.errors import BadInput
from kaopu.party.core.identity_check import Check, CheckedKind  # noqa: TC001 - Typer reads the annotations

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def check_id(
    value: Annotated[str, typer.Argument(metavar="VALUE")],
    kind: Annotated[CheckedKind, typer.Option(help="What kind of number it is.")],
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day to judge on, YYYY-MM-DD; today.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Check a resident ID, a credit code, a phone or a card by its own arithmetic. Exit code 1: it can be none."""
    from kaopu.party.core.check_number import check_number

    check = check_number(kind, value, _day(as_of))
    typer.echo(as_text(check) if as_json else _lines(check))
    if not check.valid:
        raise typer.Exit(1)


def as_text(check: Check) -> str:
    """The answer as JSON, dates as YYYY-MM-DD."""
    return json.dumps(asdict(check), ensure_ascii=False, default=date.isoformat)


def _lines(check: Check) -> str:
    told = [("region", check.region), ("born", check.birth_date), ("sex", check.sex)]
    lines = [("valid" if check.valid else "not valid") + (f": {check.why}" if check.why else "")]
    return "\n".join(lines + [f"{name}: {value}" for name, value in told if value is not None])


def _day(given: str | None) -> date:
    if given is not None:
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise BadInput(f"--as-of: {given!r} given, expected a day such as 2026-11-25") from None
    from kaopu.kernel.clock import system_clock

    now: datetime = system_clock().now()
    return now.astimezone(ZoneInfo("Asia/Shanghai")).date()  # numbers of the mainland are judged by its calendar
