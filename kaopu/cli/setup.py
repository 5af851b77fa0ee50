"""`kaopu setup`: everything that would otherwise make a first start or a first request wait."""

from __future__ import annotations

from typing import Annotated

import typer


def setup(
    only_compile: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--only-compile", help="Compile the kernels; touch no data.")
    ] = False,
) -> None:
    """Compile the kernels, bring the tables up to date, collect static files. Safe to repeat."""
    from kaopu.cli import prepare

    prepare.compile_kernels()
    if only_compile:
        return
    from django.core.management import call_command

    from kaopu.kernel.boot import boot
    from kaopu.kernel.database import running_database

    boot()
    with running_database():
        call_command("migrate", interactive=False, verbosity=0)
    prepare.static_files()
