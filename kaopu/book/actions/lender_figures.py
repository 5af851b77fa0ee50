"""The lender's figures and the loss forecast of the book on a day, with the classes that a close of that day gives."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kaopu.book.actions.refresh_snapshot import held, refresh_held, snapshot_folder
from kaopu.book.snapshot.lender_report import closed_report, empty_report
from kaopu.kernel import database

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.snapshot.lender_report import Rates


def book_figures(as_of: date, rates: Rates | None = None) -> dict[str, Any]:
    """`figures` and `forecast` of the database. The current close and its files stay as they are."""
    folder = snapshot_folder()
    with held(folder), TemporaryDirectory(dir=database.home(), prefix="figures-") as out:
        if refresh_held(folder).buckets == 0:
            return empty_report(as_of, rates)
        return closed_report(folder, as_of, Path(out), rates)
