"""Reading the settings of one case: the inputs of the loan, and the product behind it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from kaopu.book.core.tables.instalment import Component
from kaopu.book.core.tables.settings import (
    AllocationRule,
    Amortization,
    ChargeOff,
    DaysInMonth,
    DaysInYear,
    DueState,
    Future,
    InterestCalculated,
    InterestType,
    ScheduleKind,
    Settings,
    SpacingUnit,
    Strategy,
    Target,
)

if TYPE_CHECKING:
    from kaopu.book.core.tables.fields import Fields

# Wider than any loan, and narrow enough that a slip of the pen is told instead of being computed for hours.
_MOST_INSTALMENTS = 1200
_WIDEST_SPACING = 1200
_HIGHEST_RATE = 10_000


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
    instalments = inputs.count("instalments", least=1, most=_MOST_INSTALMENTS)
    if any(grace >= instalments for grace in graces):
        raise inputs.refuse("grace_principal", "grace periods fewer than the instalments")
    if schedule is ScheduleKind.PROGRESSIVE and any(graces):
        raise inputs.refuse("grace_principal", "no grace periods on a progressive schedule")
    rounding = product.count("instalment_rounded_to", 0)
    return Settings(
        principal_applied=inputs.minor("principal_applied"),
        submitted_on=inputs.date("submitted"),
        rate_percent=inputs.number("annual_rate_percent", most=_HIGHEST_RATE),
        interest_type=inputs.choice("interest_type", InterestType),
        interest_calculated=inputs.choice("interest_calculated", InterestCalculated),
        amortization=amortization,
        instalments=instalments,
        every=inputs.count("every", least=1, most=_WIDEST_SPACING),
        unit=inputs.choice("every_unit", SpacingUnit),
        fixed_length_days=product.count("fixed_length_days", least=1) if product.has("fixed_length_days") else None,
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
