"""The command root: `kaopu …`. Rooms bring their own commands; this file only hangs them up and says how they end."""

from __future__ import annotations

import sys

import typer

from kaopu.kernel.core.errors import BadInput

EXIT_BAD_INPUT = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="kaopu (靠谱): the risk life of pay-later and enterprise credit.",
)


@app.callback()
def _root() -> None:
    # Without a callback Typer takes an app that holds one command for that command, and `quote` for its argument.
    pass


def _hang_up_rooms() -> None:
    # Only the named room is imported: `kaopu quote` must not pay for Numba or Django (measured: 0.8 s and 0.4 s).
    wanted = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    from kaopu.cli.rooms import ROOMS, load

    for name in ROOMS:
        if wanted is None or wanted not in ROOMS or wanted == name:
            load(app, name)


def run() -> None:
    """Entry point of the `kaopu` command."""
    _hang_up_rooms()
    try:
        app()
    except BadInput as problem:
        sys.stderr.write(f"kaopu: {problem}\n")
        sys.exit(EXIT_BAD_INPUT)


if __name__ == "__main__":
    run()
