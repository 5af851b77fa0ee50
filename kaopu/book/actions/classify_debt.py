"""The class of a debt with every rule that holds: its own past, and what its obligors owe beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book import store
from kaopu.book.core.classification_debtors import DebtorEvent, obligors_on
from kaopu.book.core.classification_facts import ClassRules, facts_of, needs_facts, with_proofs
from kaopu.book.core.classification_obligor import classify
from kaopu.book.core.history import prepare_all
from kaopu.book.core.position import position, replayed
from kaopu.book.models import Debt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from kaopu.book.core.classification_obligor import Classification, Told
    from kaopu.book.core.classification_own import DebtFacts


def classify_debt(debt: Debt, as_of: date, elsewhere: Told | None = None) -> Classification:
    """The class of one debt at the end of a day.

    `elsewhere` tells by obligor (number of a party) and currency what is owed to other lenders; the book itself does
    not know, and says so.
    """
    return classify_debts([debt], as_of, elsewhere)[debt.debt_id]


def position_json(debt: Debt, as_of: date) -> dict[str, Any]:
    """The keys of `kaopu book position`, with the class by every rule."""
    told = classify_debt(debt, as_of)
    answer = position(store.history(debt), as_of).as_json()
    return {
        **answer,
        "class": told.class_,
        "class_reason": told.binding.sentence,
        "class_rules": told.as_json(),
        "class_notes": list(told.notes),
    }


def classify_debts(debts: Sequence[Debt], as_of: date, elsewhere: Told | None = None) -> dict[int, Classification]:
    """The classes of these debts and of all debts whose class hangs on them, by number."""
    owing = _Owing(as_of)
    known = owing.with_obligors_debts(debts)
    return classify(_facts([known[number] for number in sorted(known)], owing, as_of), as_of, elsewhere)


def classes_beyond_days(debts: Sequence[Debt], as_of: date) -> dict[int, Classification]:
    """The same where any of them asks for more than days past due, or may infect one that does; otherwise nothing."""
    if any(debt.upgrade or not debt.retail for debt in debts) or Debt.objects.filter(retail=False).exists():
        return classify_debts(debts, as_of)
    return {}


class _Owing:
    """Who owes which debt at the end of a day."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of
        self._events: dict[int, list[DebtorEvent]] = {}
        for row in store.debtor_events():
            party = (row.payload or {}).get("party_id")
            event = DebtorEvent(row.on, row.event_id, row.kind, party, row.reverses_id or 0)
            self._events.setdefault(row.debt_id, []).append(event)

    def obligors(self, debt: Debt) -> frozenset[int]:
        """Numbers of the parties that owe the debt."""
        return obligors_on(debt.party_id, self._events.get(debt.debt_id, ()), self._as_of)

    def with_obligors_debts(self, debts: Iterable[Debt]) -> dict[int, Debt]:
        """These debts, and every debt of their obligors where one of those follows the others."""
        known = {debt.debt_id: debt for debt in debts}
        asked, waiting = set(), {each for debt in known.values() for each in self.obligors(debt)}
        while waiting := waiting - asked:
            asked |= waiting
            ring = [debt for debt in self._debts_of(waiting) if debt.debt_id not in known]
            known |= {debt.debt_id: debt for debt in ring}
            waiting = {each for debt in ring for each in self.obligors(debt)}
        return known

    def _debts_of(self, parties: set[int]) -> list[Debt]:
        """Debts that one of these owes, where some debt that is not retail is among them."""
        joint = [debt for debt, events in self._events.items() if any(each.party_id in parties for each in events)]
        found = {debt.debt_id: debt for debt in Debt.objects.filter(debt_id__in=joint)}
        following = Debt.objects.filter(party_id__in=parties, retail=False).values_list("party_id", flat=True)
        wanted = parties if any(not debt.retail for debt in found.values()) else set(following)
        found |= {debt.debt_id: debt for debt in Debt.objects.filter(party_id__in=wanted)}
        return [debt for debt in found.values() if self.obligors(debt) & parties]


def _facts(debts: Sequence[Debt], owing: _Owing, as_of: date) -> list[DebtFacts]:
    histories = list(store.histories(debts))
    wide, narrow = replayed(prepare_all(histories), as_of, extended=True)
    upgrade = np.array([debt.upgrade for debt in debts], np.int64)
    rules = ClassRules(
        np.array([debt.debt_id for debt in debts]),
        [debt.currency for debt in debts],
        [owing.obligors(debt) for debt in debts],
        upgrade,
        np.array([debt.retail for debt in debts]),
    )
    told = facts_of(wide, narrow, rules, range(len(debts)))
    places = np.flatnonzero(needs_facts(wide, narrow, upgrade)).tolist()
    if places:
        proven = with_proofs(prepare_all([histories[place] for place in places]), [told[n] for n in places], as_of)
        for place, debt in zip(places, proven, strict=True):
            told[place] = debt
    return told
