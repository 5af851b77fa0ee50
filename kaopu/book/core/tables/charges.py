"""Fees and penalties: each belongs to the instalment in whose period its due day falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.tables.instalment import Component, InstalmentKind

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.tables.instalment import Instalment
    from kaopu.book.core.tables.loan_state import LoanState


def add_charge(loan: LoanState, component: Component, amount: int, due_on: date) -> None:
    """Put a charge on its instalment; behind the last due day an instalment of its own is added."""
    instalment = _instalment_of(loan, due_on) or loan.added_instalment(due_on)
    instalment.add_charge(component, amount, due_on)
    loan.sort()


def _instalment_of(loan: LoanState, due_on: date) -> Instalment | None:
    regular = [i for i in loan.instalments if i.kind is InstalmentKind.REGULAR]
    if due_on <= regular[0].due_on:
        return regular[0]
    return next((i for i in regular if i.start < due_on <= i.due_on), None)
