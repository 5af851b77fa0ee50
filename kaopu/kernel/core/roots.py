"""All real roots of Σ aₖ·e^(−u·tₖ): the present value of flows as a function of the continuous rate u.

Rolle's theorem, used so that the work follows the sign changes and not the number of flows. Multiply by e^(u·c) with c
between the two times of a sign change and differentiate: the coefficients become −aₖ·(tₖ − c), which removes that sign
change and no other. So the roots of the derivative, one sign change simpler, cut the line into pieces on each of which
the function is monotone and has at most one root. No sign change: no root (Descartes' rule of signs, which holds for
real exponents: Laguerre 1883). Nothing is guessed, so no starting value can lead astray.
"""

from __future__ import annotations

from math import exp, fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# A turning point this near to zero, relative to the flows, is a double root: floats cannot tell on which side it lies.
TOUCHES = 1e-13

Terms = list[tuple[float, float]]  # (time, amount), times rising, no amount 0


def roots(terms: Terms) -> list[float]:
    """Every u where the value is 0, rising; a double root once. Empty where amounts never change sign."""
    levels = [terms]
    while (simpler := _one_sign_change_less(levels[-1])) is not None:
        levels.append(simpler)
    found: list[float] = []
    # From the simplest, which has no root, upwards: the roots of one level are the turning points of the next.
    for level in reversed(levels[:-1]):
        found = _between(level, found)
    return found


def _one_sign_change_less(terms: Terms) -> Terms | None:
    change = next((n for n in range(1, len(terms)) if (terms[n - 1][1] > 0) != (terms[n][1] > 0)), None)
    if change is None:
        return None
    middle = (terms[change - 1][0] + terms[change][0]) / 2
    derived = [(time, amount * (middle - time)) for time, amount in terms]
    # Scaled, or the factors of many levels would leave the range of floats.
    largest = max(abs(amount) for _, amount in derived)
    return [(time, amount / largest) for time, amount in derived if amount / largest]


def _between(terms: Terms, turns: list[float]) -> list[float]:
    """The roots of a function with these turning points, at most one on each side of each."""
    low, high = _ends(terms, turns)
    found = []
    before, sign_before = low, _sign(terms, low)
    for point in [*turns, high]:
        sign = 0 if point is not high and _touches(terms, point) else _sign(terms, point)
        if sign == 0:
            found.append(point)
        elif sign_before * sign < 0:
            found.append(_bisect(terms, before, point, sign_before))
        before, sign_before = point, sign
    return found


def sign_changes(amounts: Sequence[float]) -> int:
    """How often consecutive amounts other than 0 change sign."""
    signs = [amount > 0 for amount in amounts if amount]
    return sum(signs[n - 1] != signs[n] for n in range(1, len(signs)))


def _value(terms: Terms, rate: float) -> tuple[float, float]:
    # Seen from the first time for rates above 0 and from the last below, so that no power grows beyond 1.
    origin = terms[0][0] if rate >= 0 else terms[-1][0]
    values = [amount * exp(-rate * (time - origin)) for time, amount in terms]
    return fsum(values), fsum(map(abs, values))


def _sign(terms: Terms, rate: float) -> int:
    value, _ = _value(terms, rate)
    return (value > 0) - (value < 0)


def _touches(terms: Terms, rate: float) -> bool:
    value, size = _value(terms, rate)
    return abs(value) <= TOUCHES * size


def _ends(terms: Terms, turns: list[float]) -> tuple[float, float]:
    """Rates beyond every root: far up the first flow decides the sign, far down the last."""
    step = 1 / (terms[-1][0] - terms[0][0])
    low, high = (turns[0], turns[-1]) if turns else (0.0, 0.0)
    reach = step
    while _sign(terms, low) * terms[-1][1] <= 0 or low == high:
        low -= reach
        reach *= 2
    reach = step
    while _sign(terms, high) * terms[0][1] <= 0:
        high += reach
        reach *= 2
    return low, high


def _bisect(terms: Terms, low: float, high: float, sign_low: int) -> float:
    while True:
        middle = (low + high) / 2
        if middle in {low, high}:
            return middle
        sign = _sign(terms, middle)
        if sign == 0:
            return middle
        if sign == sign_low:
            low = middle
        else:
            high = middle
