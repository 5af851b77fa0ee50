"""Vintages: of the debts opened in a month, which share was ever 30 or more days past due, by month on book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Values = NDArray[Any]
    Table = NDArray[np.int64]

EVER_DAYS = 30
NEVER = 1 << 30
COUNT, AMOUNT = 0, 1


def month_of(day: date) -> int:
    """A month as one number, so that months on book are a difference."""
    return day.year * 12 + day.month - 1


def month_name(month: int) -> str:
    """2026-11 for the number of November 2026."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def is_ever_bad(worst_days_past_due: Values, is_charged_off: Values) -> Values:
    """Ever 30 or more days past due. A charged-off debt is, and it stays in the table for good."""
    return (worst_days_past_due >= EVER_DAYS) | is_charged_off


def vintage_sums(
    opened: Values, lent: Values, first_bad: Values, first_month: int, last_month: int
) -> tuple[Table, Table]:
    """Debts and amounts of each opening month, and those ever bad at the end of each month on book.

    Args:
        opened: month in which each debt was opened.
        lent: amount lent, minor units.
        first_bad: month at whose end each debt was found bad for the first time; NEVER for none.
        first_month: first opening month of the table.
        last_month: its last, the month of the as-of day.

    Returns:
        int64[months, 2] opened, and int64[months, months, 2] ever bad by opening month and month on book; the last axis
        is count and amount. Months on book beyond the as-of month hold what the last one holds; `as_json` omits them.
    """
    months = last_month - first_month + 1
    inside = (opened >= first_month) & (opened <= last_month)
    row, lent, first_bad = opened[inside] - first_month, lent[inside], first_bad[inside]
    total = np.zeros((months, 2), np.int64)
    np.add.at(total[:, COUNT], row, 1)
    np.add.at(total[:, AMOUNT], row, lent)
    bad = first_bad <= last_month
    on_book = np.maximum(0, first_bad[bad] - first_month - row[bad])
    became = np.zeros((months, months, 2), np.int64)
    np.add.at(became[:, :, COUNT], (row[bad], on_book), 1)
    np.add.at(became[:, :, AMOUNT], (row[bad], on_book), lent[bad])
    return total, became.cumsum(axis=1)


def as_json(total: Table, bad: Table, first_month: int) -> list[dict[str, Any]]:
    """One row an opening month: what was opened and the two curves, one figure a month on book from 0 on."""
    rows = []
    for place, opened in enumerate(total):
        if not opened[COUNT]:
            continue
        known = bad[place, : len(total) - place]
        rows.append(
            {
                "opened": month_name(first_month + place),
                "debts": int(opened[COUNT]),
                "amount": int(opened[AMOUNT]),
                "ever_30_by_count": [round(float(each[COUNT] / opened[COUNT]), 6) for each in known],
                "ever_30_by_amount": [round(float(each[AMOUNT] / max(1, opened[AMOUNT])), 6) for each in known],
            }
        )
    return rows
