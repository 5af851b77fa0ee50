"""The rows of one posting: part by part of the book, what lies between two days, and what closed days no longer say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from kaopu.book.snapshot.replay_part import Currencies
from kaopu.ledger import book_sums, journal_rows, sources, store
from kaopu.ledger.core.cause import CAUSES
from kaopu.ledger.core.entries import Posted, entries
from kaopu.ledger.models import CORRECTION, OWN, RunTotal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kaopu.ledger.book_sums import Day, PartSums

    Amounts = NDArray[np.int64]
    Progress = Callable[[int, int], None]

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Before:
    """What the posting before left: its day, what is posted of the debts that are compared, and why they are.

    `earliest`: debts with new rows and the earliest day those speak of. `gone`: debts that are no longer in the book,
    with their currency and the day they were posted first. `compared`: further debts to compare; None: all.
    """

    as_of: date
    posted: Posted
    earliest: dict[int, date]
    gone: dict[int, tuple[str, date]]
    compared: Sequence[int] | None = ()


@dataclass(slots=True)
class Posting:
    """One posting in the making, inside the caller's transaction."""

    run_id: int
    before: Before | None
    currencies: Currencies = field(default_factory=Currencies)
    sums: dict[int, dict[int, Amounts]] = field(default_factory=lambda: {OWN: {}, CORRECTION: {}})
    counts: dict[int, int] = field(default_factory=lambda: {OWN: 0, CORRECTION: 0})
    seen: int = 0

    def write(self, folder: Path, days: Sequence[Day], total: int, progress: Progress | None) -> None:
        """Append the rows of every debt. `days`: the day of the posting before, where there is one, and its own."""
        for part in book_sums.part_sums(folder, days, self.currencies):
            self._part(part)
            if progress:
                progress(min(self.seen, total), total)
        if self.before is not None:
            self._reverse_gone(self.before)

    def totals(self, as_of: date) -> list[RunTotal]:
        """Sums by currency, nature and cause, those of other rooms included; not written yet."""
        found = [
            self._total(self.currencies.names[code], nature, cause.code, amount)
            for nature, by_currency in self.sums.items()
            for code, amounts in by_currency.items()
            for cause, amount in zip(CAUSES, amounts.tolist(), strict=True)
            if amount
        ]
        return found + self._totals_of_sources(as_of)

    def _part(self, part: PartSums) -> None:
        self.seen += part.count
        names = np.array([*self.currencies.names, ""])[part.currency]
        own = part.sums[-1]
        if self.before is not None:
            own = own - part.sums[0]
            self._correct(self.before, part, names)
        rows = entries(own)
        journal_rows.append(self.run_id, OWN, rows, part.debt_id, names)
        self._add(OWN, own, part.currency, len(rows.places))

    def _correct(self, before: Before, part: PartSums, names: NDArray[np.str_]) -> None:
        """What the day of the posting before says now, less what was posted."""
        for debt in [debt for debt in before.gone if _holds(part.debt_id, debt)]:
            del before.gone[debt]  # taken out since the snapshot was made: the next posting books it back
        chosen = _compared(part.debt_id, before)
        ids = part.debt_id[chosen]
        found = part.sums[0][:, chosen] - before.posted.sums(ids)
        rows = entries(found)
        journal_rows.append(self.run_id, CORRECTION, rows, ids, names[chosen], _effective(ids, before))
        self._add(CORRECTION, found, part.currency[chosen], len(rows.places))

    def _reverse_gone(self, before: Before) -> None:
        """Debts that an undone import took along: what was posted of them is posted back."""
        if not before.gone:
            return
        ids = np.array(sorted(before.gone), np.int64)
        names = np.array([before.gone[debt][0] for debt in ids.tolist()])
        codes = np.array([self._currency(name) for name in names.tolist()], np.int8)
        found = -before.posted.sums(ids)
        rows = entries(found)
        days = np.array([_number(before.gone[debt][1]) for debt in ids.tolist()], np.int32)
        journal_rows.append(self.run_id, CORRECTION, rows, ids, names, days)
        self._add(CORRECTION, found, codes, len(rows.places))

    def _currency(self, name: str) -> int:
        return self.currencies.get(name, -1)

    def _add(self, nature: int, found: Amounts, currency: NDArray[np.int8], rows: int) -> None:
        self.counts[nature] += rows
        if rows:
            book_sums.add_by_currency(self.sums[nature], found, currency)

    def _totals_of_sources(self, as_of: date) -> list[RunTotal]:
        now = sources.sums_at(as_of)
        start = sources.sums_at(self.before.as_of) if self.before else {}
        booked = store.source_sums() if self.before else {}
        found = []
        for currency in sorted({*now, *start, *booked}):
            mine = [each.get(currency, {}) for each in (now, start, booked)]
            for code in sorted({code for each in mine for code in each}):
                at_end, at_start, posted = (each.get(code, 0) for each in mine)
                found += [
                    self._total(currency, nature, code, amount)
                    for nature, amount in ((OWN, at_end - at_start), (CORRECTION, at_start - posted))
                    if amount
                ]
        return found

    def _total(self, currency: str, nature: int, code: int, amount: int) -> RunTotal:
        return RunTotal(run_id=self.run_id, currency=currency, nature=nature, code=code, amount=amount)


def _compared(debt_id: NDArray[np.int64], before: Before) -> NDArray[np.int64]:
    """Places of the debts whose closed days are compared with what was posted."""
    if before.compared is None:
        return np.arange(len(debt_id))
    chosen = np.array([*before.earliest, *before.compared], np.int64)
    return np.flatnonzero(np.isin(debt_id, chosen))


def _effective(debt_id: NDArray[np.int64], before: Before) -> NDArray[np.int32]:
    """The day that a correction reaches back to; the posting's before where no new row says an earlier one."""
    return np.array(
        [_number(min(before.earliest.get(debt, before.as_of), before.as_of)) for debt in debt_id.tolist()], np.int32
    )


def _holds(debt_id: NDArray[np.int64], debt: int) -> bool:
    place = int(np.searchsorted(debt_id, debt))
    return place < len(debt_id) and debt_id[place] == debt


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH
