"""Concentration: how much of what is owed hangs on one product, one merchant, one borrower."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Values = NDArray[Any]


def sums_by_code(codes: Values, amounts: Values) -> tuple[Values, Values]:
    """The different codes, ascending, and what is owed under each, in whole minor units."""
    if len(codes) == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    order = np.argsort(codes, kind="stable")
    ordered = np.asarray(codes)[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return ordered[starts], np.add.reduceat(np.asarray(amounts, np.int64)[order], starts)


def herfindahl(amounts: Values) -> float:
    """Herfindahl-Hirschman index: the sum of squared shares in percent; 10,000 is one name, 0 nothing owed."""
    shares = np.asarray(amounts, np.float64)
    total = shares.sum()
    return float(np.square(100 * shares / total).sum()) if total > 0 else 0.0


def concentration(names: Sequence[Any], amounts: Values, most: int) -> dict[str, Any]:
    """The `most` largest names, their share, and the index over all of them."""
    total = int(np.asarray(amounts, np.int64).sum())
    largest = np.argsort(-np.asarray(amounts, np.int64), kind="stable")[:most]
    return {
        "names": int(np.count_nonzero(amounts)),
        "outstanding": total,
        "hhi": round(herfindahl(amounts), 2),
        "top": [
            {
                "name": str(names[place]),
                "outstanding": int(amounts[place]),
                "share": round(int(amounts[place]) / total, 6),
            }
            for place in largest.tolist()
            if amounts[place] > 0
        ],
    }
