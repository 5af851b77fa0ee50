"""The two steps of the filter, as plain arithmetic: time passes, then a sign is seen.

One text for both: `reach.py` runs them as they stand, `reach_kernel.py` has Numba compile them.
"""

from __future__ import annotations

import math

DAYS_IN_YEAR = 365.25
SECONDS_IN_YEAR = DAYS_IN_YEAR * 86_400
# No evidence settles a point for ever: a wrong row must be outweighed by later ones.
SUREST = 1.0 - 1e-9


def after(alive: float, years: float, churn: float, back: float) -> float:
    """The chance of being alive `years` later: two states in continuous time; rates of leaving and return a year.

    p(t) = s + (p(0) - s) exp(-(churn + back) t), s = back / (churn + back): the solution of p' = back (1 - p) - churn p
    (Norris, Markov Chains, 1997, example 2.1.1).
    """
    rate = churn + back
    if rate <= 0.0 or years <= 0.0:
        return alive
    settles = back / rate
    return settles + (alive - settles) * math.exp(-rate * years)


def again(likelihood: float, repeats: float) -> float:
    """The chance of a sign that came last time too, by the same way, where a share of attempts repeats the last."""
    return repeats + (1.0 - repeats) * likelihood


def seen(alive: float, if_alive: float, if_dead: float) -> float:
    """Bayes: the chance of being alive once a sign of these two likelihoods was seen."""
    good = alive * if_alive
    both = good + (1.0 - alive) * if_dead
    return min(max(good / both, 1.0 - SUREST), SUREST)
