"""What every part of the town draws with. Each part has a generator of its own, so that none shifts another's draws."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

YEAR = 365.0


class Part(IntEnum):
    """Which part draws. The numbers are part of what a seed means: add new ones, keep the old."""

    BORROWERS = 1
    NAMES = 2
    PERSONS = 3
    SIGNALS = 4
    LIVES = 5
    POINTS = 6
    OUTAGES = 7
    OBSERVED = 8
    RECHECKED = 9
    ASKS = 10
    RECORDS = 11


def generator(seed: int, part: Part, *more: int) -> np.random.Generator:
    """The generator of a part; `more` tells apart what is drawn more than once, such as the days of a window."""
    return np.random.default_rng([seed, part, *more])


def waits(rng: np.random.Generator, per_year: NDArray[np.float64] | float, count: int) -> NDArray[np.float64]:
    """Days until what happens `per_year` times a year; never (infinity) at a rate of 0."""
    drawn = rng.standard_exponential(count)
    rate = np.broadcast_to(np.asarray(per_year, np.float64), (count,))
    with np.errstate(divide="ignore"):
        return np.where(rate > 0, drawn * YEAR / rate, np.inf)


def picked(rng: np.random.Generator, share: float | NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """True for about this share."""
    return rng.random(count) < share


def office_hours(day: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same days with their hours between midnight and 13:00 UTC, which is 8:00 to 21:00 in China; order is kept."""
    finite = np.where(np.isfinite(day), day, 0.0)
    whole = np.floor(finite)
    return np.where(np.isfinite(day), whole + (finite - whole) * (13 / 24), day)
