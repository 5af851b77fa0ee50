"""Control accounts: what balances of the ledger must be, one debt at a time, as the position says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.ledger.core.vectors import Standing, balance, carrying_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Amounts = NDArray[np.int64]


def controls(sums: Amounts, standing: Standing, position: Mapping[str, Amounts]) -> dict[str, tuple[Amounts, Amounts]]:
    """By name: what the ledger says and what the position says. `position` holds the columns of OUT64 by name."""
    of = standing.counters
    unpaid = (
        of["billed_interest"] + of["running_interest"] - of["received_interest"] - of["refunded_interest"]
        - of["waived_interest"] - of["charged_off_interest"] - of["transferred_interest"] - of["dropped_interest"]
    )  # fmt: skip
    return {
        "loan principal": (balance(sums, "principal"), position["outstanding_principal"]),
        "penalty receivable": (balance(sums, "penalty"), position["outstanding_penalty"]),
        "customer money": (-balance(sums, "customer"), position["credit_balance"]),
        "interest receivable": (balance(sums, "interest_running") + balance(sums, "interest_due"), unpaid),
        "suspended": (
            -balance(sums, "interest_suspended") - balance(sums, "penalty_suspended"),
            balance(sums, "memo_suspended"),
        ),
        "unearned subsidy": (
            -balance(sums, "unearned_subsidy"),
            of["subsidy_due"] - of["subsidy_clawed"] - of["subsidy_earned"],
        ),
        "allowance not above what it covers": (
            np.minimum(-balance(sums, "allowance"), np.maximum(carrying_amount(sums), 0)),
            -balance(sums, "allowance"),
        ),
    }
