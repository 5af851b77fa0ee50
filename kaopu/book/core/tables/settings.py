"""The product settings of one case, parsed once: what is fixed when the loan is applied for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kaopu.book.core.tables.fields import Fields
from kaopu.book.core.tables.instalment import Component


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
        """The day count named in the table's explanation."""
        cumulative = self.schedule is ScheduleKind.CUMULATIVE
        return DayCount.FINERACT_CUMULATIVE if cumulative else DayCount.PROGRESSIVE

    def rule(self, kind: str) -> AllocationRule:
        """The allocation rule of a kind of transaction, or the default one."""
        return self.rules.get(kind, self.rules["default"])


def read_settings(case: Fields) -> Settings:
    """The settings of a case.

    Raises:
        BadInput: a field is missing or holds something that is not understood.
    """
    inputs = case.inner("inputs")
    product = inputs.inner("product_settings")
    schedule = product.choice("schedule_type", ScheduleKind)
    amortization = inputs.choice("amortization", Amortization, Amortization.EQUAL_INSTALLMENTS)
    if schedule is ScheduleKind.PROGRESSIVE and amortization is Amortization.EQUAL_PRINCIPAL_PAYMENTS:
        raise inputs.refuse("amortization", "equal_installments, the only one a progressive schedule knows")
    graces = [inputs.count(name, 0) for name in ("grace_principal", "grace_interest", "interest_free_periods")]
    instalments = inputs.count("instalments", least=1)
    if any(grace >= instalments for grace in graces):
        raise inputs.refuse("grace_principal", "grace periods fewer than the instalments")
    if schedule is ScheduleKind.PROGRESSIVE and any(graces):
        raise inputs.refuse("grace_principal", "no grace periods on a progressive schedule")
    rounding = product.count("instalment_rounded_to", 0)
    return Settings(
        principal_applied=inputs.minor("principal_applied"),
        submitted_on=inputs.date("submitted"),
        rate_percent=inputs.number("annual_rate_percent"),
        interest_type=inputs.choice("interest_type", InterestType),
        interest_calculated=inputs.choice("interest_calculated", InterestCalculated),
        amortization=amortization,
        instalments=instalments,
        every=inputs.count("every", least=1),
        unit=inputs.choice("every_unit", SpacingUnit),
        grace_principal=graces[0],
        grace_interest=graces[1],
        interest_free_periods=graces[2],
        schedule=schedule,
        days_in_year=product.choice("days_in_year", DaysInYear),
        days_in_month=product.choice("days_in_month", DaysInMonth),
        leap_day_periods_only=product.contains("days_in_year_strategy", "feb_29_period_only"),
        year_turns_on_first_of_january=product.flag("interest_recognition_on_disbursement_date"),
        partial_period_interest=product.flag("partial_period_interest"),
        rounded_to_minor=rounding * 100 or None,
        down_payment_percent=product.number("down_payment_percent", Decimal(0)),
        down_payment_auto_paid=product.flag("down_payment_auto_paid"),
        recalculation=product.flag("interest_recalculation"),
        rest_is_period=product.contains("rest_frequency", "same_as_repayment_period"),
        pay_off_until_due_date=product.contains("preclosure_interest", "rest_frequency"),
        interest_on_past_due=not product.flag("no_interest_on_past_due"),
        reduce_instalment_when_early=product.contains("early_payment_effect", "reduce_emi"),
        vertical=product.contains("processing", "vertical"),
        strategy=inputs.choice("payment_strategy", Strategy, Strategy.ADVANCED),
        rules=_rules(product),
        chargeback_order=_chargeback_order(product),
        charge_off=product.choice("charge_off_behaviour", ChargeOff, ChargeOff.REGULAR),
        interest_refunded=product.flag("interest_refunded_on_refund"),
    )


def _components(fields: Fields, name: str, default: tuple[Component, ...]) -> tuple[Component, ...]:
    if not fields.has(name):
        return default
    words = fields.items(name)
    try:
        components = tuple(Component(str(word)) for word in words)
    except ValueError as error:
        raise fields.refuse(name, "a list of penalty, fee, principal, interest") from error
    return components


def _rules(product: Fields) -> dict[str, AllocationRule]:
    usual = (Component.PENALTY, Component.FEE, Component.PRINCIPAL, Component.INTEREST)
    components = _components(product, "payment_allocation_default_order", usual)
    standard = tuple((state, component) for state in DueState for component in components)
    rules = {"default": AllocationRule(standard, Future.NEXT)}
    if product.has("payment_allocation"):
        kinds = product.inner("payment_allocation")
        # The default comes first, so that a rule without an order of its own can follow it.
        for kind in sorted(kinds.values, key=lambda name: name != "default"):
            rule = kinds.inner(kind)
            order = _targets(rule) if rule.has("order") else standard
            rules[kind] = AllocationRule(order, rule.choice("future", Future, Future.NEXT))
    return rules


def _targets(rule: Fields) -> tuple[Target, ...]:
    targets = []
    for word in rule.items("order"):
        state, _, component = str(word).rpartition("_")
        try:
            targets.append((DueState(state), Component(component)))
        except ValueError as error:
            raise rule.refuse("order", "targets such as past_due_penalty, due_principal, in_advance_fee") from error
    return tuple(targets)


def _chargeback_order(product: Fields) -> tuple[Component, ...]:
    if not product.has("credit_allocation"):
        return ()
    return _components(product.inner("credit_allocation"), "chargeback", ())
