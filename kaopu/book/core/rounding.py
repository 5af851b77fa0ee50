"""Exact fractions of a minor unit become whole minor units here and nowhere else in the book."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction


class Rounding(StrEnum):
    """How a fraction of a minor unit is settled; amounts here are never negative."""

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"
    UP = "up"
    DOWN = "down"


def round_minor(exact: Fraction, rounding: Rounding, unit_minor: int = 1) -> int:
    """`exact` minor units rounded to a multiple of `unit_minor` (100 rounds cents to whole units).

    Ties are judged on the exact fraction, so no binary or decimal approximation can tip them.
    """
    scaled = exact / unit_minor
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest - scaled.denominator
    if rounding is Rounding.UP:
        whole += rest > 0
    elif rounding is Rounding.HALF_UP:
        whole += twice >= 0
    elif rounding is Rounding.HALF_EVEN:
        whole += twice > 0 or (twice == 0 and whole % 2 == 1)
    return whole * unit_minor
