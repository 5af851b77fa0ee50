"""The named orders of cumulative loans: oldest instalment first, and inside it the order that the name gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book.core.tables.instalment import Component, Instalment
from kaopu.book.core.tables.settings import Strategy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.book.core.tables.loan_state import LoanState, Payment

_P, _F, _N, _I = Component.PENALTY, Component.FEE, Component.PRINCIPAL, Component.INTEREST
# First the order for what is due, then the one for what is paid in advance.
_ORDERS = {
    Strategy.PENALTIES_FIRST: ((_P, _F, _I, _N), (_P, _F, _I, _N)),
    Strategy.DUE_PENALTY_FEE: ((_P, _F, _I, _N), (_N, _P, _F, _I)),
    Strategy.DUE_PENALTY_INTEREST: ((_P, _I, _N, _F), (_P, _I, _N, _F)),
}
_CHARGES = (_P, _F)


def allocate_by_name(
    loan: LoanState, payment: Payment, amount: int, instalments: Sequence[Instalment] | None = None
) -> int:
    """Use an amount in the order of the loan's strategy; returns what found no place.

    A fee or penalty whose own due day has come is due, although its instalment may not be.
    """
    due_order, advance_order = _ORDERS[loan.settings.strategy]
    for instalment in loan.instalments if instalments is None else instalments:
        if amount <= 0:
            break
        if instalment.due_on <= payment.on:
            order = due_order
        else:
            order = advance_order
            for component in (c for c in due_order if c in _CHARGES):
                amount -= _use(
                    payment, instalment, component, min(amount, instalment.due_charge(component, payment.on))
                )
        for component in order:
            amount -= _use(payment, instalment, component, amount)
    return amount


def _use(payment: Payment, instalment: Instalment, component: Component, amount: int) -> int:
    if amount <= 0 or instalment.outstanding(component) <= 0:
        return 0
    used = instalment.pay(component, amount, payment.on)
    payment.used[component] += used
    return used
