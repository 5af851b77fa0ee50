"""The terms of a revolving product, as its contract states them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core.rounding import Rounding
from kaopu.kernel.core.day_count import DayCount, year_fraction

if TYPE_CHECKING:
    from datetime import date


class Component(StrEnum):
    """What a balance is made of. The strings are public."""

    INTEREST = "interest"
    FEE = "fee"
    CASH = "cash"
    INSTALMENT = "instalment"
    PURCHASE = "purchase"


# Interest and fees bear no interest: only what was drawn does.
DRAWN = (Component.PURCHASE, Component.INSTALMENT, Component.CASH)


class InterestOn(StrEnum):
    """What bears interest from its posting day when a bill was not paid in full by its due day."""

    UNPAID = "unpaid"  # the part left after the due day
    WHOLE = "whole"  # all of the bill (全额计息); what was paid in between up to the day of its payment


class NewPurchases(StrEnum):
    """How purchases after a statement fare when its bill was not paid in full."""

    KEEP_GRACE = "keep-grace"  # they wait for their own bill
    BEAR_INTEREST = "bear-interest"  # those posted before the next statement bear interest from their posting day


@dataclass(frozen=True, slots=True)
class BucketTerms:
    """A rate, a day (exact fraction) where `rate_daily` is given, else a year; what part of it a minimum asks for."""

    rate_annual: Fraction = Fraction(0)
    rate_daily: Fraction | None = None
    minimum_rate: Fraction = Fraction(1)
    interest_free: bool = False

    def a_year(self) -> Fraction:
        """The rate for 365 days, to compare buckets by."""
        return self.rate_annual if self.rate_daily is None else self.rate_daily * 365


@dataclass(frozen=True, slots=True)
class Terms:
    """A revolving product. Amounts in minor units of `currency`; rates as fractions.

    `due_days` after the statement day, or the first `due_day` of a month after it. `tolerance_days` and
    `tolerance_minor` (容时容差): a bill counts as paid up to so many days late and with so much left.
    """

    statement_day: int
    buckets: dict[Component, BucketTerms]
    currency: str = "CNY"
    due_days: int = 20
    due_day: int | None = None
    interest_on: InterestOn = InterestOn.WHOLE
    new_purchases: NewPurchases = NewPurchases.KEEP_GRACE
    minimum_floor: int = 0
    minimum_includes_interest: bool = True
    refund_pays_minimum: bool = False
    instalment_fee_rate: Fraction = Fraction(0)
    allocation: tuple[Component, ...] = field(default=tuple(Component))
    tolerance_days: int = 0
    tolerance_minor: int = 0
    day_count: DayCount = DayCount.ACT_365F
    rounding: Rounding = Rounding.HALF_UP

    def interest(self, component: Component, minor: int, start: date, end: date) -> Fraction:
        """Exact simple interest on `minor` from `start` (counted) to `end` (not counted), in minor units."""
        bucket = self.buckets.get(component)
        if bucket is None or start >= end:
            return Fraction(0)
        if bucket.rate_daily is not None:
            return minor * bucket.rate_daily * (end - start).days
        return minor * bucket.rate_annual * year_fraction(start, end, self.day_count)
