"""The product settings of one case, parsed once: what is fixed when the loan is applied for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kaopu.book.core.tables.instalment import Component

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal


class ScheduleKind(StrEnum):
    """Progressive schedules keep the instalment and let interest move; cumulative ones are drawn up once."""

    PROGRESSIVE = "progressive"
    CUMULATIVE = "cumulative"


class InterestType(StrEnum):
    """On what the interest of a period is counted."""

    FLAT = "flat"
    DECLINING_BALANCE = "declining_balance"


class InterestCalculated(StrEnum):
    """By days, or as a share of the year per repayment period."""

    DAILY = "daily"
    SAME_AS_REPAYMENT_PERIOD = "same_as_repayment_period"


class Amortization(StrEnum):
    """What stays equal from instalment to instalment."""

    EQUAL_INSTALLMENTS = "equal_installments"
    EQUAL_PRINCIPAL_PAYMENTS = "equal_principal_payments"


class SpacingUnit(StrEnum):
    """The unit of the distance between due dates."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class DaysInYear(StrEnum):
    """The year a rate is divided by."""

    ACTUAL = "actual"
    D360 = "360"
    D364 = "364"
    D365 = "365"


class DaysInMonth(StrEnum):
    """Calendar months, or months of thirty days."""

    ACTUAL = "actual"
    D30 = "30"


class DayCount(StrEnum):
    """Day counts of the system the tables come from.

    `FINERACT_CUMULATIVE` is a peculiarity of its cumulative schedules: they divide by 365 in a leap year too, although
    the product says "actual". Only this mapping selects it; the book's own products cannot.
    """

    PROGRESSIVE = "fineract-progressive"
    FINERACT_CUMULATIVE = "fineract-cumulative"


class Strategy(StrEnum):
    """The named orders in which a payment is used up."""

    ADVANCED = "advanced_payment_allocation"
    PENALTIES_FIRST = "penalties_fees_interest_principal_order"
    DUE_PENALTY_FEE = "due_penalty_fee_interest_principal_in_advance_principal_penalty_fee_interest"
    DUE_PENALTY_INTEREST = "due_penalty_interest_principal_fee_in_advance_penalty_interest_principal_fee"


class Future(StrEnum):
    """Which instalment takes the money beyond what is due."""

    NEXT = "next_installment"
    LAST = "last_installment"
    NEXT_LAST = "next_last_installment"
    REAMORTIZATION = "reamortization"


class DueState(StrEnum):
    """An instalment as the payment's day sees it."""

    PAST_DUE = "past_due"
    DUE = "due"
    IN_ADVANCE = "in_advance"


class ChargeOff(StrEnum):
    """What a charge-off does to the interest still to come."""

    REGULAR = "regular"
    ZERO_INTEREST = "zero_interest"
    ACCELERATE_MATURITY = "accelerate_maturity"


Target = tuple[DueState, Component]


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """Where one kind of transaction goes: the order of its targets, and the instalment for what is left."""

    order: tuple[Target, ...]
    future: Future


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about a loan that its events do not change. Amounts in minor units, the rate in percent a year."""

    principal_applied: int
    submitted_on: date
    rate_percent: Decimal
    interest_type: InterestType
    interest_calculated: InterestCalculated
    amortization: Amortization
    instalments: int
    every: int
    unit: SpacingUnit
    fixed_length_days: int | None
    grace_principal: int
    grace_interest: int
    interest_free_periods: int
    schedule: ScheduleKind
    days_in_year: DaysInYear
    days_in_month: DaysInMonth
    leap_day_periods_only: bool
    year_turns_on_first_of_january: bool
    partial_period_interest: bool
    rounded_to_minor: int | None
    down_payment_percent: Decimal
    down_payment_auto_paid: bool
    recalculation: bool
    rest_is_period: bool
    pay_off_until_due_date: bool
    interest_on_past_due: bool
    reduce_instalment_when_early: bool
    vertical: bool
    strategy: Strategy
    rules: Mapping[str, AllocationRule]
    chargeback_order: tuple[Component, ...]
    charge_off: ChargeOff
    interest_refunded: bool

    @property
    def recalculates(self) -> bool:
        """Does the interest of this loan follow the days on which it is paid?"""
        return self.recalculation and self.rate_percent > 0

    @property
    def day_count(self) -> DayCount:
        """The day count that the kind of schedule brings with it."""
        cumulative = self.schedule is ScheduleKind.CUMULATIVE
        return DayCount.FINERACT_CUMULATIVE if cumulative else DayCount.PROGRESSIVE

    def rule(self, kind: str) -> AllocationRule:
        """The allocation rule of a kind of transaction, or the default one."""
        return self.rules.get(kind, self.rules["default"])
