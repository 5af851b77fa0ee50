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
from kaopu.contacts.core.reach_rows import after, again

SECONDS_IN_YEAR = reach_step.SECONDS_IN_YEAR
STEP_BINS = 160
_i8, _u1 = types.Array(types.int64, 1, "C", readonly=True), types.Array(types.uint8, 1, "C", readonly=True)
_f8 = types.Array(types.float64, 1, "C", readonly=True)


@entry(
    types.float64(
        _i8, _f8, _u1, _u1, _u1, types.Array(types.float64, 4, "C", readonly=True),
        types.Array(types.float64, 4, "C", readonly=True), _u1,
        types.Array(types.float64, 2, "C", readonly=True), types.float64[:, :, :, ::1], types.float64[:, :, :, ::1],
        types.float64[:, :, ::1], types.float64[:, ::1], types.float64[:, ::1], types.float64[:, ::1],
    )
)  # fmt: skip
def expect(  # noqa: C901, PLR0915 - there and back along each point
    starts: Any, years: Any, kind: Any, via: Any, sign: Any, at_first: Any, likelihoods: Any, set_apart: Any,
    rates: Any, seen: Any, moved: Any, steps: Any, began: Any, came_again: Any, room: Any,
) -> Any:  # fmt: skip
    """Add up expectations over the points that begin at `starts` (with one more at the end); the log likelihood.

    seen[kind, via, sign, state], without each point's first sign for kinds that are set apart: there it is how the
    point came on record, and keeps the likelihoods of `at_first`; moved[kind, step bin,
    from, to]; steps[kind, bin, (years, count)]; began[kind, state]; came_again[kind, (repeated, could have)]. States: 0
    alive, 1 dead. `room`: 7 rows, as wide as the longest history.
    """
    total = 0.0
    last = np.empty(likelihoods.shape[1], np.int64)
    for point in range(starts.shape[0] - 1):
        first, stop = starts[point], starts[point + 1]
        count, which = stop - first, kind[starts[point]]
        churn, back, alive = rates[which, 0], rates[which, 1], rates[which, 2]
        repeats = rates[which, 3]
        last[:] = -1
        for place in range(count):
            row = first + place
            table = likelihoods if place > 0 or not set_apart[which] else at_first
            if_alive, if_dead = table[which, via[row], sign[row], 0], table[which, via[row], sign[row], 1]
            # 0: the first by this way, 1: another outcome than the last, 2: the same again.
            room[6, place] = 0.0 if last[via[row]] < 0 else (2.0 if last[via[row]] == sign[row] else 1.0)
            if room[6, place] == 2.0:
                if_alive, if_dead = again(if_alive, repeats), again(if_dead, repeats)
            elif room[6, place] == 1.0:
                if_alive, if_dead = (1.0 - repeats) * if_alive, (1.0 - repeats) * if_dead
            last[via[row]] = sign[row]
            room[4, place], room[5, place] = if_alive, if_dead
            if place > 0:
                # Chances of being alive one step on, from alive and from dead.
                room[2, place] = after(1.0, years[row] - years[row - 1], churn, back)
                room[3, place] = after(0.0, years[row] - years[row - 1], churn, back)
                alive = alive * room[2, place] + (1.0 - alive) * room[3, place]
            good = alive * if_alive
            both = good + (1.0 - alive) * if_dead
            total += np.log(both)
            alive = good / both
            room[0, place], room[1, place] = alive, both
        from_alive, from_dead = 1.0, 1.0
        for place in range(count - 1, -1, -1):
            row = first + place
            one, two = room[0, place] * from_alive, (1.0 - room[0, place]) * from_dead
            if place > 0 or not set_apart[which]:
                anew_alive = anew_dead = 1.0
                if room[6, place] == 2.0:
                    anew_alive = 1.0 - repeats / room[4, place]
                    anew_dead = 1.0 - repeats / room[5, place]
                    came_again[which, 0] += (one * (1.0 - anew_alive) + two * (1.0 - anew_dead)) / (one + two)
                if room[6, place] > 0.0:
                    came_again[which, 1] += 1.0
                seen[which, via[row], sign[row], 0] += anew_alive * one / (one + two)
                seen[which, via[row], sign[row], 1] += anew_dead * two / (one + two)
            if place > 0:
                step = years[row] - years[row - 1]
                bin_ = min(int(8.0 * np.sqrt(step * 365.25)), STEP_BINS - 1)
                steps[which, bin_, 0] += step
                steps[which, bin_, 1] += 1.0
                here_alive = room[4, place] * from_alive / room[1, place]
                here_dead = room[5, place] * from_dead / room[1, place]
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
