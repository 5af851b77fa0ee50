"""One debt seen by three: what borrower, merchant and lender gave and got, and what the lender earned by it.

Out of the kernel's counters (docs/snapshot.md, *Facts and counters*), in minor units. The merchant is whoever sold the
goods: paid by the lender at the start, refunding, and paying the subsidy. Two ways lead to the lender's result: by what
was booked, and by cash with what is still asked; that they meet is a law (tests/laws/test_three_parties.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COMPONENTS = ("principal", "interest", "fee", "penalty")
GONE = ("waived", "charged_off", "transferred")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Net money so far: what the borrower gave, what the merchant got, what the lender and others got."""

    borrower_gave: int
    merchant_got: int
    lender_got: int
    others_got: int


def sheet(lent: int, counters: Mapping[str, int]) -> Sheet:
    """The sheet of a debt whose goods were paid to a merchant. `others`: new owners of the claim, set-off accounts."""
    of = counters
    return Sheet(
        borrower_gave=of["paid"] - of["paid_out"] - of["chargeback"],
        merchant_got=lent - of["merchant_refund"] - of["subsidy_received"],
        lender_got=_cash(lent, of),
        others_got=of["passed_on"] - of["transfer_price"] - of["set_off"],
    )


def result_by_bookings(lent: int, counters: Mapping[str, int]) -> int:
    """What the lender earned or lost so far: income, less what was forgiven, written off and sold."""
    of = counters
    income = of["billed_interest"] + of["running_interest"] + of["billed_fee"] + of["charged_penalty"]
    gone = sum(of[f"{way}_{component}"] for way in GONE for component in COMPONENTS)
    dropped = of["dropped_interest"] + of["dropped_penalty"]
    brought = of["asked_principal"] - lent + of["reported_principal"] - of["reported_credit"]
    return income + of["subsidy_earned"] + of["recovered"] + of["transfer_price"] + brought - gone - dropped


def result_by_cash(lent: int, counters: Mapping[str, int], outstanding: Mapping[str, int], credit_balance: int) -> int:
    """The same by cash, with what borrower and payer still owe (`outstanding` by component) and what is held for them.

    Interest and fee count as far as they were billed or run: what was received ahead is held, not earned.
    """
    of = counters
    claims = outstanding["principal"] + outstanding["penalty"] + _billed(of, "interest") + _billed(of, "fee")
    claims += of["running_interest"] + of["subsidy_due"] - of["subsidy_clawed"] - of["subsidy_received"]
    held = credit_balance + of["subsidy_due"] - of["subsidy_clawed"] - of["subsidy_earned"]
    return _cash(lent, of) + claims - held


def _cash(lent: int, of: Mapping[str, int]) -> int:
    borrower = of["paid"] - of["paid_out"] - of["chargeback"]
    merchant = of["merchant_refund"] + of["subsidy_received"]
    others = of["transfer_price"] + of["set_off"] - of["passed_on"]
    return borrower + merchant + others - lent


def _billed(of: Mapping[str, int], component: str) -> int:
    settled = sum(of[f"{way}_{component}"] for way in ("received", "refunded", *GONE))
    return of[f"billed_{component}"] - settled - of.get(f"dropped_{component}", 0)
