"""`kaopu backup` and `kaopu restore`: everything of a home into one file, and into an empty home again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="File whose first line seals the backup, the key ring included.")
]


def backup(
    file: Annotated[Path, typer.Argument(help="File to write; it must not exist yet.")],
    passphrase_file: PassphraseFile = None,
    without_keys: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--without-keys", help="Not sealed, and without the key ring, which you copy yourself.")
    ] = False,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Copy everything as it is at one moment, while others go on working."""
    if (passphrase_file is None) != without_keys:
        raise BadInput(
            "backup: give --passphrase-file FILE, and the keys go along sealed; or --without-keys, and copy"
            " keys/vault.json of the home to another place yourself: without it no name or phone can be read again"
        )
    from kaopu.book.opened_book import opened_book
    from kaopu.kernel.backup.sealing import read_passphrase

    passphrase = read_passphrase(passphrase_file) if passphrase_file else None
    started = perf_counter()
    with opened_book():
        from kaopu.kernel.backup.dump import dump
        from kaopu.kernel.boot import actor
        from kaopu.kernel.clock import system_clock

        made = dump(file, passphrase, actor(), system_clock().now(), _tell)
    answer = {
        "file": str(file), "backup": made.backup_id, "tables": made.tables, "rows": made.rows, "files": made.files,
        "bytes": made.bytes, "sealed": passphrase is not None, "seconds": round(perf_counter() - started, 3),
    }  # fmt: skip
    words = f"{made.rows:,} rows of {made.tables} tables in {made.bytes:,} bytes: {file}"
    if without_keys:
        words += "\nThe keys are not in it: copy keys/vault.json of the home to another place."
    _say(answer, words, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="A file made by `kaopu backup`.")],
    passphrase_file: PassphraseFile = None,
    keys: Annotated[Path | None, typer.Option(help="The key ring, for a backup made without it.")] = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Put a backup into an empty home (KAOPU_HOME). Killed on the way: run it again."""
    from kaopu.kernel.backup import archive, opening, unfinished
    from kaopu.kernel.backup.sealing import read_passphrase

    started = perf_counter()
    found = archive.opened(file)
    begun = unfinished.marked()
    if begun is None:
        unfinished.expect_empty()
    elif begun != found.manifest["backup"]:
        raise BadInput(f"home: the restore of backup {begun} has not ended, expected its file")
    seal = opening.seal_of(found, read_passphrase(passphrase_file) if passphrase_file else None)
    ring = opening.ring_of(found, seal, keys)
    found.check(_percent())
    from kaopu.kernel.boot import actor, boot
    from kaopu.kernel.clock import system_clock
    from kaopu.kernel.database import running_database

    unfinished.mark(found.manifest["backup"])
    boot(restoring=True)
    from kaopu.kernel.backup import load

    with running_database():
        try:
            load.expect_ready(found, begun=begun is not None)
        except BadInput:
            if begun is None:
                unfinished.clear()  # nothing was put anywhere
            raise
        opening.put_keys(ring)
        done = load.load(found, seal, actor(), system_clock().now(), _tell)
        unfinished.clear()
        _bring_forward()
    answer = {
        "backup": found.manifest["backup"], "made_at": found.manifest["made_at"], "tables": done.tables,
        "rows": done.rows, "files": done.files, "seconds": round(perf_counter() - started, 3),
    }  # fmt: skip
    _say(answer, f"{done.rows:,} rows of {done.tables} tables are back. Prove it: kaopu book verify", as_json=as_json)


def _bring_forward() -> None:
    """Tables of an earlier release as this one wants them; roles get the rights that are new."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)


def _tell(table: str, rows: int) -> None:
    sys.stderr.write(f"  {table} {rows:,}\n")
    sys.stderr.flush()


def _percent() -> Callable[[int, int], None]:
    shown = -1

    def tell(done: int, of: int) -> None:
        nonlocal shown
        if (share := 100 * done // max(of, 1)) // 10 != shown:
            shown = share // 10
            sys.stderr.write(f"  hashes compared: {share} %\n")

    return tell


def _say(answer: dict[str, Any], words: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(answer) if as_json else words)
