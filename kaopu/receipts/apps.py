"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    """Receipts: money from the bank, matched to debts, held in suspense or returned."""

    name = "kaopu.receipts"
    label = "receipts"
