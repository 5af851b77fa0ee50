"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    """Receipts: money from the bank, matched to debts, held in suspense or returned."""

    name = "kaopu.receipts"
    label = "receipts"

    def ready(self) -> None:
        """Name the sealed columns, so that a rotation of keys reaches them."""
        from kaopu.kernel.actions import rotate_keys
        from kaopu.receipts.models import SEALED

        for column in SEALED:
            rotate_keys.register("receipts_receipt", column)
