"""`kaopu book close`: every debt replayed to a day, from the database or from a snapshot on its own."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime  # noqa: TC003 - Typer reads the annotations when the command is hung up
from pathlib import Path  # noqa: TC003 - same
from typing import Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

_BUCKETS = "by_bucket"


def close(  # noqa: PLR0917 - one argument an option, Typer passes them by name
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day to replay to, its end.")],
    snapshot: Annotated[Path | None, typer.Option(help="Folder of a snapshot; needs --out and no database.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the positions of a snapshot.")] = None,
    analyses: Annotated[bool, typer.Option(help="Also roll rates, vintages and the rest, timed apart.")] = False,  # noqa: FBT002 - a flag
    durable: Annotated[bool, typer.Option(help="Wait until the disk has it all.")] = False,  # noqa: FBT002 - same
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - same
) -> None:
    """Replay every debt to the given day. Safe to run again: the same day gives the same result."""
    # Memory that Arrow gives back is used again for the next bucket; returning it to the system in between costs a
    # tenth of the close. Read by the allocator when Arrow is imported, which is below.
    os.environ.setdefault("MIMALLOC_PURGE_DELAY", "-1")
    if (snapshot is None) != (out is None):
        raise BadInput("--snapshot and --out: expected both, or neither to close the book of the database")
    if snapshot is not None and out is not None:
        from kaopu.book.snapshot.close import close_snapshot

        result = close_snapshot(snapshot, as_of.date(), out, _progress, durable=durable)
        if analyses:
            from kaopu.book.snapshot.analyses import analyse

            result["analyses"] = analyse(snapshot, as_of.date())
    else:
        from kaopu.book.opened_book import opened_book

        with opened_book():
            from kaopu.book.actions.close_book import close_book

            result = close_book(as_of.date(), _progress)
    _end_progress()
    if as_json:
        typer.echo(json.dumps(result))
    else:
        _show(result)


def _progress(done: int, parts: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\rclosing: {done} of {parts}")
        sys.stderr.flush()


def _end_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def _show(result: dict[str, Any]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title="in minor units", title_justify="left")
    for name in ("", "debts", "outstanding"):
        table.add_column(name, justify="right" if name else "left")
    for part in (_BUCKETS, "by_class"):
        for name, row in result[part].items():
            table.add_row(name.replace("_", " "), str(row["debts"]), str(row["outstanding"]))
        table.add_section()
    table.add_row("all", str(result["debts"]), str(result["outstanding"]))
    console = Console()
    console.print(table)
    console.print(
        f"  overdue {result['overdue']}, {result['seconds']} s, {result.get('positions', '')}", highlight=False
    )
