"""Whose other debts a class follows: all who owe at the end of a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.book.core.parties_of_debt import debtors_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class DebtorEvent:
    """An assumption or a joining with its party, or a reversal; other events of the debt may be left out."""

    on: date
    event_id: int
    kind: str
    party_id: int | None = None
    reverses: int = 0

    @property
    def payload(self) -> Mapping[str, Any] | None:
        """As `debtors_on` asks for it."""
        return None if self.party_id is None else {"party_id": self.party_id}


def obligors_on(borrower: int, events: Iterable[DebtorEvent], on: date) -> frozenset[int]:
    """Numbers of all who owe at the end of the day, by what is known on it."""
    known = sorted((event for event in events if event.on <= on), key=lambda event: (event.on, event.event_id))
    gone: set[int] = set()
    for event in reversed(known):  # whatever takes a reversal back stands after it
        if event.reverses and event.event_id not in gone:
            gone.add(event.reverses)
    return frozenset(debtors_on(borrower, [event for event in known if event.event_id not in gone], on))
