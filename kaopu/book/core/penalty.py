"""A simple penalty for paying late: on the overdue amount, by the day, never on itself."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core.rounding import Rounding, round_minor
from kaopu.kernel.core.day_count import DayCount
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from decimal import Decimal

# A penalty counts single days, so only conventions with a fixed length of the year say what one day costs.
DAYS_IN_YEAR = {
    DayCount.THIRTY_360_US: 360,
    DayCount.THIRTY_E_360: 360,
    DayCount.ACT_360: 360,
    DayCount.ACT_365F: 365,
}


def late_penalty(
    base_minor: int, days: int, rate_annual: Decimal, day_count: DayCount, rounding: Rounding = Rounding.HALF_UP
) -> int:
    """Simple penalty in minor units on `base_minor` overdue for `days`, rounded once.

    `rate_annual` is the penalty's own rate, a fraction a year: 150% of a contract at 12% is Decimal("0.18"). The base
    is what the product says (overdue principal, or the whole instalment) and holds no earlier penalty.
    """
    if base_minor < 0 or days < 0 or rate_annual < 0:
        raise BadInput(f"penalty: {base_minor} over {days} days at {rate_annual}, expected none of them below 0")
    if day_count not in DAYS_IN_YEAR:
        raise BadInput(f"day_count: {day_count} given, expected one with a fixed year for a daily penalty")
    return round_minor(base_minor * Fraction(rate_annual) * days / DAYS_IN_YEAR[day_count], rounding)
