"""The book as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class BookConfig(AppConfig):
    """Products, debts, schedule versions, events, closes and their positions."""

    name = "kaopu.book"
    label = "book"

    def ready(self) -> None:
        """Say until when borrowers must be kept."""
        from kaopu.book import kept_parties
        from kaopu.party import keeping

        keeping.register("book", kept_parties.keep_until)
