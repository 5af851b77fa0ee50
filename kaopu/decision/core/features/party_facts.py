"""Facts of parties: their debts' observations brought together, and what needs the debts one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.history import day_number
from kaopu.decision.core.features.merging import merge
from kaopu.decision.core.features.observation import FIRST_MAXIMUM, FIRST_MINIMUM, LATEST, NONE, PLACES, WIDTH
from kaopu.decision.core.features.observe import observe

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from kaopu.decision.core.features.book_columns import BookColumns
    from kaopu.decision.core.features.revolving_facts import RevolvingFacts

    Values = NDArray[Any]
    Table = NDArray[np.int64]

DETAILS = ("party", "begun", "lent", "category", "merchant", "product")


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """What some debts say of their parties: `sums` int64[parties, WIDTH], `details` int64[6, debts] as DETAILS."""

    party_id: Table
    sums: Table
    details: Table


def partial(columns: BookColumns, as_of: date, room: Table | None = None) -> Partial:
    """Observe debts and bring them together by party. Debts that begin after the day are left out.

    `room` int64[debts or more, WIDTH] is written instead of fresh memory; the answer lies in it then.
    """
    begun = columns.of_kernel[1] <= day_number(as_of)
    party_id, places = np.unique(columns.party_id, return_inverse=True)
    sums = np.empty((len(party_id), WIDTH), np.int64) if room is None else room[: len(party_id)]
    observe(columns, as_of, places.reshape(-1).astype(np.int64), sums)
    details = np.array(
        [
            columns.party_id,
            columns.of_kernel[1],
            columns.of_kernel[2],
            columns.category,
            columns.merchant,
            columns.product,
        ],
        np.int64,
    )[:, begun]
    kept = sums[:, PLACES["debts"]] > 0
    if kept.all():
        return Partial(party_id, sums, details)
    return Partial(party_id[kept], np.ascontiguousarray(sums[kept]), details)


def together(parts: list[Partial]) -> Partial:
    """Parts of a book as one."""
    if len(parts) == 1:
        return parts[0]
    party_id = np.unique(np.concatenate([each.party_id for each in parts]))
    whole = nothing(party_id)
    for each in parts:
        merge(each.sums, np.searchsorted(party_id, each.party_id).astype(np.int64), whole.sums)
    return Partial(party_id, whole.sums, np.concatenate([each.details for each in parts], axis=1))


def nothing(party_id: Table) -> Partial:
    """Parties without a debt."""
    sums = np.zeros((len(party_id), WIDTH), np.int64)
    sums[:, FIRST_MAXIMUM:FIRST_MINIMUM] = NONE
    sums[:, FIRST_MINIMUM:] = LATEST
    return Partial(party_id, sums, np.empty((len(DETAILS), 0), np.int64))


@dataclass(slots=True, eq=False)
class PartyFacts:
    """What features are computed from; `facts["outstanding"]` is one whole number a party."""

    as_of_day: int
    parts: Partial
    revolving: RevolvingFacts | None = None
    _groups: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Values:
        """One column of observation.NAMES."""
        column: Values = self.parts.sums[:, PLACES[name]]
        return column

    def __len__(self) -> int:
        """How many parties."""
        return len(self.parts.party_id)

    def block(self, first: str, count: int) -> Values:
        """`count` columns from `first` on: int64[parties, count]."""
        place = PLACES[first]
        rows: Values = self.parts.sums[:, place : place + count]
        return rows

    @property
    def in_one_currency(self) -> NDArray[np.bool_]:
        """Whether amounts of the party can be added up. A party without a debt has nothing to add."""
        if "one" not in self._groups:
            self._groups["one"] = (self["currency_low"] == self["currency_high"]) | (self["debts"] == 0)
        one: NDArray[np.bool_] = self._groups["one"]
        return one

    def spend_by(self, what: str) -> tuple[Values, Values, Values]:
        """Amounts lent by party and `category`, `merchant` or `product`: places of parties, amounts, counts.

        Sorted by party, then amount, so that sums of fractions do not depend on how names are coded. Debts without
        the name are left out.
        """
        if what not in self._groups:
            codes = self.parts.details[DETAILS.index(what)]
            told = codes >= 0
            party = np.searchsorted(self.parts.party_id, self.parts.details[0][told])
            codes, lent = codes[told], self.parts.details[2][told]
            order = np.lexsort((codes, party))
            party, codes, lent = party[order], codes[order], lent[order]
            new = np.ones(len(party), np.bool_)
            new[1:] = (party[1:] != party[:-1]) | (codes[1:] != codes[:-1])
            starts = np.flatnonzero(new)
            amounts = np.add.reduceat(lent, starts) if len(starts) else lent
            counts = np.diff(np.append(starts, len(party)))
            party = party[starts]
            order = np.lexsort((amounts, party))
            self._groups[what] = (party[order], amounts[order], counts[order])
        found: tuple[Values, Values, Values] = self._groups[what]
        return found

    def longest_gap(self) -> Values:
        """Most days between the starts of two debts that follow each other; -1 with fewer than two."""
        party = np.searchsorted(self.parts.party_id, self.parts.details[0])
        order = np.lexsort((self.parts.details[1], party))
        party, begun = party[order], self.parts.details[1][order]
        longest = np.full(len(self), -1, np.int64)
        same = party[1:] == party[:-1]
        np.maximum.at(longest, party[1:][same], (begun[1:] - begun[:-1])[same])
        return longest
