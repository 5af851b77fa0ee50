"""Classes that days past due alone do not give (docs/classification.md), for the allowance of those debts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from kaopu.book.models import Debt

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


def classed_debts() -> list[int]:
    """Debts whose class may follow from more than their own days: it can change without a new row of their own."""
    return list(_rows().values_list("debt_id", flat=True))


def classes_on(day: date) -> dict[int, int]:
    """The classes of these debts at the end of a day, by every rule and what is known now, as codes."""
    debts = list(_rows().filter(disbursed_on__lte=day))
    if not debts:
        return {}
    from kaopu.book.actions.classify_debt import classify_debts
    from kaopu.book.core.classification import CLASSES

    told = classify_debts(debts, day)
    return {debt.debt_id: CLASSES.index(told[debt.debt_id].class_) for debt in debts}


def _rows() -> QuerySet[Debt]:
    return Debt.objects.filter(Q(retail=False) | ~Q(upgrade=0)).order_by("debt_id")
