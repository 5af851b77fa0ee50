"""Money that goes back to the borrower or is taken back: chargebacks, and refunds of a credit balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.tables.instalment import Component, InstalmentKind
from kaopu.book.core.tables.interest_upkeep import credit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kaopu.book.core.tables.instalment import Instalment
    from kaopu.book.core.tables.loan_state import LoanState, Payment

Parts = dict[Component, int]


def charge_back(loan: LoanState, on: date, amount: int, original: Payment) -> None:
    """Take a payment, or a part of it, back: what it had paid is due again.

    Without an order of its own the whole amount comes back as principal. The credit balance pays first.
    """
    parts = _parts_of(loan, amount, original)
    if loan.follows_interest and loan.model is not None and on <= loan.model.last_due_on:
        credit(loan.model, on, parts[Component.PRINCIPAL], parts[Component.INTEREST])
        loan.take_over_dues(None)
        holding = _instalment_after(loan, on)
        for component in (Component.FEE, Component.PENALTY):
            holding.charged[component] += parts[component]
            holding.note_settlement(on)
        return
    _add(_instalment_after(loan, on), parts)


def _parts_of(loan: LoanState, amount: int, original: Payment) -> Parts:
    parts = dict.fromkeys(Component, 0)
    order = loan.settings.chargeback_order
    if not order:
        parts[Component.PRINCIPAL] = amount
        return parts
    left = amount
    for component in order:
        part = min(left, original.used[component] - original.charged_back[component])
        parts[component] = part
        original.charged_back[component] += part
        left -= part
    return parts


def _add(instalment: Instalment, parts: Mapping[Component, int]) -> None:
    for component, amount in parts.items():
        if component is Component.PRINCIPAL:
            instalment.credit_principal(amount)
        elif amount:
            instalment.charged[component] += amount
            instalment.settled_on = None


def _instalment_after(loan: LoanState, on: date) -> Instalment:
    """The next instalment due after a day, or on it when it is the last; else one behind the last due day."""
    loan.sort()
    regular = [i for i in loan.instalments if i.kind is InstalmentKind.REGULAR]
    for instalment in regular:
        if instalment.due_on > on:
            return instalment
    has_added = any(i.kind is InstalmentKind.ADDED for i in loan.instalments)
    if on == loan.last_due_on and not has_added:
        return regular[-1]
    return loan.added_instalment(on)


def refund_credit_balance(loan: LoanState, on: date, amount: int) -> None:
    """Pay a credit balance out; what was not covered by it is owed as principal."""
    from_balance = min(amount, loan.overpaid)
    loan.take_from_overpaid(from_balance)
    owed = amount - from_balance
    if owed > 0:
        instalment = _instalment_after(loan, on)
        if loan.follows_interest and loan.model is not None and on <= loan.model.last_due_on:
            credit(loan.model, on, owed, 0)
            loan.take_over_dues(None)
        else:
            instalment.credit_principal(owed)
