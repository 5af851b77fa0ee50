"""The book for the length of a command: Django ready, the database running, its tables up to date."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def opened_book() -> Iterator[None]:
    """Open the book of this home (or of `KAOPU_DATABASE_URL`) and leave nothing running that this command started."""
    from kaopu.kernel.boot import boot
    from kaopu.kernel.database import running_database

    boot()
    with running_database():
        bring_up_to_date()
        yield


def bring_up_to_date() -> None:
    """Create the tables of an empty database, and of an embedded one that is behind; otherwise say what to run."""
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as problem:
        raise BadInput(f"database: {str(problem).strip()}, expected a PostgreSQL that answers") from None
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if os.environ.get("KAOPU_DATABASE_URL") and executor.loader.applied_migrations:
        raise BadInput("database: its tables are behind this version, expected them as `kaopu setup` leaves them")
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)


def debt_named(text: str) -> int:
    """The number of the debt that a person means: `D-12`, an external id, `source/external id`, or a bare number.

    An external id wins over a number: who imported a book knows its debts by the ids of the file.
    """
    from kaopu.book.models import Debt

    if text[:2].upper() == "D-" and text[2:].isdecimal():
        found = Debt.objects.filter(debt_id=int(text[2:]))
    else:
        found = Debt.objects.filter(external_id=text)
        if not found.exists() and "/" in text:
            source, _, external_id = text.partition("/")
            found = Debt.objects.filter(source=source, external_id=external_id)
        if not found.exists() and text.isdecimal():
            found = Debt.objects.filter(debt_id=int(text[:18]))
    numbers = sorted(found.values_list("debt_id", "source"))
    if not numbers:
        raise BadInput(f"debt: {text} given, expected a debt of this book as D-12 or by its external id")
    if len(numbers) > 1:
        known = ", ".join(f"{source}/{text}" for _, source in numbers)
        raise BadInput(f"debt: {text} given, several sources have it: expected one of {known}")
    return int(numbers[0][0])
