"""The second stage of a close: classes that rest on more than days, where a snapshot has such debts.

Parts are closed by days first. What the stage needs of each is kept on the way; when all are closed, the few debts
whose class changes are classified by the core, their files written again and the sums by class moved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.classification_facts import ClassRules, facts_of, needs_facts, owed, with_proofs
from kaopu.book.core.classification_obligor import classify
from kaopu.book.core.classification_rules import NON_PERFORMING_FROM
from kaopu.book.core.position_columns import FLAG_EXISTS, OUT32, OUT64
from kaopu.book.snapshot import totals
from kaopu.book.snapshot.class_rules import Asked, asked_of, joint_debtors, parties_of, prepared_of
from kaopu.book.snapshot.writer import Writer
from kaopu.book.snapshot.written import read_positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from kaopu.book.core.classification_own import DebtFacts
    from kaopu.book.snapshot.parts import Part
    from kaopu.book.snapshot.replay_part import Columns, Currencies

    Table = NDArray[Any]

_CLASS, _RULE, _FLAGS = OUT32.index("class"), OUT32.index("class_rule"), OUT32.index("flags")


@dataclass(slots=True)
class _Book:
    """What the stage knows of one part: its debts, their obligors, and which are bad by their own facts."""

    debt_id: Table
    party: Table
    is_bad: Table
    joint: dict[int, frozenset[int]]

    def places_of(self, obligors: set[int]) -> Table:
        """Debts that one of these owes."""
        chosen = np.isin(self.party, list(obligors))
        for debt, owing in self.joint.items():
            chosen[np.searchsorted(self.debt_id, debt)] = not owing.isdisjoint(obligors)
        return np.flatnonzero(chosen)

    def obligors(self, places: Iterable[int]) -> set[int]:
        """All who owe these debts."""
        return {each for place in places for each in self.obligors_of(place)}

    def obligors_of(self, place: int) -> frozenset[int]:
        """All who owe the debt at this place."""
        return self.joint.get(int(self.debt_id[place]), frozenset((int(self.party[place]),)))


@dataclass(slots=True)
class ClassStage:
    """Gathers from the parts of a close while they are closed, by several threads."""

    as_of: date
    facts: dict[int, DebtFacts] = field(default_factory=dict)
    following: set[int] = field(default_factory=set)  # obligors of debts that are not retail
    lock: Lock = field(default_factory=Lock)

    def take(
        self, part: Part, columns: Columns, asked: Asked, names: Sequence[str], replayed: tuple[Table, Table]
    ) -> None:
        """Keep the debts of a part whose own past counts, and the obligors whose other debts do."""
        wide, narrow = replayed
        party = parties_of(part)
        joint = joint_debtors(part, columns.debt_id, party, self.as_of)
        places = np.flatnonzero(needs_facts(wide, narrow, asked.upgrade))
        owing = _Book(columns.debt_id, party, np.empty(0), joint)
        rules = _rules(owing, places, columns.currency, names, asked)
        some = facts_of(wide[:, places], narrow[:, places], rules, range(len(places)))
        proven = with_proofs(prepared_of(columns, places), some, self.as_of) if some else []
        exists = narrow[_FLAGS] & FLAG_EXISTS != 0
        following = owing.obligors(np.flatnonzero((asked.retail == 0) & exists))
        with self.lock:
            self.facts |= {each.debt_id: each for each in proven}
            self.following |= following

    def finish(
        self, parts: Sequence[Part], path_of: Callable[[int], Path], currencies: Currencies, sums: Table
    ) -> None:
        """Classify what was kept, write the files of changed debts again, and move `sums` from class to class."""
        if not self.facts and not self.following:
            return
        facts = dict(self.facts)
        if self.following:
            facts |= self._of_obligors(parts, path_of, currencies)
        found = classify(facts.values(), self.as_of)
        changed = {
            debt: (told.class_code, told.binding.code)
            for debt, told in found.items()
            if (told.class_code, told.binding.code) != (facts[debt].class_by_days, facts[debt].rule_by_days)
        }
        writer = Writer()
        for number, part in enumerate(parts) if changed else ():
            _write_again(part, path_of(number), changed, writer, currencies, sums)

    def _of_obligors(
        self, parts: Sequence[Part], path_of: Callable[[int], Path], currencies: Currencies
    ) -> dict[int, DebtFacts]:
        """All debts of the obligors that have a bad one, where some debt follows them."""
        held_back = np.array(sorted(debt for debt, each in self.facts.items() if _is_bad(each, self.as_of)), np.int64)
        books = [self._book(part, path_of(number), held_back) for number, part in enumerate(parts)]
        bad = {each for book in books for each in book.obligors(np.flatnonzero(book.is_bad))} & self.following
        known: set[int] = set()
        while bad - known:  # a debt of two obligors carries it from one to the other
            known = set(bad)
            bad = known.union(*(book.obligors(book.places_of(known)) for book in books))
        told: dict[int, DebtFacts] = {}
        for number, (part, book) in enumerate(zip(parts, books, strict=True)):
            places = book.places_of(known) if known else np.empty(0, np.int64)
            if len(places):
                told |= self._read(part, path_of(number), book, places, currencies)
        return told | self.facts

    def _book(self, part: Part, path: Path, held_back: Table) -> _Book:
        debts = part.rows("debts", ["debt_id", "party_id"])
        all_ids, all_parties = debts.numbers("debt_id"), debts.numbers("party_id")
        joint = joint_debtors(part, all_ids, all_parties, self.as_of)
        debt_id, wide, narrow = _positions(path)
        is_bad = ((narrow[_CLASS] >= NON_PERFORMING_FROM) | np.isin(debt_id, held_back)) & (owed(wide, narrow) > 0)
        here = set(debt_id.tolist()) if joint else set()
        joint = {debt: owing for debt, owing in joint.items() if debt in here}
        return _Book(debt_id, all_parties[np.searchsorted(all_ids, debt_id)], is_bad, joint)

    def _read(self, part: Part, path: Path, book: _Book, places: Table, currencies: Currencies) -> dict[int, DebtFacts]:
        debts = part.rows(
            "debts", ["debt_id", "currency", *(n for n in ("upgrade", "retail") if n in part.names("debts"))]
        )
        rows = np.searchsorted(debts.numbers("debt_id"), book.debt_id[places])
        asked = asked_of(debts) or Asked(np.zeros(len(debts.table), np.int64), np.ones(len(debts.table), np.int8))
        currency = debts.codes("currency", currencies, "an ISO 4217 code")
        _, wide, narrow = _positions(path)
        rules = ClassRules(
            book.debt_id[places],
            [currencies.names[code] for code in currency[rows].tolist()],
            [book.obligors_of(place) for place in places.tolist()],
            asked.upgrade[rows],
            asked.retail[rows],
        )
        return {each.debt_id: each for each in facts_of(wide[:, places], narrow[:, places], rules, range(len(places)))}


def _is_bad(debt: DebtFacts, as_of: date) -> bool:
    """Non-performing by itself, as nothing is known of other lenders in the close of a snapshot."""
    return classify([debt], as_of)[debt.debt_id].class_code >= NON_PERFORMING_FROM


def _rules(owing: _Book, places: Table, currency: Table, names: Sequence[str], asked: Asked) -> ClassRules:
    return ClassRules(
        owing.debt_id[places],
        [names[code] for code in currency[places].tolist()],
        [owing.obligors_of(place) for place in places.tolist()],
        asked.upgrade[places],
        asked.retail[places],
    )


def _positions(path: Path) -> tuple[Table, Table, Table]:
    found = read_positions(path, ["debt_id", *OUT64, *OUT32])
    wide = np.ascontiguousarray(np.array([found[name] for name in OUT64], np.int64))
    narrow = np.ascontiguousarray(np.array([found[name] for name in OUT32], np.int32))
    return np.ascontiguousarray(found["debt_id"], dtype=np.int64), wide, narrow


def _write_again(  # noqa: PLR0917 - one file with all that it moves
    part: Part, path: Path, changed: dict[int, tuple[int, int]], writer: Writer, currencies: Currencies, sums: Table
) -> None:
    debts = part.rows("debts", ["debt_id", "currency"])
    all_ids = debts.numbers("debt_id")
    mine = [debt for debt in changed if _holds(all_ids, debt)]
    if not mine:
        return
    currency = debts.codes("currency", currencies, "an ISO 4217 code")
    debt_id, wide, narrow = _positions(path)
    for debt in mine:
        place, row = int(np.searchsorted(debt_id, debt)), int(np.searchsorted(all_ids, debt))
        class_, rule = changed[debt]
        amounts = int(wide[:4, place].sum()), int(wide[4:8, place].sum())
        totals.move_class(sums[currency[row]], int(narrow[_CLASS, place]), class_, *amounts)
        narrow[_CLASS, place], narrow[_RULE, place] = class_, rule
    unfinished = path.with_suffix(".part")
    writer.write(unfinished, debt_id, wide, narrow)
    unfinished.rename(path)


def _holds(all_ids: Table, debt: int) -> bool:
    place = int(np.searchsorted(all_ids, debt))
    return place < len(all_ids) and int(all_ids[place]) == debt
