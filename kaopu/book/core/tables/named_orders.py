"""The named orders of cumulative loans: oldest instalment first, and inside it the order that the name gives."""

from __future__ import annotations

from kaopu.book.core.tables.instalment import Component, Instalment
from kaopu.book.core.tables.loan_state import LoanState, Payment
from kaopu.book.core.tables.settings import Strategy

_P, _F, _N, _I = Component.PENALTY, Component.FEE, Component.PRINCIPAL, Component.INTEREST
# (what is due, what is paid in advance)
_ORDERS = {
    Strategy.PENALTIES_FIRST: ((_P, _F, _I, _N), (_P, _F, _I, _N)),
    Strategy.DUE_PENALTY_FEE: ((_P, _F, _I, _N), (_N, _P, _F, _I)),
    Strategy.DUE_PENALTY_INTEREST: ((_P, _I, _N, _F), (_P, _I, _N, _F)),
}


def allocate_by_name(loan: LoanState, payment: Payment, amount: int) -> int:
    """Use an amount in the order of the loan's strategy; returns what found no place."""
    due_order, advance_order = _ORDERS[loan.settings.strategy]
    for instalment in loan.instalments:
        if amount <= 0:
            break
        order = due_order if instalment.due_on <= payment.on else advance_order
        for component in order:
            amount -= _use(payment, instalment, component, amount)
    return amount


def _use(payment: Payment, instalment: Instalment, component: Component, amount: int) -> int:
    if amount <= 0 or instalment.outstanding(component) <= 0:
        return 0
    used = instalment.pay(component, amount, payment.on)
    payment.used[component] += used
    return used
