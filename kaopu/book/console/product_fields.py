"""The terms and rules of a product as fields of a form: their words, how they are typed, stored and told.

Terms are stored as `Terms` reads them (rates as decimal strings, money in minor units); rules as the columns of
docs/snapshot.md. A rule column without words here is shown by its name, so that none can be missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.book import quote_options as options
from kaopu.book.console.debt_words import PLANS
from kaopu.book.core.terms import Charge, InterestPaid, Moratorium, Plan, Spacing, Split, UpfrontFeeDue
from kaopu.book.models import RULE_COLUMNS, ProductVersion
from kaopu.kernel.console import figures
from kaopu.kernel.core.calendars import CALENDARS, BusinessDays
from kaopu.kernel.core.day_count import DayCount
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_major, to_minor

MILLION = 1_000_000


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


def rules() -> tuple[Field, ...]:
    """A field for every rule column there is, those with words first, in their order here."""
    known = [field for name, field in RULE_FIELDS.items() if name in RULE_COLUMNS]
    known += [
        Field(name, name.replace("_", " "), Sort.FLAG if _is_flag(name) else Sort.WHOLE, more=True)
        for name in RULE_COLUMNS
        if name not in RULE_FIELDS
    ]
    return tuple(known)


def _is_flag(name: str) -> bool:
    return isinstance(ProductVersion._meta.get_field(name), models.BooleanField)  # noqa: SLF001 - Django's way in


def rule_defaults() -> dict[str, Any]:
    """What each rule is where nothing is said: the default of its column."""
    found = {}
    for name in RULE_COLUMNS:
        default = ProductVersion._meta.get_field(name).db_default  # noqa: SLF001 - same
        found[name] = getattr(default, "value", default)
    return found


def choices(field: Field) -> tuple[tuple[str, str], ...]:
    """The choices with their words in the reader's language; none for what is typed."""
    if field.sort is Sort.FLAG:
        return tuple((value, str(words)) for value, words in YES_NO)
    if field.name == "allocation":
        return tuple((value, _order(n)) for value, n in field.choices)
    if field.name == "late_allocation":
        return tuple((value, _order(n - 1) if n else _("as always")) for value, n in field.choices)
    return tuple((value, str(words)) for value, words in field.choices)


def _order(code: int) -> str:
    """The order of money, from its code (docs/snapshot.md, "Where money goes")."""
    parts = [str(ORDERS[code % 6][1])]
    if code % 12 >= 6:
        parts.append(_("penalty first"))
    if code >= 12:
        parts.append(_("one component over all instalments"))
    return "; ".join(parts)


def read(field: Field, typed: str, currency: str) -> Any:
    """What was typed, as it is stored. Raises `BadInput` with words for the reader."""
    typed = typed.strip()
    try:
        return _READ[field.sort](field, typed, currency)
    except (BadInput, ValueError, ArithmeticError):
        raise BadInput(str(EXPECTED[field.sort])) from None


def written(field: Field, value: Any, currency: str) -> str:
    """What is stored, as it would be typed."""
    if value is None:
        return ""
    if field.sort in {Sort.RATE, Sort.PPM}:
        return _percent(Decimal(str(value)) / (MILLION if field.sort is Sort.PPM else 1))
    if field.sort is Sort.FEE:
        return (
            _percent(Decimal(value["rate"])) if value.get("rate") else f"{to_major(value['minor'], currency)}{currency}"
        )
    if field.sort is Sort.MONEY:
        return to_major(value, currency)
    if field.sort is Sort.FLAG:
        return "1" if value else "0"
    return str(value)


def told(field: Field, value: Any, currency: str) -> str:
    """What is stored, in words; "" where nothing is."""
    if value is None:
        return ""
    if field.sort is Sort.DAYS:
        return figures.days(value)
    if field.sort is Sort.MONEY or (field.sort is Sort.FEE and value.get("minor") is not None):
        return figures.money(value if field.sort is Sort.MONEY else value["minor"], currency)
    text = written(field, value, currency)
    return dict(choices(field)).get(text, text)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _read_choice(field: Field, typed: str, _currency: str) -> Any:
    if typed not in {value for value, _words in field.choices}:
        raise BadInput(field.name)
    return int(typed) if field.name in RULE_FIELDS else typed


def _read_whole(field: Field, typed: str, _currency: str) -> int:
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 9:
        raise BadInput(field.name)
    return int(typed)


def _read_rate(field: Field, typed: str, _currency: str) -> str:
    return format(options.fraction(field.name, typed).normalize(), "f")


def _read_ppm(field: Field, typed: str, _currency: str) -> int:
    parts = options.fraction(field.name, typed) * MILLION
    if parts != int(parts) or not 0 <= parts <= 10 * MILLION:
        raise BadInput(field.name)
    return int(parts)


def _read_fee(field: Field, typed: str, currency: str) -> dict[str, Any]:
    charge: Charge | None = options.charge(field.name, typed, currency)
    if charge is None or (charge.rate or 0) < 0 or (charge.minor or 0) < 0:
        raise BadInput(field.name)
    return {"minor": charge.minor} if charge.rate is None else {"rate": format(charge.rate.normalize(), "f")}


def _read_money(field: Field, typed: str, currency: str) -> int:
    amount = to_minor(Decimal(typed.replace(",", "").removeprefix("¥")), currency)
    if not 0 <= amount < 10**15:
        raise BadInput(field.name)
    return amount


def _read_word(field: Field, typed: str, _currency: str) -> str:
    if not typed or len(typed) > 32:
        raise BadInput(field.name)
    return typed


def _read_flag(field: Field, typed: str, _currency: str) -> Any:
    if typed not in {"0", "1"}:
        raise BadInput(field.name)
    return typed == "1" if _is_flag(field.name) else int(typed)


_READ = {
    Sort.CHOICE: _read_choice,
    Sort.WORD: _read_word,
    Sort.WHOLE: _read_whole,
    Sort.DAYS: _read_whole,
    Sort.RATE: _read_rate,
    Sort.PPM: _read_ppm,
    Sort.FEE: _read_fee,
    Sort.MONEY: _read_money,
    Sort.FLAG: _read_flag,
}
