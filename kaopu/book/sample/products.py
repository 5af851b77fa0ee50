"""What the sample lender offers: one product for each plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from kaopu.book.core.terms import Charge, Floating, Plan

DAILY_HALF_PER_MILLE = 182_500  # 0.05% a day, in parts in a million a year


@dataclass(frozen=True, slots=True)
class Offer:
    """A product and how it is used. Amounts are yuan, `weight` is relative, `prepays` a chance a month."""

    code: str
    name: str
    plan: Plan
    weight: float
    least: int
    most: int
    step: int
    periods: tuple[int, ...]
    rates: tuple[str, ...] = ("0",)
    fee_per_period: str | None = None
    floating_spread: str | None = None
    portfolio: str = "consumer"
    at_merchant: bool = False
    subsidy_ppm: int = 0  # of the amount lent, paid by the shop
    prepays: float = 0.012
    risk: float = 1.0  # how much likelier than usual an instalment is missed
    rules: dict[str, int] = field(default_factory=dict)

    @property
    def charge(self) -> Charge | None:
        """The fee of each period."""
        return Charge(rate=Decimal(self.fee_per_period)) if self.fee_per_period else None

    @property
    def floating(self) -> Floating | None:
        """The reference of a floating rate."""
        return Floating(REFERENCE, spread=Decimal(self.floating_spread)) if self.floating_spread else None


REFERENCE = "lpr_1y"
# Days on which the published one-year loan prime rate changed, per cent a year (source: National Interbank
# Funding Center).
LPR_1Y = (
    ("2022-08-22", "3.65"),
    ("2023-06-20", "3.55"),
    ("2023-08-21", "3.45"),
    ("2024-07-22", "3.35"),
    ("2024-10-21", "3.10"),
    ("2025-05-20", "3.00"),
)

_CONSUMER = {"grace_days": 3, "grace_amount": 100, "penalty_rate_ppm": DAILY_HALF_PER_MILLE}
# Enterprises: interest on overdue interest, all due once over 90 days late, and principal first from then on. They are
# not retail: the class follows the borrower's other debts, and gets better only after observation.
_BUSINESS = {
    "grace_amount": 1_000, "penalty_rate_ppm": DAILY_HALF_PER_MILLE, "penalty_days_in_year": 360,
    "compound_rate_ppm": 120_000, "accelerate_after_days": 90, "late_allocation": 3, "late_allocation_days": 90,
    "non_accrual_days": 90, "upgrade": 1, "retail": False,
}  # fmt: skip
# The shop pays for the weeks without interest, and a refund takes the fee with it.
_INTEREST_FREE = {**_CONSUMER, "refund_fee": 1}

OFFERS = (
    Offer("next-month", "下月付", Plan.NEXT_MONTH, 38, 50, 1_500, 10, (1,), at_merchant=True,
          prepays=0.0, subsidy_ppm=15_000, rules=_INTEREST_FREE),
    Offer("fee-instalment", "分期付", Plan.FEE_INSTALMENT, 30, 300, 8_000, 100, (3, 6, 12), fee_per_period="0.006",
          at_merchant=True, prepays=0.008, rules=_CONSUMER),
    Offer("cash-instalment", "等额本息现金贷", Plan.EQUAL_INSTALMENT, 16, 1_000, 30_000, 500, (6, 12, 24),
          rates=("0.108", "0.144", "0.18", "0.216"), risk=1.4, rules=_CONSUMER),
    Offer("on-demand", "随借随还", Plan.ON_DEMAND, 6, 500, 20_000, 500, (3, 6), rates=("0.126", "0.162"),
          prepays=0.15, rules=_CONSUMER),
    Offer("shop-loan", "小微等额本金", Plan.EQUAL_PRINCIPAL, 4, 10_000, 100_000, 5_000, (12, 24),
          rates=("0.09", "0.12"), portfolio="business", prepays=0.01, rules=_BUSINESS),
    Offer("stock-loan", "先息后本", Plan.INTEREST_ONLY, 2.5, 20_000, 200_000, 10_000, (6, 12),
          rates=("0.078", "0.096"), portfolio="business", prepays=0.02, risk=0.8, rules=_BUSINESS),
    Offer("harvest-loan", "到期一次还本付息", Plan.BULLET, 1.5, 5_000, 50_000, 1_000, (3, 6, 9),
          rates=("0.066", "0.084"), portfolio="business", prepays=0.01, rules=_BUSINESS),
    Offer("lpr-loan", "LPR浮动利率贷款", Plan.EQUAL_INSTALMENT, 2, 20_000, 150_000, 10_000, (12, 24),
          floating_spread="0.018", portfolio="business", prepays=0.01, risk=0.6, rules=_BUSINESS),
)  # fmt: skip

CATEGORIES = ("groceries", "fashion", "electronics", "travel", "education", "home", "beauty", "sports")
MERCHANTS = 300
