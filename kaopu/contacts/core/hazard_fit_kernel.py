"""One pass over all histories with the hazards of the moment: how often each state was left, and what was seen in it.

Forward and backward along each point (Baum and others, 1970), with steps of any length; compiled.
"""

# ruff: noqa: PLR0917 - compiled functions take columns one by one; Numba passes no keywords for free

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from kaopu.book.core.replay_compiled import entry
from kaopu.contacts.core import reach_step
from kaopu.contacts.core.reach_rows import after

SECONDS_IN_YEAR = reach_step.SECONDS_IN_YEAR
STEP_BINS = 160
_i8, _u1 = types.Array(types.int64, 1, "C", readonly=True), types.Array(types.uint8, 1, "C", readonly=True)
_f8 = types.Array(types.float64, 1, "C", readonly=True)


@entry(
    types.float64(
        _i8, _f8, _u1, _u1, _u1, types.Array(types.float64, 4, "C", readonly=True),
        types.Array(types.float64, 4, "C", readonly=True), _u1,
        types.Array(types.float64, 2, "C", readonly=True), types.float64[:, :, :, ::1], types.float64[:, :, :, ::1],
        types.float64[:, :, ::1], types.float64[:, ::1], types.float64[:, ::1],
    )
)  # fmt: skip
def expect(
    starts: Any, years: Any, kind: Any, via: Any, sign: Any, at_first: Any, likelihoods: Any, set_apart: Any,
    rates: Any, seen: Any, moved: Any, steps: Any, began: Any, room: Any,
) -> Any:  # fmt: skip
    """Add up expectations over the points that begin at `starts` (with one more at the end); the log likelihood.

    seen[kind, via, sign, state], without each point's first sign for kinds that are set apart: there it is how the
    point came on record, and keeps the likelihoods of `at_first`; moved[kind, step bin,
    from, to]; steps[kind, bin, (years, count)]; began[kind, state]. States: 0 alive, 1 dead. `room`: 6 rows, as wide as
    the longest history.
    """
    total = 0.0
    for point in range(starts.shape[0] - 1):
        first, stop = starts[point], starts[point + 1]
        count, which = stop - first, kind[starts[point]]
        churn, back, alive = rates[which, 0], rates[which, 1], rates[which, 2]
        for place in range(count):
            row = first + place
            if place > 0:
                # Chances of being alive one step on, from alive and from dead.
                room[2, place] = after(1.0, years[row] - years[row - 1], churn, back)
                room[3, place] = after(0.0, years[row] - years[row - 1], churn, back)
                alive = alive * room[2, place] + (1.0 - alive) * room[3, place]
            if place > 0 or not set_apart[which]:
                good = alive * likelihoods[which, via[row], sign[row], 0]
                both = good + (1.0 - alive) * likelihoods[which, via[row], sign[row], 1]
            else:
                good = alive * at_first[which, via[row], sign[row], 0]
                both = good + (1.0 - alive) * at_first[which, via[row], sign[row], 1]
            total += np.log(both)
            alive = good / both
            room[0, place], room[1, place] = alive, both
        from_alive, from_dead = 1.0, 1.0
        for place in range(count - 1, -1, -1):
            row = first + place
            one, two = room[0, place] * from_alive, (1.0 - room[0, place]) * from_dead
            if place > 0 or not set_apart[which]:
                seen[which, via[row], sign[row], 0] += one / (one + two)
                seen[which, via[row], sign[row], 1] += two / (one + two)
            if place > 0:
                step = years[row] - years[row - 1]
                bin_ = min(int(8.0 * np.sqrt(step * 365.25)), STEP_BINS - 1)
                steps[which, bin_, 0] += step
                steps[which, bin_, 1] += 1.0
                here_alive = likelihoods[which, via[row], sign[row], 0] * from_alive / room[1, place]
                here_dead = likelihoods[which, via[row], sign[row], 1] * from_dead / room[1, place]
                was = room[0, place - 1]
                aa, ad = was * room[2, place] * here_alive, was * (1.0 - room[2, place]) * here_dead
                da, dd = (1.0 - was) * room[3, place] * here_alive, (1.0 - was) * (1.0 - room[3, place]) * here_dead
                whole = aa + ad + da + dd
                moved[which, bin_, 0, 0] += aa / whole
                moved[which, bin_, 0, 1] += ad / whole
                moved[which, bin_, 1, 0] += da / whole
                moved[which, bin_, 1, 1] += dd / whole
                from_alive, from_dead = (
                    room[2, place] * here_alive + (1.0 - room[2, place]) * here_dead,
                    room[3, place] * here_alive + (1.0 - room[3, place]) * here_dead,
                )
            else:
                began[which, 0] += one / (one + two)
                began[which, 1] += two / (one + two)
    return total
