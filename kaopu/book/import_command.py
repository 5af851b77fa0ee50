"""`kaopu book import` and `kaopu book undo-import`."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - Typer reads the annotations when the command is hung up
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXIT_WITH_REJECTS = 3
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def import_book(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file, or the folder that holds the files.")],
    mapping: Annotated[str, typer.Option(help="berka, lendingclub, taiwan, native, or a TOML file of your own.")],
    strict: Annotated[bool, typer.Option(help="Load nothing where one row is bad.")] = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Take in a loan book. Exit 0 all rows, 2 the file cannot be used (nothing loaded), 3 some rows are rejected."""
    from kaopu.book.opened_book import opened_book

    with opened_book(), progress_bar() as told:
        from kaopu.book.actions.import_book import ImportBook
        from kaopu.book.actions.import_book import import_book as act
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        imported = act(ImportBook(mapping, path, strict), actor(), system_clock().now(), told)
    if imported.repeated:
        typer.echo(f"kaopu: the same was imported before as number {imported.batch}; nothing new was written", err=True)
    _show(asdict(imported), as_json=as_json)
    raise typer.Exit(EXIT_WITH_REJECTS if imported.rejected else 0)


def undo_import(
    batch: Annotated[int, typer.Argument(metavar="BATCH", help="The number that the import answered.")],
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Take an import back whole, while nothing was built on it. Exit 2 says why not."""
    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.book.actions.undo_import import Refusal
        from kaopu.book.actions.undo_import import undo_import as act
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        outcome = act(batch, actor(), system_clock().now())
    if isinstance(outcome, Refusal):
        raise BadInput(f"import {batch}: refused: {outcome}")
    _show(asdict(outcome), as_json=as_json)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr, where a person watches; what to call with (what is done, how much, of how much)."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def told(doing: str, done: int, total: int) -> None:
            if doing not in tasks:
                tasks[doing] = bar.add_task(doing, total=total)
            bar.update(tasks[doing], completed=done, total=total)

        yield told


def _show(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer))
        return
    for name, value in answer.items():
        typer.echo(f"{name.replace('_', ' ')}: {value}")
