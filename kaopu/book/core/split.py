"""Sums shared out over instalments so that nothing is lost: no part negative, the parts always add up."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core.rounding import Rounding, round_minor
from kaopu.book.core.terms import Split
from kaopu.kernel.core.money import allocate

if TYPE_CHECKING:
    from collections.abc import Sequence


def split_evenly(total_minor: int, parts: int, rule: Split, rounding: Rounding, unit_minor: int = 1) -> list[int]:
    """`total_minor` in `parts` whole amounts that add up to it.

    `Split.LAST`: each part rounded down, the last takes the rest. `Split.FIRST`: the parts that are one minor unit
    larger come first. `Split.NEAREST`: each part rounded by `rounding` to `unit_minor`, the last takes the rest.
    """
    base, left_over = divmod(total_minor, parts)
    if rule is Split.FIRST:
        return [base + 1] * left_over + [base] * (parts - left_over)
    if rule is Split.LAST:
        return [base] * (parts - 1) + [base + left_over]
    level = round_minor(Fraction(total_minor, parts), rounding, unit_minor)
    amounts: list[int] = []
    left = total_minor
    for _ in range(parts - 1):
        # Rounding up can exhaust a small sum before the last part.
        amounts.append(min(level, left))
        left -= amounts[-1]
    return [*amounts, left]


def split_by_weight(total_minor: int, weights: Sequence[Fraction]) -> list[int]:
    """`total_minor` in proportion to `weights` (0 or more, not all 0) by largest remainder; ties go to the earlier."""
    return allocate(total_minor, weights)
