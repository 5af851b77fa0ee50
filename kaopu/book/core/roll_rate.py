"""Roll rates: where the balance of each overdue bucket stood a period later, payoffs and charge-offs apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.classification import BUCKETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]
    Amounts = NDArray[np.int64]

CHARGED_OFF, PAID_OFF = len(BUCKETS), len(BUCKETS) + 1
STATES = (*BUCKETS, "charged_off", "paid_off")
_ENDS = np.array([0, 30, 60, 90, 180, 270, 360])


def states(days_past_due: Values, outstanding: Values, is_charged_off: Values) -> Values:
    """The state of each debt, as a place in STATES."""
    found = np.searchsorted(_ENDS, days_past_due)
    found = np.where(outstanding == 0, PAID_OFF, found)
    return np.where(is_charged_off, CHARGED_OFF, found)


def roll_amounts(before: Values, outstanding_before: Values, after: Values) -> Amounts:
    """Opening balance by state before (a bucket; other states are left out) and state after: int64[8, 10].

    A debt counts with what it owed at the beginning, so part payments do not leave the table and each row adds up to
    the opening balance of its bucket.
    """
    open_ = before < CHARGED_OFF
    place = before[open_].astype(np.int64) * len(STATES) + after[open_]
    amounts = np.zeros(len(BUCKETS) * len(STATES), np.int64)
    # Whole minor units throughout: numpy's bincount would weigh by floats.
    np.add.at(amounts, place, outstanding_before[open_])
    return amounts.reshape(len(BUCKETS), len(STATES))


def roll_rates(amounts: Amounts) -> NDArray[np.float64]:
    """Shares of each row. A bucket that held nothing stays where it is."""
    totals = amounts.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.zeros(amounts.shape)
    np.divide(amounts, totals, out=shares, where=totals > 0)
    empty = np.flatnonzero(totals[:, 0] == 0)
    shares[empty, empty] = 1.0
    return shares


def as_json(amounts: Amounts) -> dict[str, Any]:
    """Opening balance and rates by bucket."""
    shares = roll_rates(amounts)
    return {
        name: {
            "opening": int(row.sum()),
            "to": {state: round(float(share), 6) for state, share in zip(STATES, rates, strict=True) if share},
        }
        for name, row, rates in zip(BUCKETS, amounts, shares, strict=True)
        if row.any()
    }
