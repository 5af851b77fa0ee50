"""Cash-flow maths: present value and the internal rate of return, with every question about its roots answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import exp, expm1, fsum, inf, isfinite, log1p
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.roots import roots, sign_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

DAYS_IN_YEAR = 365
EXPONENT_MAX = 709.0  # e to this is the largest rate a float holds


class Solutions(StrEnum):
    """How many rates bring the present value to 0."""

    NONE = "none"
    ONE = "one"
    MANY = "many"
    EVERY = "every"  # nothing is left when flows of the same day are added up: any rate will do


@dataclass(frozen=True, slots=True)
class Irr:
    """Every rate above −1 at which the flows are worth 0, rising; fractions a year (or a period, see `periodic_irr`).

    `continuous` holds ln(1 + rate) of each: it stays exact where a rate is too near −1 for a float, and finite where
    the rate itself is `inf`. `sign_changes` bounds the number of roots (Descartes). `norstrom` says that the running
    total of the flows changes sign exactly once and does not end at 0: then one rate is above 0 (Norstrom 1972).
    """

    solutions: Solutions
    rates: tuple[float, ...]
    continuous: tuple[float, ...]
    sign_changes: int
    norstrom: bool

    @property
    def rate(self) -> float | None:
        """The rate where there is exactly one, else None: several are a question, not an answer."""
        return self.rates[0] if self.solutions is Solutions.ONE else None


def irr(amounts: Sequence[float], days: Sequence[float]) -> Irr:
    """Day-exact internal rate of return a year: Σ amount / (1 + rate)^(days / 365) = 0, as XIRR defines it.

    `days` counts from any origin and may come in any order; amounts of one day are added up. A double root is given
    once. Raises `BadInput` for lists of different length and for amounts or days that are not finite.
    """
    return _solve(amounts, days, DAYS_IN_YEAR)


def periodic_irr(amounts: Sequence[float], periods: Sequence[float]) -> Irr:
    """Internal rate of return a period: Σ amount / (1 + rate)^period = 0. Errors as `irr`."""
    return _solve(amounts, periods, 1)


def xnpv(rate_annual: float, amounts: Sequence[float], days: Sequence[float]) -> float:
    """Present value on the earliest day: Σ amount / (1 + rate)^((day − earliest) / 365), in the unit of the amounts.

    Raises `BadInput` for a rate of −1 or less, and as `irr`.
    """
    _check(amounts, days)
    if not -1 < rate_annual < inf:
        raise BadInput(f"rate: {rate_annual} given, expected a fraction a year above -1")
    if not days:
        return 0.0
    first, growth = min(days), log1p(rate_annual) / DAYS_IN_YEAR
    return fsum(amount * exp(-growth * (day - first)) for amount, day in zip(amounts, days, strict=True))


def _solve(amounts: Sequence[float], times: Sequence[float], unit: int) -> Irr:
    _check(amounts, times)
    by_time: dict[float, list[float]] = {}
    for amount, time in zip(amounts, times, strict=True):
        by_time.setdefault(time, []).append(amount)
    terms = [(time / unit, fsum(by_time[time])) for time in sorted(by_time)]
    terms = [(time, amount) for time, amount in terms if amount]
    flows = [amount for _, amount in terms]
    changes, norstrom = sign_changes(flows), _norstrom(flows)
    if not terms:
        return Irr(Solutions.EVERY, (), (), changes, norstrom)
    continuous = tuple(roots(terms))
    rates = tuple(expm1(root) if root < EXPONENT_MAX else inf for root in continuous)
    solutions = [Solutions.NONE, Solutions.ONE][len(rates)] if len(rates) < 2 else Solutions.MANY
    return Irr(solutions, rates, continuous, changes, norstrom)


def _norstrom(flows: Sequence[float]) -> bool:
    running = list(accumulate(flows))
    return bool(running) and running[-1] != 0 and sign_changes(running) == 1


def _check(amounts: Sequence[float], times: Sequence[float]) -> None:
    if len(amounts) != len(times):
        raise BadInput(f"flows: {len(amounts)} amounts and {len(times)} days given, expected as many of each")
    for number, (amount, time) in enumerate(zip(amounts, times, strict=True), start=1):
        if not (isfinite(amount) and isfinite(time)):
            raise BadInput(f"flow {number}: amount {amount}, day {time} given, expected finite numbers")
