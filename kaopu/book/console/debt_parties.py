"""Who owes a debt and who owns the claim on a day, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.book.console.debts import person_words
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.parties_of_debt import debtors_on
from kaopu.kernel.console import figures
from kaopu.party import store as party_store

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.console.debt_history import DebtRows


@dataclass(frozen=True, slots=True)
class Debtor:
    """One who owes, and how that came."""

    party_id: int
    name: str
    words: str


def debtors(found: DebtRows, as_of: date) -> tuple[Debtor, ...]:
    """Those who owe at the end of a day, the first debtor first; empty while the borrower alone owes, as booked."""
    events = [event for event in found.happened() if event.on <= as_of]
    owing = debtors_on(found.debt.party_id, events, as_of)
    if owing == (found.debt.party_id,):
        return ()
    came = {found.debt.party_id: _("first debtor")}
    for event in events:
        party = (event.payload or {}).get("party_id")
        day = {"day": figures.day(event.on)}
        if event.kind == EventKind.ASSUMPTION:
            came[party] = _("took the debt over on %(day)s") % day
        elif event.kind == EventKind.JOINING:
            came.setdefault(party, _("joined on %(day)s") % day)
    names = party_store.masked(owing)
    return tuple(Debtor(party, person_words(names.get(party), party), came[party]) for party in owing)
