"""`kaopu conduct attempts`: past attempts with the facts they were judged on, as a file for `rejudge`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import Annotated

import typer

from kaopu.kernel.core.errors import BadInput

DAY = ["%Y-%m-%d"]


def attempts(
    out: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="One line an attempt, as `permit` reads.")],
    since: Annotated[datetime, typer.Option(formats=DAY, help="The first day, UTC.")],
    until: Annotated[datetime | None, typer.Option(formats=DAY, help="The last day; without it, today.")] = None,
) -> None:
    """Write what was asked between two days. It holds ids and facts of persons: keep it as you keep the database."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.conduct.attempts import attempt_lines
    from kaopu.kernel import audit
    from kaopu.kernel.clock import system_clock

    now = system_clock().now()
    end = (until or now).replace(tzinfo=UTC) + timedelta(days=1)
    audit.record(
        act="conduct.attempts_exported", subject="conduct:attempts", actor=actor(), at=now,
        details={"since": f"{since:%Y-%m-%d}", "until": f"{end:%Y-%m-%d}"},
    )  # fmt: skip
    written = 0
    try:
        with out.open("wb") as file:
            for line in attempt_lines(since.replace(tzinfo=UTC), end):
                file.write(line + b"\n")
                written += 1
    except OSError as problem:
        raise BadInput(f"{out.name}: {problem.strerror}, expected a place to write to") from None
    typer.echo(f"{written} attempts")
