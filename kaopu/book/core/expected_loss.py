"""Expected loss of the book: what rolls to charge-off within a horizon × (1 − recovery), with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.classification import BUCKETS
from kaopu.book.core.roll_rate import CHARGED_OFF, PAID_OFF, STATES, roll_rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Amounts = NDArray[np.int64]

DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class ExpectedLoss:
    """An estimate in minor units, and everything needed to read it."""

    amount: int
    low: int
    high: int
    coverage: float
    horizon_months: int
    window_months: int
    recovery_rate: float
    roll_to_charge_off: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """By name; the roll by bucket."""
        return {
            "amount": self.amount,
            "low": self.low,
            "high": self.high,
            "coverage": self.coverage,
            "horizon_months": self.horizon_months,
            "window_months": self.window_months,
            "recovery_rate": round(self.recovery_rate, 6),
            "roll_to_charge_off": {
                name: round(rate, 6) for name, rate in zip(BUCKETS, self.roll_to_charge_off, strict=True)
            },
        }


def roll_to_charge_off(monthly: Amounts, horizon_months: int) -> NDArray[np.float64]:
    """Share of each bucket's balance that is charged off within the horizon.

    `monthly` is int64[window, 8, 10], the roll amounts of the months of the window; their balances are added up, so a
    month counts by its size. Charged off and paid off are final.
    """
    step = np.zeros((len(STATES), len(STATES)))
    step[: len(BUCKETS)] = roll_rates(monthly.sum(axis=0))
    step[CHARGED_OFF, CHARGED_OFF] = step[PAID_OFF, PAID_OFF] = 1.0
    final: NDArray[np.float64] = np.linalg.matrix_power(step, horizon_months)[: len(BUCKETS), CHARGED_OFF]
    return final


def recovery_rate(charged_off: int, recovered: int) -> float:
    """Recovered ÷ charged off; 0 while nothing was charged off, since nothing is known then."""
    return min(1.0, recovered / charged_off) if charged_off > 0 else 0.0


def expected_loss(  # noqa: PLR0917 - the assumptions, each with its default
    owed_by_bucket: Amounts,
    monthly: Amounts,
    recovery: float,
    horizon_months: int,
    seed: int,
    coverage: float = 0.9,
    draws: int = DRAWS,
) -> ExpectedLoss:
    """The estimate, and an interval from drawing the months of the window again (bootstrap, seeded).

    The interval speaks of how much the months of the window differ, not of a future unlike all of them.
    """
    lost = 1.0 - recovery
    roll = roll_to_charge_off(monthly, horizon_months)
    window = len(monthly)
    chosen = np.random.default_rng(seed).integers(0, window, (draws, window))
    drawn = [float(owed_by_bucket @ roll_to_charge_off(monthly[months], horizon_months)) * lost for months in chosen]
    low, high = np.quantile(drawn, [(1 - coverage) / 2, (1 + coverage) / 2])
    return ExpectedLoss(
        amount=round(float(owed_by_bucket @ roll) * lost),
        low=round(float(low)),
        high=round(float(high)),
        coverage=coverage,
        horizon_months=horizon_months,
        window_months=window,
        recovery_rate=recovery,
        roll_to_charge_off=tuple(float(each) for each in roll),
    )
