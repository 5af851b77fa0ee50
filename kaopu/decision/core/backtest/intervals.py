"""Intervals: Wilson's for a share, the normal one for a sum of independent amounts."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054  # two-sided 95 %


def wilson(hits: int, trials: int, z: float = Z95) -> tuple[float, float] | None:
    """The score interval of a share (Wilson 1927); None without trials."""
    if trials == 0:
        return None
    share, squared = hits / trials, z * z
    middle = (share + squared / (2 * trials)) / (1 + squared / trials)
    half = z * sqrt(share * (1 - share) / trials + squared / (4 * trials * trials)) / (1 + squared / trials)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == trials else min(1.0, middle + half)
    return low, high


def of_sum(total: float, squares: float, count: int, z: float = Z95) -> tuple[float, float] | None:
    """The normal interval of the sum of `count` independent amounts of one kind; None below two amounts.

    Args:
        total: the sum of the amounts, in minor units.
        squares: the sum of their squares.
        count: how many amounts were summed.
        z: the quantile of the normal distribution.
    """
    if count < 2:
        return None
    variance = max(0.0, (squares - total * total / count) / (count - 1))
    half = z * sqrt(variance * count)
    return total - half, total + half
