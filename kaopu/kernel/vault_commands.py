"""`kaopu vault …`: change the key that seals personal data."""

from __future__ import annotations

import json
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The vault of personal data.")


@app.callback()
def _group() -> None:
    # One command alone would otherwise become the group itself.
    pass


@app.command()
def rotate(
    resume: Annotated[bool, typer.Option("--resume", help="Add no key; finish with the newest one.")] = False,  # noqa: FBT002 - a flag
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Put a new key on the ring and seal everything with it. Killed on the way: run again with --resume."""
    from kaopu.kernel.boot import actor, boot

    boot()
    from kaopu.kernel import vault
    from kaopu.kernel.actions import rotate_keys
    from kaopu.kernel.clock import system_clock

    values = rotate_keys.rotate(system_clock().now(), actor(), new_key=not resume)
    key = vault.ring().current
    typer.echo(json.dumps({"key": key, "values": values}) if as_json else f"{values} values sealed with key {key}.")
