"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class RevolvingConfig(AppConfig):
    """Revolving accounts: terms, postings and the monthly statements that follow from them."""

    name = "kaopu.revolving"
    label = "revolving"

    def ready(self) -> None:
        """Say until when holders of accounts must be kept."""
        from kaopu.party import keeping
        from kaopu.revolving import kept_parties

        keeping.register("revolving", kept_parties.keep_until)
