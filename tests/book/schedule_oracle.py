"""Equal instalments worked out slowly and differently: 60-digit decimals, search instead of a formula, month by month.

Shares no code with the schedule. Only the terms' figures go in.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext


def level_by_bisection(balance: Decimal, factors: list[Decimal], balloon: Decimal) -> Decimal:
    """The payment after which exactly the balloon is left, found by halving an interval 300 times."""
    with localcontext() as context:
        context.prec = 120
        low, high = Decimal(0), balance * (1 + sum(factors)) * 2
        for _ in range(350):
            middle = (low + high) / 2
            left = balance
            for factor in factors:
                left += left * factor - middle
            if left > balloon:
                low = middle
            else:
                high = middle
        return high


def equal_instalments(
    balance_minor: int, factors: list[Decimal], balloon_minor: int = 0
) -> list[tuple[int, int, int]]:
    """(principal, interest, outstanding) of each period, half-up throughout, the last period taking the rest."""
    with localcontext() as context:
        context.prec = 60
        level = level_by_bisection(Decimal(balance_minor), factors, Decimal(balloon_minor))
        level = level.quantize(Decimal("1e-30")).quantize(Decimal(1), ROUND_HALF_UP)
        left, rows = balance_minor, []
        for n, factor in enumerate(factors, start=1):
            interest = int((left * factor).quantize(Decimal("1e-30")).quantize(Decimal(1), ROUND_HALF_UP))
            principal = int(level) - interest
            if n == len(factors):
                principal = left
            left -= principal
            rows.append((principal, interest, left))
        return rows
