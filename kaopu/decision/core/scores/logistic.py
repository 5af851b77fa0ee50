"""Logistic regression whose weights may be held to one sign, and plain regression on one score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

if TYPE_CHECKING:
    from kaopu.decision.core.scores.arrays import Flags, Floats

STEPS_MAX = 500
SMALL = 1e-12
NEWTON_STEPS, STEP_MAX, CLOSE = 25, 2.0, 1e-10


def fit(inputs: Floats, bad: Flags, *, ridge: float = 1.0, never_below_zero: bool = False) -> tuple[float, Floats]:
    """Intercept and weights of log-odds(bad) = intercept + inputs @ weights, by penalised maximum likelihood.

    `ridge` is the penalty ridge/2 * sum(weights²) on the summed log-likelihood; the intercept is free. With
    `never_below_zero` no weight is negative: an input that would only work backwards, beside those it repeats, gets 0
    (Lawson & Hanson's non-negative idea, here for logistic loss by L-BFGS-B).
    """
    rows, width = inputs.shape
    truth = bad.astype(np.float64)
    rate = min(max(float(truth.mean()), SMALL), 1 - SMALL)

    def loss(point: Floats) -> tuple[float, Floats]:
        line = inputs @ point[1:] + point[0]
        gap = expit(line) - truth
        value = float(np.logaddexp(0.0, line).sum() - truth @ line + ridge / 2 * point[1:] @ point[1:])
        slope = np.concatenate(([gap.sum()], inputs.T @ gap + ridge * point[1:]))
        return value / rows, slope / rows

    start = np.concatenate(([np.log(rate / (1 - rate))], np.zeros(width)))
    bounds = [(None, None), *([(0.0 if never_below_zero else None, None)] * width)]
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": STEPS_MAX, "ftol": 1e-12}
    )
    return float(found.x[0]), np.asarray(found.x[1:], dtype=np.float64)


def fit_line(values: Floats, bad: Flags, weights: Floats | None = None) -> tuple[float, float]:
    """Intercept and slope of log-odds(bad) = intercept + slope * values, by Newton's method, without penalty.

    `values` that tell the outcomes apart without overlap, or do not vary, have no finite answer: what is given then is
    where the method stands after its last step.
    """
    counted = np.ones(len(values)) if weights is None else weights
    inputs = np.stack([np.ones(len(values)), values], axis=1)
    point = np.array([0.0, 1.0])
    for _ in range(NEWTON_STEPS):
        chance = expit(inputs @ point)
        slope = inputs.T @ (counted * (bad - chance))
        curve = (inputs * (counted * chance * (1 - chance))[:, None]).T @ inputs + SMALL * np.eye(2)
        step = np.linalg.solve(curve, slope)
        point += np.clip(step, -STEP_MAX, STEP_MAX)
        if np.abs(step).max() < CLOSE:
            break
    return float(point[0]), float(point[1])


def logit(chance: Floats) -> Floats:
    """Log-odds of a probability, kept finite."""
    safe = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(safe) - np.log1p(-safe), dtype=np.float64)
