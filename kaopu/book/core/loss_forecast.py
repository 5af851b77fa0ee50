"""A forecast of losses by roll rates at past month ends, beside what came and beside a naive forecast.

Two targets: balance charged off within the horizon, and balance that came over 90 days past due (or was charged off)
at one of the month ends within it. Everything for one date rests on what had happened by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.classification import BUCKETS
from kaopu.book.core.roll_rate import CHARGED_OFF, PAID_OFF, STATES, roll_amounts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    Values = NDArray[Any]

HORIZON, WINDOW, DATES = 6, 12, 12
MONTH_ENDS = WINDOW + DATES + HORIZON  # how many month ends a forecast needs
CREDIBILITY_K = 100  # debt-months at which a product's own rate weighs as much as the pooled one
TARGETS = ("charged_off", "over_90")
FEWEST = 30  # debts that must have come on average, for charge-offs to be the target
_OVER_90 = BUCKETS.index("91-180")
_FIRST = {"charged_off": CHARGED_OFF, "over_90": _OVER_90}  # states from here to CHARGED_OFF are the target
AT_RISK, CAME, DEBTS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class RollSums:
    """Additive sums of one product in one currency, over MONTH_ENDS month ends, oldest first."""

    amounts: Values  # int64[ends - 1, 8, 10] roll amounts from end to end
    counts: Values  # int64[ends - 1, 8] debts that they rest on
    owed: Values  # int64[ends, 8] balance by bucket
    cohorts: Values  # int64[ends - HORIZON, targets, 3] at risk, came within the horizon, debts that came

    def plus(self, other: RollSums) -> RollSums:
        """The sums of both."""
        return RollSums(
            self.amounts + other.amounts,
            self.counts + other.counts,
            self.owed + other.owed,
            self.cohorts + other.cohorts,
        )


def roll_sums(states: Sequence[Values], owed: Sequence[Values], exists: Sequence[Values]) -> RollSums:
    """The sums of some debts. States as places in roll_rate.STATES, balances in minor units, one column a month end."""
    amounts, counts = [], []
    for at in range(len(states) - 1):
        there = exists[at]
        amounts.append(roll_amounts(states[at][there], owed[at][there], states[at + 1][there]))
        counts.append(_by_bucket(states[at][there], np.ones(int(there.sum()), np.int64)))
    return RollSums(
        np.array(amounts),
        np.array(counts),
        np.array(
            [_by_bucket(state[here], owing[here]) for state, owing, here in zip(states, owed, exists, strict=True)]
        ),
        np.array([_cohort(states[at : at + HORIZON + 1], owed[at], exists[at]) for at in range(len(states) - HORIZON)]),
    )


def _by_bucket(state: Values, amount: Values) -> Values:
    sums = np.zeros(len(BUCKETS), np.int64)
    inside = state < CHARGED_OFF
    np.add.at(sums, state[inside], amount[inside])
    return sums


def _cohort(states: Sequence[Values], owed: Values, exists: Values) -> Values:
    rows = []
    for target in TARGETS:
        first = _FIRST[target]
        at_risk = exists & (states[0] < min(first, CHARGED_OFF))
        came = at_risk & np.any([(state >= first) & (state <= CHARGED_OFF) for state in states[1:]], axis=0)
        rows.append([int(owed[at_risk].sum()), int(owed[came].sum()), int((came & (owed > 0)).sum())])
    return np.array(rows, np.int64)


def pooled_rates(own: Values, counts: Values, pooled: Values, k: float = CREDIBILITY_K) -> Values:
    """Monthly rates of a product, each bucket mixed with those of all products: n ÷ (n + k) is its own weight.

    `own` and `pooled` are int64[8, 10] amounts, `counts` the n of each bucket. A bucket that nobody was in stays.
    """
    weight = (counts / (counts + k))[:, None]
    weight = np.where(own.sum(axis=1, keepdims=True) > 0, weight, 0.0)
    rates: Values = weight * _shares(own) + (1 - weight) * _shares(pooled)
    empty = np.flatnonzero(rates.sum(axis=1) == 0)
    rates[empty, empty] = 1.0
    return rates


def _shares(amounts: Values) -> Values:
    totals = amounts.sum(axis=1, keepdims=True)
    shares: Values = np.zeros(amounts.shape)
    np.divide(amounts, totals, out=shares, where=totals > 0)
    return shares


def rolled(owed: Values, rates: Values, target: str) -> float:
    """Balance that reaches the target within the horizon, minor units."""
    first = _FIRST[target]
    step = np.zeros((len(STATES), len(STATES)))
    step[: len(BUCKETS)] = rates
    for final in (*range(first, CHARGED_OFF + 1), PAID_OFF):
        step[final] = 0.0
        step[final, final] = 1.0
    after = np.linalg.matrix_power(step, HORIZON)
    at_risk = min(first, len(BUCKETS))
    return float(owed[:at_risk] @ after[:at_risk, first : CHARGED_OFF + 1].sum(axis=1))


def forecast_at(products: Sequence[RollSums], at: int, target: str) -> int:
    """The forecast at month end `at` from the WINDOW months before it, all products together, minor units."""
    months = slice(at - WINDOW, at)
    pooled = np.sum([each.amounts[months].sum(axis=0) for each in products], axis=0)
    total = 0.0
    for each in products:
        rates = pooled_rates(each.amounts[months].sum(axis=0), each.counts[months].sum(axis=0), pooled)
        total += rolled(each.owed[at], rates, target)
    return round(total)


def naive_at(products: Sequence[RollSums], at: int, target: str) -> int:
    """The share of the balance HORIZON months before that came since, × the balance at risk today."""
    place = TARGETS.index(target)
    then = np.sum([each.cohorts[at - HORIZON, place] for each in products], axis=0)
    owed = np.sum([each.owed[at] for each in products], axis=0)
    at_risk = int(owed[: min(_FIRST[target], len(BUCKETS))].sum())
    return (at_risk * int(then[CAME]) * 2 + int(then[AT_RISK])) // (2 * int(then[AT_RISK])) if then[AT_RISK] else 0


def loss_forecast(products: Sequence[RollSums], ends: Sequence[date]) -> dict[str, Any]:
    """Each target at each date, the errors of both forecasts, which target is worth reading, and the next horizon."""
    found = {target: _dates(products, ends, target) for target in TARGETS}
    came = sum(row["came_debts"] for row in found["charged_off"]) / DATES
    target = "charged_off" if came >= FEWEST else "over_90"
    why = f"{came:.1f} debts were charged off within {HORIZON} months of a date on average, {FEWEST} are asked for"
    last = len(ends) - 1
    return {
        "target": target,
        "why": why,
        "targets": {
            name: {
                "dates": rows,
                "errors": {way: _errors(rows, way) for way in ("forecast", "naive")},
                "coming": {
                    "on": ends[-1].isoformat(),
                    "forecast": forecast_at(products, last, name),
                    "naive": naive_at(products, last, name),
                },
            }
            for name, rows in found.items()
        },
    }


def _dates(products: Sequence[RollSums], ends: Sequence[date], target: str) -> list[dict[str, Any]]:
    rows = []
    for at in range(len(ends) - HORIZON - DATES, len(ends) - HORIZON):
        cohort = np.sum([each.cohorts[at, TARGETS.index(target)] for each in products], axis=0)
        rows.append(
            {
                "on": ends[at].isoformat(),
                "at_risk": int(cohort[AT_RISK]),
                "forecast": forecast_at(products, at, target),
                "naive": naive_at(products, at, target),
                "came": int(cohort[CAME]),
                "came_debts": int(cohort[DEBTS]),
            }
        )
    return rows


def _errors(rows: Sequence[dict[str, Any]], way: str) -> dict[str, Any]:
    gaps = [row[way] - row["came"] for row in rows]
    came = sum(row["came"] for row in rows)
    absolute = sum(abs(gap) for gap in gaps)
    return {
        "mean_absolute": round(absolute / len(rows)),
        "bias": round(sum(gaps) / len(rows)),
        "mean_absolute_share": round(absolute / came, 6) if came else None,
        "bias_share": round(sum(gaps) / came, 6) if came else None,
    }


def bias_sentence(young_share: float | None, growth: float | None) -> str:
    """What growth and seasoning do to the figures, from the book's own numbers."""
    if young_share is None:
        return "Nothing is outstanding, so growth and seasoning bias nothing."
    grown = "" if growth is None else f"the balance changed by {growth:+.1%} in a year and "
    leaning = (
        "young debts have had little time to go bad, so ratios on today's balance read low, and so do roll rates of a "
        "younger book"
        if (growth or 0) > 0
        else "the book is not growing, so older debts weigh more and ratios read high"
    )
    return f"Growth and seasoning: {grown}{young_share:.1%} of it was lent in the last six months; {leaning}."
