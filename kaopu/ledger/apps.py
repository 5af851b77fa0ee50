"""The room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger: a double-entry journal out of cumulative counters, chart of accounts, trial balance."""

    name = "kaopu.ledger"
    label = "ledger"
