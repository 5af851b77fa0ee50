"""Equal instalments worked out slowly and differently: 60-digit decimals, search instead of a formula, month by month.

Shares no code with the schedule. Only the terms' figures go in.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext


def level_by_bisection(balance: Decimal, factors: list[Decimal], balloon: Decimal) -> Decimal:
    """The payment after which exactly the balloon is left, found by halving an interval 300 times."""
    low, high = Decimal(0), balance * (1 + sum(factors)) * 2
    for _ in range(300):
        middle = (low + high) / 2
        left = balance
        for factor in factors:
            left += left * factor - middle
        if left > balloon:
            low = middle
        else:
            high = middle
    return high.quantize(Decimal("1e-30"))


def equal_instalments(
    balance_minor: int, rate: Decimal, years: list[tuple[int, int]], balloon_minor: int = 0
) -> list[tuple[int, int, int]]:
    """(principal, interest, outstanding) of each period, half-up throughout, the last period taking the rest.

    `years` holds numerator and denominator of each period: multiplied first and divided last, ties stay exact.
    """
    with localcontext() as context:
        context.prec = 120
        factors = [rate * days / in_year for days, in_year in years]
        level = level_by_bisection(Decimal(balance_minor), factors, Decimal(balloon_minor))
        payment = int(level.quantize(Decimal(1), ROUND_HALF_UP))
        left, rows = balance_minor, []
        for n, (days, in_year) in enumerate(years, start=1):
            interest = int((left * rate * days / in_year).quantize(Decimal(1), ROUND_HALF_UP))
            principal = left if n == len(years) else payment - interest
            left -= principal
            rows.append((principal, interest, left))
        return rows
