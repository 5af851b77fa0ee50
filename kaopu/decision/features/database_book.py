"""Features of the book in PostgreSQL: its snapshot is brought up to date, then read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.actions.refresh_snapshot import held, refresh_held, snapshot_folder
from kaopu.decision.features.accounts import accounts_of
from kaopu.decision.features.book import Written, features_of_book

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from pathlib import Path

    from kaopu.decision.core.features.feature import Feature
    from kaopu.decision.features.book import Progress


def features_of_database(
    as_of: date,
    out: Path,
    *,
    known_at: datetime | None = None,
    features: Iterable[Feature] | None = None,
    progress: Progress | None = None,
) -> Written:
    """`features_of_book` over this database, revolving accounts included."""
    folder = snapshot_folder()
    with held(folder):
        refresh_held(folder)
        return features_of_book(
            folder,
            as_of,
            out,
            known_at=known_at,
            features=features,
            revolving=accounts_of(None, as_of, known_at),
            progress=progress,
        )
