"""The rules of a debt in words: what money settles, what being late brings, what a refund does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.book.console.product_words import ORDERS, RULE_FIELDS
from kaopu.kernel.console import figures

if TYPE_CHECKING:
    from kaopu.book.models import Debt

BY_COMPONENT, PENALTY_FIRST = 12, 6  # parts of an allocation code, see docs/snapshot.md


def rules(debt: Debt) -> tuple[str, ...]:
    """One sentence a rule, those that do nothing left out."""
    return (
        _("Money settles %(order)s.") % {"order": allocation(debt.allocation)},
        *_late(debt),
        *_penalty(debt),
        *_refund(debt),
        *_dispute_and_pause(debt),
        *_class(debt),
    )


def allocation(code: int) -> str:
    """An allocation code in words."""
    order, is_penalty_first = str(dict(ORDERS)[str(code % PENALTY_FIRST)]), code % BY_COMPONENT >= PENALTY_FIRST
    by_row = code < BY_COMPONENT
    text = _("%(order)s, instalment by instalment") if by_row else _("%(order)s, one component over all that is due")
    return text % {"order": _("penalty first, then %(order)s") % {"order": order} if is_penalty_first else order}


def _late(debt: Debt) -> list[str]:
    found = []
    if debt.late_allocation:
        told = {"days": figures.days(debt.late_allocation_days), "order": allocation(debt.late_allocation - 1)}
        found.append(_("Over %(days)s past due money settles %(order)s.") % told)
    if debt.accelerate_after_days:
        days = {"days": figures.days(debt.accelerate_after_days)}
        found.append(_("Over %(days)s past due the whole balance falls due.") % days)
    days = {"days": figures.days(debt.non_accrual_days)}
    found.append(_("Over %(days)s past due interest is no longer income, until nothing is past due.") % days)
    return found


def _penalty(debt: Debt) -> list[str]:
    found = []
    if debt.penalty_rate_ppm:
        told = {
            "rate": figures.percent(debt.penalty_rate_ppm / 1e6),
            "base": _choice("penalty_base", debt.penalty_base),
            "year": debt.penalty_days_in_year,
        }
        found.append(_("Late penalty: %(rate)s a year on %(base)s, by the day, %(year)d days in a year.") % told)
    if debt.penalty_fixed:
        fixed = {"amount": figures.money(debt.penalty_fixed, debt.currency)}
        found.append(_("Each instalment that is late bears %(amount)s once.") % fixed)
    if debt.compound_rate_ppm:
        rate = {"rate": figures.percent(debt.compound_rate_ppm / 1e6)}
        found.append(_("Interest that is past due bears %(rate)s a year.") % rate)
    if debt.penalty_cap:
        cap = {"amount": figures.money(debt.penalty_cap, debt.currency)}
        found.append(_("The penalty by rule is %(amount)s at most in the life of the debt.") % cap)
    return found


def _refund(debt: Debt) -> list[str]:
    order = _("A refund settles %(what)s.") % {"what": _choice("refund_order", debt.refund_order)}
    fee = _("On a refund, fees not yet due %(what)s.") % {"what": _choice("refund_fee", debt.refund_fee)}
    return [order, fee]


def _dispute_and_pause(debt: Debt) -> list[str]:
    dispute = (
        _("What is in dispute counts 0 days and starts anew.")
        if debt.dispute_resets
        else _("What is in dispute stays at its days and goes on from there.")
    )
    return [dispute, _("A pause starts the days past due anew.")] if debt.pause_resets else [dispute]


def _class(debt: Debt) -> list[str]:
    found = []
    if debt.upgrade:
        found.append(_("A better class comes only after the observation of the measures of 2023."))
    if not debt.retail:
        found.append(_("Not retail: the class follows the borrower’s other debts too."))
    return found


def _choice(name: str, value: int) -> str:
    return str(dict(RULE_FIELDS[name].choices)[str(value)])
