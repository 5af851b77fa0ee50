"""Sums over positions: debts, outstanding and overdue by currency, by bucket of days past due and by class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types

from kaopu.book.core.classification import BUCKETS, CLASSES
from kaopu.book.core.position_columns import FLAG_EXISTS, OUT32, OUT64
from kaopu.book.core.replay_compiled import entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.int64]

_OUTSTANDING, _OVERDUE = OUT64.index("outstanding_principal"), OUT64.index("overdue_principal")
_DAYS, _CLASS, _FLAGS = OUT32.index("days_past_due"), OUT32.index("class"), OUT32.index("flags")
# Rows of a table of sums: all, then each bucket, then each class. Columns: debts, outstanding, overdue.
_BUCKET_ROW, _CLASS_ROW = 1, 1 + len(BUCKETS)
SUM_ROWS, SUM_COLUMNS = _CLASS_ROW + len(CLASSES), 3


@entry(
    types.int64(
        types.int64[:, ::1],
        types.int32[:, ::1],
        types.Array(types.int8, 1, "C", readonly=True),
        types.int64[:, :, ::1],
    )
)
def add_up(out64: Table, out32: Any, currency: Any, sums: Any) -> Any:
    """Add the positions that exist to `sums[currency]`; how many they are."""
    count = 0
    for debt in range(out64.shape[1]):
        if out32[_FLAGS, debt] & FLAG_EXISTS == 0:
            continue
        count += 1
        owed = late = np.int64(0)
        for component in range(4):
            owed += out64[_OUTSTANDING + component, debt]
            late += out64[_OVERDUE + component, debt]
        days, table = out32[_DAYS, debt], sums[currency[debt]]
        # The ends of classification's buckets.
        bucket = (days > 0) + (days > 30) + (days > 60) + (days > 90) + (days > 180) + (days > 270) + (days > 360)
        class_row = _CLASS_ROW + out32[_CLASS, debt]
        for row in (0, _BUCKET_ROW + bucket, class_row):
            table[row, 0] += 1
            table[row, 1] += owed
            table[row, 2] += late
    return count


def move_class(table: Table, old: int, new: int, owed: int, late: int) -> None:
    """Move one debt from class to class in the table of its currency."""
    for class_, sign in ((old, -1), (new, 1)):
        table[_CLASS_ROW + class_] += np.array([sign, sign * owed, sign * late])


def no_sums(currencies: int) -> Table:
    """A table of sums with nothing in it."""
    return np.zeros((currencies, SUM_ROWS, SUM_COLUMNS), np.int64)


def as_json(sums: Table, currencies: Sequence[str]) -> dict[str, Any]:
    """The sums under the keys of `kaopu book close`.

    Minor units of different currencies do not add up to an amount; where there are several, read `by_currency`.
    """
    over_all = sums.sum(axis=0)
    by_currency = {
        name: {"debts": int(each[0, 0]), "outstanding": int(each[0, 1]), "overdue": int(each[0, 2])}
        for name, each in sorted(zip(currencies, sums, strict=False), key=lambda pair: pair[0])
        if each[0, 0]
    }
    return {
        "debts": int(over_all[0, 0]),
        "outstanding": int(over_all[0, 1]),
        "overdue": int(over_all[0, 2]),
        "by_bucket": _named(over_all[_BUCKET_ROW:_CLASS_ROW], BUCKETS),
        "by_class": _named(over_all[_CLASS_ROW:], CLASSES),
        "by_currency": by_currency,
    }


def _named(rows: Table, names: Sequence[str]) -> dict[str, dict[str, int]]:
    return {name: {"debts": int(row[0]), "outstanding": int(row[1])} for name, row in zip(names, rows, strict=True)}
