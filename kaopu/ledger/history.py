"""The book's sums on a day out of its history alone: what a first posting of that day would book now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.actions.refresh_snapshot import held, refresh_held, snapshot_folder
from kaopu.ledger import book_sums, sources, store
from kaopu.ledger.book_sums import Day
from kaopu.ledger.classes import classes_on
from kaopu.ledger.core.cause import CAUSES

if TYPE_CHECKING:
    from datetime import date


def sums_on(days: tuple[date, ...]) -> list[dict[str, dict[int, int]]]:
    """Sums of the book at the end of each day, by what is known now, receipts in suspense included."""
    folder, rates = snapshot_folder(), store.chart_in_force().rates
    asked = [Day(day, rates, classes_on(day)) for day in days]
    with held(folder):
        refresh_held(folder)
        found = book_sums.totals(folder, asked)
    return [
        _with_sources(
            {
                currency: {c.code: amount for c, amount in zip(CAUSES, sums.tolist(), strict=True) if amount}
                for currency, sums in by_currency.items()
            },
            day,
        )
        for day, by_currency in zip(days, found, strict=True)
    ]


def _with_sources(found: dict[str, dict[int, int]], day: date) -> dict[str, dict[int, int]]:
    for currency, codes in sources.sums_at(day).items():
        found.setdefault(currency, {}).update({code: amount for code, amount in codes.items() if amount})
    return found
