"""Sums that other rooms keep (receipts, revolving accounts): the journal books them beside the debts, by currency.

A room calls `register` in its `AppConfig.ready`. Its function answers, for the end of a day and by what is known now,
the cumulative sums by currency and cause (the names of `SOURCE_CAUSES`), in minor units: never balances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.ledger.core.cause import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    Sums = dict[str, dict[str, int]]

_sources: dict[str, Callable[[date], Sums]] = {}


def register(name: str, sums: Callable[[date], Sums]) -> None:
    """Book what `sums` answers."""
    _sources[name] = sums


def sums_at(as_of: date) -> dict[str, dict[int, int]]:
    """Sums of all sources at the end of a day, by currency and code of the cause."""
    found: dict[str, dict[int, int]] = {}
    for source in _sources.values():
        for currency, by_cause in source(as_of).items():
            mine = found.setdefault(currency, {})
            for name, amount in by_cause.items():
                code = BY_NAME[name].code
                mine[code] = mine.get(code, 0) + amount
    return found
