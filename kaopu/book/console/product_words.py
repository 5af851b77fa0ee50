"""The terms and rules of a product as fields of a form: their words, their kind, their choices.

A rule column without words here is shown by its name, so that none can be missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy

from kaopu.book.console.debt_words import PLANS
from kaopu.book.core.terms import InterestPaid, Moratorium, Plan, Spacing, Split, UpfrontFeeDue
from kaopu.kernel.core.calendars import CALENDARS, BusinessDays
from kaopu.kernel.core.day_count import DayCount


class Sort(StrEnum):
    """What kind of value a field holds."""

    CHOICE = "choice"
    WORD = "word"
    WHOLE = "whole"
    DAYS = "days"
    RATE = "rate"  # a decimal string, a fraction a year
    PPM = "ppm"  # whole parts in a million a year
    FEE = "fee"
    MONEY = "money"
    FLAG = "flag"


EXPECTED = {
    Sort.CHOICE: gettext_lazy("Choose one of the list."),
    Sort.WORD: gettext_lazy("Enter a short word."),
    Sort.WHOLE: gettext_lazy("Enter a whole number, 0 or more."),
    Sort.DAYS: gettext_lazy("Enter a whole number of days, 0 or more."),
    Sort.RATE: gettext_lazy("Enter a rate a year, as 12% or 0.12."),
    Sort.PPM: gettext_lazy("Enter a rate a year, as 18.25% or 0.1825."),
    Sort.FEE: gettext_lazy("Enter a share of the amount lent, as 0.6%, or money, as 60.00CNY."),
    Sort.MONEY: gettext_lazy("Enter an amount, as 306.20."),
    Sort.FLAG: gettext_lazy("Choose one of the list."),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One term or rule. `more` stands under a fold."""

    name: str
    words: Any
    sort: Sort
    choices: tuple[tuple[str, Any], ...] = ()
    more: bool = False


def _names(kinds: type[StrEnum], words: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((str(kind), words.get(str(kind), str(kind))) for kind in kinds)


YES_NO = (("1", gettext_lazy("yes")), ("0", gettext_lazy("no")))
ORDERS = tuple(
    (str(n), text)
    for n, text in enumerate(
        (
            gettext_lazy("fee, interest, principal"),
            gettext_lazy("interest, fee, principal"),
            gettext_lazy("principal, interest, fee"),
            gettext_lazy("principal, fee, interest"),
            gettext_lazy("interest, principal, fee"),
            gettext_lazy("fee, principal, interest"),
        )
    )
)

TERMS = (
    Field("plan", gettext_lazy("Plan"), Sort.CHOICE,
          tuple((str(plan), PLANS[str(plan)]) for plan in Plan if plan is not Plan.IRREGULAR)),
    Field("currency", gettext_lazy("Currency"), Sort.WORD),
    Field("periods", gettext_lazy("Instalments"), Sort.WHOLE),
    Field("rate_annual", gettext_lazy("Interest a year"), Sort.RATE),
    Field("fee_per_period", gettext_lazy("Fee each instalment"), Sort.FEE),
    Field("fee_upfront", gettext_lazy("Fee at the start"), Sort.FEE),
    Field("fee_upfront_due", gettext_lazy("Fee at the start is due"), Sort.CHOICE, _names(UpfrontFeeDue, {
        "at-start": gettext_lazy("on the day of payout"),
        "first-instalment": gettext_lazy("with the first instalment")}), more=True),
    Field("day_count", gettext_lazy("Day count"), Sort.CHOICE, _names(DayCount, {}), more=True),
    Field("spacing", gettext_lazy("Instalments come every"), Sort.CHOICE, _names(Spacing, {
        "months": gettext_lazy("months"), "weeks": gettext_lazy("weeks"), "days": gettext_lazy("days")}), more=True),
    Field("spacing_every", gettext_lazy("How many of these between two"), Sort.WHOLE, more=True),
    Field("due_day", gettext_lazy("Due day of the month"), Sort.WHOLE, more=True),
    Field("business_days", gettext_lazy("Due on a day off"), Sort.CHOICE, _names(BusinessDays, {
        "none": gettext_lazy("stays"), "following": gettext_lazy("moves to the next working day"),
        "modified-following": gettext_lazy("moves to the next working day of the month"),
        "preceding": gettext_lazy("moves to the working day before")}), more=True),
    Field("calendar", gettext_lazy("Days off"), Sort.CHOICE, tuple((name, {
        "weekend": gettext_lazy("weekends"), "china": gettext_lazy("China, statutory holidays")}[name])
        for name in CALENDARS), more=True),
    Field("moratorium_periods", gettext_lazy("Instalments at the start that rest"), Sort.WHOLE, more=True),
    Field("moratorium", gettext_lazy("What rests"), Sort.CHOICE, _names(Moratorium, {
        "principal": gettext_lazy("principal"), "principal-and-interest": gettext_lazy("principal and interest")}),
        more=True),
    Field("interest_paid", gettext_lazy("Interest of a debt on demand"), Sort.CHOICE, _names(InterestPaid, {
        "at-maturity": gettext_lazy("at maturity"), "each-period": gettext_lazy("each period")}), more=True),
    Field("split", gettext_lazy("Rest of an uneven split"), Sort.CHOICE, _names(Split, {
        "last": gettext_lazy("the last takes it"), "first": gettext_lazy("the first ones take it"),
        "nearest": gettext_lazy("each is rounded, the last takes it")}), more=True),
    Field("reference", gettext_lazy("Floating: reference rate"), Sort.WORD, more=True),
    Field("spread", gettext_lazy("Floating: added to the reference"), Sort.RATE, more=True),
    Field("reset_months", gettext_lazy("Floating: months between fixings"), Sort.WHOLE, more=True),
)  # fmt: skip
FLOATING = ("reference", "spread", "reset_months")  # kept together as the term `floating`

RULE_FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("grace_days", gettext_lazy("Days of grace"), Sort.DAYS),
        Field("grace_amount", gettext_lazy("Unpaid rest that does not age"), Sort.MONEY),
        Field("penalty_rate_ppm", gettext_lazy("Late penalty a year"), Sort.PPM),
        Field("penalty_base", gettext_lazy("Late penalty on"), Sort.CHOICE, (
            ("0", gettext_lazy("overdue principal")), ("1", gettext_lazy("the whole overdue instalment")))),
        Field("penalty_fixed", gettext_lazy("Fixed penalty for each late instalment"), Sort.MONEY),
        Field("penalty_cap", gettext_lazy("Most penalty in a debt’s life, 0 = no cap"), Sort.MONEY),
        Field("penalty_days_in_year", gettext_lazy("Days in a year of penalty"), Sort.CHOICE,
              (("365", "365"), ("360", "360")), more=True),
        Field("compound_rate_ppm", gettext_lazy("Interest on overdue interest a year, enterprise loans only"), Sort.PPM,
              more=True),
        Field("refund_order", gettext_lazy("A refund settles"), Sort.CHOICE, (
            ("0", gettext_lazy("the last instalment first")), ("1", gettext_lazy("the next instalment first")),
            ("2", gettext_lazy("all instalments in proportion")),
            ("3", gettext_lazy("nothing: it goes back to the instrument")))),
        Field("refund_fee", gettext_lazy("Fees not yet due, on a refund"), Sort.CHOICE, (
            ("0", gettext_lazy("are kept")), ("1", gettext_lazy("lapse with the principal refunded")))),
        Field("subsidy", gettext_lazy("Subsidy paid by another"), Sort.MONEY, more=True),
        Field("accelerate_after_days", gettext_lazy("All falls due after days past due, 0 = never"), Sort.DAYS),
        Field("ladder", gettext_lazy("Classes follow"), Sort.CHOICE, (
            ("0", gettext_lazy("the measures of 2023")), ("1", gettext_lazy("the card ladder"))), more=True),
        Field("allocation", gettext_lazy("Money settles"), Sort.CHOICE, tuple(
            (str(n), n) for n in range(24)), more=True),
        Field("late_allocation", gettext_lazy("While late, money settles"), Sort.CHOICE, tuple(
            (str(n), n) for n in range(25)), more=True),
        Field("late_allocation_days", gettext_lazy("Late, for that, is over days past due"), Sort.DAYS, more=True),
        Field("non_accrual_days", gettext_lazy("Interest is no longer income over days past due"), Sort.DAYS,
              more=True),
        Field("pause_resets", gettext_lazy("A pause sets days past due to 0"), Sort.FLAG, more=True),
        Field("dispute_resets", gettext_lazy("A dispute sets days past due to 0"), Sort.FLAG, more=True),
        Field("upgrade", gettext_lazy("A better class needs"), Sort.CHOICE, (
            ("0", gettext_lazy("days past due alone")), ("1", gettext_lazy("the observation of the measures of 2023"))),
            more=True),
        Field("retail", gettext_lazy("Retail: the class does not follow the borrower’s other debts"), Sort.FLAG,
              more=True),
    )
}  # fmt: skip
