"""What revolving accounts say of a party: whole numbers, one a party, beside those of debts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Values = NDArray[Any]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Sums over the accounts of one party. Money is minor units, cut to one currency by whoever reads the accounts.

    `statements`: those of 365 days whose due day has come and that asked for something; of them
    `minimum_only`: paid by the due day was at least the minimum and at most 110 % of it, and less than all;
    `paid_full`: all of it was. `limit` 0: no account states one.
    """

    accounts: int = 0
    limit: int = 0
    owed: int = 0
    owed_with_limit: int = 0
    statements: int = 0
    minimum_only: int = 0
    paid_full: int = 0
    days_past_due: int = 0
    currencies: int = 0

    def plus(self, other: AccountFacts) -> AccountFacts:
        """Both together: sums, but the most days past due."""
        mine = {each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        return AccountFacts(**mine | {"days_past_due": max(self.days_past_due, other.days_past_due)})


@dataclass(frozen=True, slots=True, eq=False)
class RevolvingFacts:
    """Columns of AccountFacts, int64[parties] each."""

    columns: dict[str, Values]

    def __getitem__(self, name: str) -> Values:
        """One column."""
        return self.columns[name]


def columns_for(parties: Sequence[int], known: Mapping[int, AccountFacts]) -> RevolvingFacts:
    """The facts of these parties, in their order; none for a party without an account."""
    nothing = AccountFacts()
    rows = [known.get(party, nothing) for party in parties]
    return RevolvingFacts(
        {each.name: np.array([getattr(row, each.name) for row in rows], np.int64) for each in fields(AccountFacts)}
    )
