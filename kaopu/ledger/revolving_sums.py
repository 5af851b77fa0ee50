"""Revolving accounts as cumulative sums by cause: their room keeps the counters, the ledger the accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.book.core.allowance import allowance
from kaopu.book.core.classification import CLASSES
from kaopu.ledger import store
from kaopu.ledger.core.rates import Rates, vat_within
from kaopu.revolving import store as revolving
from kaopu.revolving.core.counters import Counters, counters
from kaopu.revolving.core.standing import standing
from kaopu.revolving.models import RevolvingAccount

if TYPE_CHECKING:
    from datetime import date

DRAWN = ("purchase", "cash", "instalment")


def revolving_sums(as_of: date) -> dict[str, dict[str, int]]:
    """Sums of all accounts that were open by the end of a day, by currency and cause, in minor units."""
    accounts = list(
        RevolvingAccount.objects.filter(opened_on__lte=as_of).select_related("terms").order_by("account_id")
    )
    if not accounts:
        return {}
    rates = store.chart_in_force().rates
    found: dict[str, dict[str, int]] = {}
    for known in revolving.histories(accounts):
        walk = known.walked(as_of)
        code = CLASSES.index(standing(walk, as_of).class_)
        mine = found.setdefault(known.account.currency, {})
        for name, amount in sums_of(counters(walk, as_of), code, rates).items():
            mine[name] = mine.get(name, 0) + amount
    return found


def sums_of(of: Counters, class_code: int, rates: Rates) -> dict[str, int]:
    """One account's sums by cause."""
    settled = {
        name: of.received[name] + of.refunded[name] + of.paid_by_credit[name] for name in (*DRAWN, "fee", "interest")
    }
    accrued, opening = sum(of.interest_accrued.values()), max(of.opening, 0)
    carrying = sum(of.balance.values()) + accrued - sum(of.interest_billed.values())
    return {
        "revolving_drawn": sum(of.charged[name] for name in DRAWN) - opening,
        "revolving_opening": opening,
        "revolving_opening_credit": max(-of.opening, 0),
        "revolving_accrued_interest": accrued,
        "revolving_billed_interest": of.charged["interest"],
        "revolving_fee": of.charged["fee"],
        "revolving_paid": sum(of.received.values()) + of.overpaid,
        "revolving_refunded": sum(of.refunded.values()) + of.over_refunded,
        "revolving_settled_principal": sum(settled[name] for name in DRAWN),
        "revolving_settled_interest": settled["interest"],
        "revolving_settled_fee": settled["fee"],
        "revolving_vat_interest": _one(vat_within(np.array([accrued]), rates.vat_ppm[0])),
        "revolving_vat_fee": _one(vat_within(np.array([of.charged["fee"]]), rates.vat_ppm[1])),
        "revolving_impairment": _one(
            allowance(np.array([carrying]), np.array([class_code], np.int32), rates.allowance_ppm)
        ),
    }


def _one(values: np.ndarray) -> int:
    return int(values[0])
