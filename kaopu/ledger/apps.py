"""The room as Django sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.actions.refresh_snapshot import Refreshed


class LedgerConfig(AppConfig):
    """The ledger: a double-entry journal out of cumulative counters, chart of accounts, trial balance."""

    name = "kaopu.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Take part in the proof of the book, and book what other rooms keep sums of."""
        from kaopu.book import further_checks
        from kaopu.ledger import sources

        further_checks.register("ledger_balanced", _ledger_faults)
        sources.register("receipts", _receipts)
        sources.register("revolving", _revolving)


def _ledger_faults(refreshed: Refreshed) -> list[str]:
    # Late: what it needs takes a moment to import, and most commands never ask.
    from kaopu.ledger.verification import ledger_faults

    return ledger_faults(refreshed)


def _receipts(as_of: date) -> dict[str, dict[str, int]]:
    from kaopu.receipts.store import received_totals

    return {
        currency: {f"receipts_{name}": amount for name, amount in totals.items()}
        for currency, totals in received_totals(as_of).items()
    }


def _revolving(as_of: date) -> dict[str, dict[str, int]]:
    from kaopu.ledger.revolving_sums import revolving_sums

    return revolving_sums(as_of)
