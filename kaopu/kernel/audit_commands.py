"""`kaopu audit …`: seal what is new, and read the whole chain again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The audit chain.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


@app.command()
def verify(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Compute every hash again and compare the daily roots. Exit code 1 names the first broken row."""
    from kaopu.kernel.boot import boot_rooms

    boot_rooms("kaopu.kernel")
    from kaopu.kernel import audit

    verdict = audit.verify()
    if as_json:
        typer.echo(json.dumps({"ok": verdict.ok, **asdict(verdict)}))
    else:
        typer.echo(f"{verdict.sealed} rows sealed, {verdict.unsealed} not yet, {verdict.roots} daily roots.")
        broken = verdict.first_broken
        typer.echo(f"Row {broken.sequence} is broken: {broken.why}." if broken else "The chain holds.")
    raise typer.Exit(0 if verdict.ok else 1)


@app.command()
def seal(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Number and chain what is committed and not sealed yet."""
    from kaopu.kernel.boot import boot_rooms

    boot_rooms("kaopu.kernel")
    from kaopu.kernel import audit
    from kaopu.kernel.clock import system_clock

    sealed = audit.seal(system_clock().now())
    typer.echo(json.dumps({"sealed": sealed}) if as_json else f"{sealed} rows sealed.")
