"""Sentences and facts of the debt page: the answer, the reason of the class, the terms."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.book.console import words
from kaopu.book.core.classification import LADDER_DAYS, RULE_CHARGED_OFF, RULE_REPORTED
from kaopu.book.core.parties_of_debt import owner_on
from kaopu.kernel.console import figures

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.console.debt_history import DebtRows
    from kaopu.book.core.position import Position
    from kaopu.book.models import Debt

LADDERS = (
    gettext_lazy("Measures for Risk Classification of Financial Assets of Commercial Banks, 2023"),
    gettext_lazy("card ladder, 1–90, 91–120, 121–180 and over 180 days"),
)
PLANS = {
    "next-month": gettext_lazy("pay next month"),
    "fee-instalment": gettext_lazy("instalments with a fee"),
    "equal-instalment": gettext_lazy("equal instalments"),
    "equal-principal": gettext_lazy("equal principal"),
    "interest-only": gettext_lazy("interest first, principal at the end"),
    "bullet": gettext_lazy("all at the end"),
    "on-demand": gettext_lazy("borrow and repay on demand"),
    "irregular": gettext_lazy("schedule by table"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A word and its value; `compared` is the value on the second day."""

    words: str
    value: str
    compared: str = ""


def answer(position: Position, currency: str) -> str:
    """What is owed, of what it is made and how much of it is past due, in one sentence."""
    if position.is_charged_off:
        return _("Charged off: %(amount)s left the book, %(recovered)s came back since.") % {
            "amount": figures.money(position.charged_off, currency),
            "recovered": figures.money(position.recovered, currency),
        }
    if position.is_transferred:
        return _("Sold: nothing is owed to us any more.")
    owed = position.outstanding
    if not owed.total:
        return _("Nothing is owed.")
    parts = _(" + ").join(
        _("%(component)s %(amount)s") % {"component": words.COMPONENTS[name], "amount": figures.money(amount, currency)}
        for name, amount in owed.as_json().items()
        if amount
    )
    values = {"owed": figures.money(owed.total, currency), "parts": parts}
    if not position.overdue.total:
        return _("Owed %(owed)s = %(parts)s. Nothing is past due.") % values
    values["late"] = figures.money(position.overdue.total, currency)
    return _("Owed %(owed)s = %(parts)s. Past due: %(late)s.") % values


def why_class(position: Position) -> str:
    """The rule that binds, with its limit."""
    rule = position.columns()["class_rule"]
    if rule == RULE_CHARGED_OFF:
        return _("Charged off: all that was owed left the book, so the class is loss.")
    reported, rest = divmod(rule, RULE_REPORTED)
    ladder, class_ = divmod(rest, 10)
    values: dict[str, Any] = {"days": figures.days(position.days_past_due), "class": words.CLASSES[class_]}
    if class_ == 0:
        return _("Not past due beyond its grace, so the class is %(class)s.") % values
    values["over"] = LADDER_DAYS[ladder][class_ - 1]
    text = (
        _("%(days)s past due. Any day past due is at least %(class)s.") % values
        if values["over"] == 0
        else _("%(days)s past due. Over %(over)d days is %(class)s.") % values
    )
    return text + (" " + _("The days rest on months in arrears as reported.") if reported else "")


def why_days(position: Position, debt: Debt) -> str:
    """From what the days are counted and what the product tolerates."""
    tolerated = _("The product tolerates %(days)s and %(amount)s unpaid before days count.") % {
        "days": figures.days(debt.grace_days),
        "amount": figures.money(debt.grace_amount, debt.currency),
    }
    worst = _("The worst so far was %(days)s.") % {"days": figures.days(position.worst_days_past_due)}
    return f"{tolerated} {worst}"


def ladder(debt: Debt) -> str:
    """The name of the ladder that the product uses."""
    return str(LADDERS[debt.ladder])


def states(position: Position) -> tuple[str, ...]:
    """What else is true of the debt as a whole."""
    flags = (
        (position.is_restructured, _("restructured")),
        (position.is_charged_off, _("charged off")),
        (position.is_fully_refunded, _("fully refunded")),
        (position.is_reported, _("as reported, not replayed")),
        (position.is_settled, _("settled")),
        (position.is_accelerated, _("called due early")),
        (position.is_in_dispute, _("in dispute")),
        (position.is_transferred, _("sold")),
        (position.has_changed_debtor, _("another debtor")),
        (position.is_non_accrual, _("interest no longer income")),
    )
    return tuple(text for is_true, text in flags if is_true)


def facts(position: Position, compared: Position | None, currency: str) -> tuple[Fact, ...]:
    """The figures beside what is owed; zero amounts that most debts have are left out."""

    def of(one: Position) -> list[tuple[str, str, bool]]:
        sums = one.counters()
        amounts = (
            (_("Paid to date"), one.paid_to_date, True),
            (_("Accrued interest"), one.accrued_interest, True),
            (_("Credit balance"), one.credit_balance, False),
            (_("Refunded"), one.refunded, False),
            (_("Waived"), one.waived, False),
            (_("Lapsed"), one.lapsed, False),
            (_("Recovered"), one.recovered, False),
            (_("Set off"), sums["set_off"], False),
            (_("Paid out"), sums["paid_out"], False),
        )
        days = (
            (_("Next due"), figures.weekday_day(one.next_due) if one.next_due else _("none"), True),
            (_("Worst days past due"), str(one.worst_days_past_due), True),
        )
        return [
            *days,
            *((text, figures.money(amount, currency), always or bool(amount)) for text, amount, always in amounts),
        ]

    now = of(position)
    second = (
        [_("then: %(value)s") % {"value": value} for _text, value, _shown in of(compared)]
        if compared
        else [""] * len(now)
    )
    return tuple(Fact(text, value, other) for (text, value, shown), other in zip(now, second, strict=True) if shown)


def owner_now(found: DebtRows, as_of: date) -> tuple[Fact, ...]:
    """Who owns the claim on a day, where that is no longer as booked."""
    owner = owner_on(found.debt.owner, found.happened(), as_of)
    return (Fact(_("Owner now"), owner),) if owner != found.debt.owner else ()


def terms(debt: Debt) -> tuple[Fact, ...]:
    """What was agreed, as far as it is known."""
    agreed = debt.terms or {}
    unknown = _("unknown, the import did not tell")
    rate = agreed.get("rate_annual")
    lines = [
        Fact(_("Lent"), figures.money(debt.principal, debt.currency)),
        Fact(_("Lent on"), figures.day(debt.disbursed_on)),
        Fact(_("Plan"), str(PLANS.get(agreed.get("plan", ""), unknown))),
        Fact(_("Instalments"), str(agreed["periods"]) if "periods" in agreed else _("by schedule")),
        Fact(_("Rate a year"), figures.percent(float(Decimal(rate))) if rate else _("none") if agreed else unknown),
    ]
    if "day_count" in agreed:
        lines.append(Fact(_("Day count"), str(agreed["day_count"])))
    lines += [
        Fact(_("Portfolio"), debt.portfolio),
        Fact(_("Owner"), f"{debt.owner}, {figures.percent(debt.participation_ppm / 1e6, 0)}"),
        Fact(_("Outside number"), debt.external_id),
    ]
    if debt.category:
        lines.append(Fact(_("Spent on"), debt.category))
    if debt.merchant_id:
        lines.append(Fact(_("Merchant"), debt.merchant_id))
    return tuple(lines)
