"""FPD(k): debts whose first instalment was unpaid k days after due ÷ debts whose first due day + k has passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.position_columns import FLAG_EXISTS, FLAG_FULLY_REFUNDED, NO_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]

AFTER_DAYS = (1, 7, 30)


def first_payment_default(
    as_of_day: int, first_due: Values, first_settled: Values, flags: Values, after_days: int
) -> tuple[int, int]:
    """Debts in default and debts that could be, for one k.

    Day numbers, NO_DAY for none. A day has passed at its end, which is when a close stands: a first instalment due on
    the 1st and unpaid at the end of the 2nd is an FPD(1) in the close of the 2nd. Down payments (seq 0) are not first
    instalments; cancelled and fully refunded debts are left out above and below the line.
    """
    counted = (flags & FLAG_EXISTS > 0) & (flags & FLAG_FULLY_REFUNDED == 0) & (first_due != NO_DAY)
    limit = np.asarray(first_due, np.int64) + after_days
    counted &= limit <= as_of_day
    unpaid = counted & ((first_settled == NO_DAY) | (first_settled > limit))
    return int(unpaid.sum()), int(counted.sum())
