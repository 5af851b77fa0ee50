"""Cash expected: what falls due by contract on each of the next days, less what was paid ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]


def cash_expected(  # noqa: PLR0917 - columns in the order of the table
    as_of_day: int, debt: Values, due_on: Values, asked: Values, not_yet_due: Values, days: int
) -> NDArray[np.int64]:
    """Minor units falling due on each of `days` days from the day after the as-of day on.

    Args:
        as_of_day: day number.
        debt: place of the debt of each instalment in force, ascending.
        due_on: its due day, ascending inside a debt.
        asked: what it asked by contract: principal, interest and fee.
        not_yet_due: for each debt, what it still owes on instalments due after the as-of day; 0 after a charge-off.
        days: how far to look.

    A debt that owes less than its coming instalments ask has paid ahead; money goes to the next instalment first, so
    the difference is taken from its first coming ones. It assumes neither late payers nor early ones.
    """
    coming = due_on > as_of_day
    debt, due_on, asked = debt[coming], due_on[coming], asked[coming]
    reached = np.cumsum(asked)
    first = np.searchsorted(debt, debt, side="left")
    reached_before_debt = (reached - asked)[first] if len(first) else reached
    all_asked = np.zeros(len(not_yet_due), np.int64)
    np.add.at(all_asked, debt, asked)
    ahead = (all_asked - not_yet_due)[debt]
    rest = np.clip(reached - reached_before_debt - ahead, 0, asked)
    expected = np.zeros(days, np.int64)
    place = due_on.astype(np.int64) - as_of_day - 1
    np.add.at(expected, place[place < days], rest[place < days])
    return expected
