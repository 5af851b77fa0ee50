"""What a debt's contract says: frozen, checked once, the only input of a schedule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from kaopu.book.core.rounding import Rounding
from kaopu.book.core.terms_check import check
from kaopu.kernel.core.calendars import BusinessDays
from kaopu.kernel.core.day_count import DayCount

if TYPE_CHECKING:
    from datetime import date


class Plan(StrEnum):
    """How a debt is repaid. The strings are public: add new ones, keep the old."""

    NEXT_MONTH = "next-month"
    FEE_INSTALMENT = "fee-instalment"
    EQUAL_INSTALMENT = "equal-instalment"  # 等额本息
    EQUAL_PRINCIPAL = "equal-principal"  # 等额本金
    INTEREST_ONLY = "interest-only"  # 先息后本
    BULLET = "bullet"  # 到期一次还本付息
    ON_DEMAND = "on-demand"  # 随借随还
    IRREGULAR = "irregular"


class Spacing(StrEnum):
    """The unit between two due dates."""

    MONTHS = "months"
    WEEKS = "weeks"
    DAYS = "days"


class Split(StrEnum):
    """Which instalments take what is left over when a sum does not divide evenly."""

    LAST = "last"  # every part rounded down, the last takes the rest
    FIRST = "first"  # the first k parts carry one minor unit more
    NEAREST = "nearest"  # every part rounded as the level payment is, the last takes the rest


class Moratorium(StrEnum):
    """What rests in the first `moratorium_periods` periods."""

    PRINCIPAL = "principal"  # interest is paid, principal waits
    PRINCIPAL_AND_INTEREST = "principal-and-interest"  # nothing falls due; the interest comes with the period after


class InterestPaid(StrEnum):
    """When a debt on demand pays its interest if nothing is repaid early."""

    AT_MATURITY = "at-maturity"
    EACH_PERIOD = "each-period"


class UpfrontFeeDue(StrEnum):
    """When a fee charged once is due."""

    AT_START = "at-start"  # on the start day, so it lowers what the borrower gets in hand
    FIRST_INSTALMENT = "first-instalment"


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee: a fraction of the principal lent out (`rate`) or an amount (`minor`), exactly one of them."""

    rate: Decimal | None = None
    minor: int | None = None


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of an irregular schedule: a due day with its principal in minor units, or with a weight."""

    due_on: date
    principal_minor: int | None = None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Floating:
    """A rate read from a reference: reference + spread, fixed at the start and again every `reset_months`.

    `spread` is a fraction a year (Decimal("0.0055") is 55 basis points). `first_reset` moves the second fixing,
    for example to the 1st of January; the later ones follow every `reset_months` from there.
    """

    reference: str
    spread: Decimal = Decimal(0)
    reset_months: int = 12
    first_reset: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one debt. Money in whole minor units; `rate_annual` a fraction (Decimal("0.12") is 12% a year).

    Raises `BadInput` naming the field and what was expected. The interest of a period runs from the due date before
    (the start day for the first) to its own due date; `business_days` moves due dates, and the interest follows them
    under the actual day counts but not under 30/360. `periods` counts instalments without the down payment.

    The down payment belongs to `principal_minor` and is a row of its own, seq 0, due on the start day, so that the
    instalments of the contract keep the numbers 1 to n with and without it.
    """

    plan: Plan
    currency: str
    principal_minor: int
    start: date
    periods: int = 1
    rate_annual: Decimal = Decimal(0)
    day_count: DayCount = DayCount.THIRTY_360_US
    spacing: Spacing = Spacing.MONTHS
    spacing_every: int = 1
    first_due: date | None = None
    due_day: int | None = None
    business_days: BusinessDays = BusinessDays.NONE
    calendar: str = "weekend"
    down_payment_minor: int = 0
    fee_per_period: Charge | None = None
    fee_upfront: Charge | None = None
    fee_upfront_due: UpfrontFeeDue = UpfrontFeeDue.AT_START
    balloon_minor: int = 0
    moratorium_periods: int = 0
    moratorium: Moratorium = Moratorium.PRINCIPAL
    interest_paid: InterestPaid = InterestPaid.AT_MATURITY
    rounding: Rounding = Rounding.HALF_UP
    level_rounding: Rounding = Rounding.HALF_UP
    level_unit_minor: int = 1
    split: Split = Split.LAST
    table: tuple[TableLine, ...] = ()
    floating: Floating | None = None

    def __post_init__(self) -> None:
        check(self)

    @property
    def financed_minor(self) -> int:
        """What is lent after the down payment, in minor units: the balance that instalments repay."""
        return self.principal_minor - self.down_payment_minor
