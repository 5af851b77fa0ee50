"""Allowance by class: rates of the guidance on loan loss provisions (Yin Fa [2002] 98) unless others are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]

MILLION = 1_000_000
GUIDELINE_PPM = (10_000, 20_000, 250_000, 500_000, 1_000_000)  # normal, special mention, substandard, doubtful, loss


def allowance(balance: Values, class_code: Values, rates_ppm: tuple[int, ...] = GUIDELINE_PPM) -> Values:
    """What each debt asks for: its balance × the rate of its class, half up, in minor units; none below 0."""
    rate, owed = np.array(rates_ppm, np.int64)[class_code], np.maximum(balance, 0)
    # Divided first: balance × parts in a million would leave 64 bits for large balances.
    units = owed // MILLION
    needed: Values = units * rate + ((owed - units * MILLION) * rate + MILLION // 2) // MILLION
    return needed
