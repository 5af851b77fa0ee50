"""Differences of cumulative sums as journal rows: for each debt that moved, the causes that moved and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.ledger.core.cause import BY_NAME, CAUSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Amounts = NDArray[np.int64]

CODES = np.array([cause.code for cause in CAUSES], np.int16)
PLACE_OF_CODE = np.full(max(cause.code for cause in BY_NAME.values()) + 1, -1, np.int64)
PLACE_OF_CODE[CODES] = np.arange(len(CODES))


@dataclass(frozen=True, slots=True)
class Entries:
    """Rows of several debts laid end to end: row k has `amounts[starts[k]:starts[k + 1]]` under `codes` of that range.

    `places` are the debts' places in the columns that the rows came from.
    """

    places: NDArray[np.int64]
    starts: NDArray[np.int32]
    codes: NDArray[np.int16]
    amounts: Amounts


def entries(difference: Amounts) -> Entries:
    """Rows for a table of differences with one column a debt; debts without any have no row."""
    debts, causes = np.nonzero(difference.T)
    counts = np.bincount(debts, minlength=difference.shape[1])
    places = np.flatnonzero(counts)
    starts = np.zeros(len(places) + 1, np.int32)
    np.cumsum(counts[places], out=starts[1:])
    return Entries(places, starts, CODES[causes], difference[causes, debts])


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted so far, a line for each debt and cause, sorted by debt; several lines of one pair add up."""

    debt_id: NDArray[np.int64]
    place: NDArray[np.int64]
    amount: Amounts

    def sums(self, debt_id: NDArray[np.int64]) -> Amounts:
        """The posted sums of these debts (sorted, each once), one column a debt."""
        found = np.zeros((len(CAUSES), len(debt_id)), np.int64)
        if len(debt_id):
            first = int(np.searchsorted(self.debt_id, debt_id[0]))
            last = int(np.searchsorted(self.debt_id, debt_id[-1], side="right"))
            ids = self.debt_id[first:last]
            column = np.minimum(np.searchsorted(debt_id, ids), len(debt_id) - 1)
            known = debt_id[column] == ids
            np.add.at(found, (self.place[first:last][known], column[known]), self.amount[first:last][known])
        return found


def posted(debt_id: NDArray[np.int64], code: NDArray[np.int16], amount: Amounts) -> Posted:
    """The same, from lines in any order under the codes of their causes."""
    order = np.argsort(debt_id, kind="stable")
    return Posted(debt_id[order], PLACE_OF_CODE[code[order]], amount[order])
