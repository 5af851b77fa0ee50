"""Which events are taken as never having happened, over the columns of many debts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.event_kind import CODE, EventKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]


def reversed_events(as_of_day: int, on: Values, kind: Values, event_id: Values, reverses: Values) -> NDArray[np.int64]:
    """Ids of the events reversed by the as-of day; a reversal that is itself reversed later reverses nothing.

    `on` are day numbers, `kind` the kernel's codes, ids are unique. Rules: docs/snapshot.md.
    """
    rows = np.flatnonzero((kind == CODE[EventKind.REVERSAL]) & (on <= as_of_day))
    newest_first = rows[np.lexsort((event_id[rows], on[rows]))][::-1]
    gone: set[int] = set()
    for row in newest_first:  # few events are reversals
        if int(event_id[row]) not in gone:
            gone.add(int(reverses[row]))
    return np.array(sorted(gone), np.int64)
