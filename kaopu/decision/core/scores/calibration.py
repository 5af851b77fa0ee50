"""Whether a probability is as often right as it says: slope, intercept, tables, Brier, and two ways to mend it.

Slope and intercept: logistic regression of the outcome on the log-odds of the forecast (Cox 1958); 1 and 0 are perfect,
a slope below 1 is a forecast too sure of itself. The test is Spiegelhalter's z beside Hosmer-Lemeshow, whose p falls
with the mere number of rows and is shown for those who ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit
from scipy.stats import chi2, norm

from kaopu.decision.core.scores import logistic
from kaopu.decision.core.scores.discrimination import Interval, interval, resampled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.scores.arrays import Flags, Floats

TENTHS = 10
DRAWS = 100


@dataclass(frozen=True, slots=True)
class Calibration:
    """`platt`: log-odds = intercept + slope * log-odds. `isotonic`: a staircase of (forecast, rate). `none`: as is."""

    kind: str = "none"
    intercept: float = 0.0
    slope: float = 1.0
    forecasts: tuple[float, ...] = ()
    rates: tuple[float, ...] = ()

    def apply(self, chance: Floats) -> Floats:
        """The mended probability."""
        if self.kind == "platt":
            return np.asarray(expit(self.intercept + self.slope * logistic.logit(chance)), dtype=np.float64)
        if self.kind == "isotonic":
            return np.asarray(np.interp(chance, self.forecasts, self.rates), dtype=np.float64)
        return chance

    def as_json(self) -> dict[str, Any]:
        """As the model's file keeps it."""
        return {"kind": self.kind, "intercept": self.intercept, "slope": self.slope,
                "forecasts": list(self.forecasts), "rates": list(self.rates)}  # fmt: skip

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Calibration:
        """As read from the model's file."""
        return cls(
            str(table["kind"]), float(table["intercept"]), float(table["slope"]), tuple(table["forecasts"]),
            tuple(table["rates"]),
        )  # fmt: skip


def fit_calibration(kind: str, chance: Floats, bad: Flags) -> Calibration:
    """Fit on forecasts made for rows that the model has not seen (the folds left out)."""
    if kind == "platt":
        intercept, slope = slope_of(chance, bad)
        return Calibration("platt", intercept, slope)
    if kind == "isotonic":
        from sklearn.isotonic import IsotonicRegression

        fitted = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(chance, bad.astype(float))
        return Calibration(
            "isotonic",
            forecasts=tuple(float(each) for each in fitted.X_thresholds_),
            rates=tuple(float(each) for each in fitted.y_thresholds_),
        )
    return Calibration()


def slope_of(chance: Floats, bad: Flags, weights: Floats | None = None) -> tuple[float, float]:
    """Intercept and slope of calibration; rows may count several times."""
    return logistic.fit_line(logistic.logit(chance), bad, weights)


def slope_interval(chance: Floats, bad: Flags, seed: int, draws: int = DRAWS) -> Interval:
    """The slope with its bootstrap interval."""
    draw = np.random.default_rng(seed)
    found = [slope_of(chance, bad, resampled(bad, draw))[1] for _ in range(draws)]
    return interval(slope_of(chance, bad)[1], found)


def tenths(chance: Floats, bad: Flags, groups: int = TENTHS) -> list[dict[str, float]]:
    """Rows in groups of equal size by forecast: what was expected and what came."""
    order = np.argsort(chance, kind="stable")
    return [
        {
            "rows": len(rows),
            "expected": round(float(chance[rows].mean()), 6),
            "came": round(float(bad[rows].mean()), 6),
            "from": round(float(chance[rows].min()), 6),
            "to": round(float(chance[rows].max()), 6),
        }
        for rows in np.array_split(order, groups)
        if len(rows)
    ]


def figures(chance: Floats, bad: Flags, seed: int = 0) -> dict[str, Any]:
    """All of it: slope with interval, intercept, expected and real rate, Brier, the two tests, the table."""
    intercept, _ = slope_of(chance, bad)
    table = tenths(chance, bad)
    terms = [
        row["rows"] * (row["came"] - row["expected"]) ** 2 / max(row["expected"] * (1 - row["expected"]), 1e-9)
        for row in table
    ]
    statistic, freedom = float(sum(terms)), max(len(table) - 2, 1)
    outcome = bad.astype(float)
    spread = float(np.sqrt(((1 - 2 * chance) ** 2 * chance * (1 - chance)).sum()))
    z = float(((outcome - chance) * (1 - 2 * chance)).sum() / spread) if spread else 0.0
    return {
        "slope": slope_interval(chance, bad, seed).as_json(),
        "intercept": round(intercept, 6),
        "expected": round(float(chance.mean()), 6),
        "came": round(float(outcome.mean()), 6),
        "brier": round(float(((chance - outcome) ** 2).mean()), 6),
        "brier_of_the_rate": round(float((outcome.mean() - outcome).__pow__(2).mean()), 6),
        "hosmer_lemeshow": {"statistic": round(statistic, 3), "p": round(float(chi2.sf(statistic, freedom)), 6)},
        "spiegelhalter": {"z": round(z, 3), "p": round(float(2 * norm.sf(abs(z))), 6)},
        "table": table,
    }
