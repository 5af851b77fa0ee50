"""Tax and allowance rates of a chart, as whole parts in a million, applied to whole minor units without overflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Amounts = NDArray[np.int64]

MILLION = 1_000_000
TAXED = ("interest", "fee", "penalty", "subsidy")


@dataclass(frozen=True, slots=True)
class Rates:
    """`vat_ppm` by component of income; `allowance_ppm` by class, normal first."""

    vat_ppm: tuple[int, int, int, int]
    allowance_ppm: tuple[int, int, int, int, int]


def vat_within(income: Amounts, rate_ppm: int) -> Amounts:
    """The tax inside income that holds it: max(0, income) × rate ÷ (1 + rate), half up, in minor units."""
    return _times(np.maximum(income, 0), rate_ppm, MILLION + rate_ppm)


def _times(amount: Amounts, part: Amounts | int, whole: int) -> Amounts:
    # Divided first: amount × part would leave 64 bits for amounts above some 10¹³.
    units: Amounts = np.floor_divide(amount, whole, dtype=np.int64)
    rest: Amounts = amount - units * whole
    rounded: Amounts = np.floor_divide(rest * part + whole // 2, whole, dtype=np.int64)
    result: Amounts = units * part + rounded
    return result
