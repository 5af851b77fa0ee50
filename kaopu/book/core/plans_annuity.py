"""Equal instalments (等额本息): a level payment, with balloon, moratorium and a rate that may be fixed anew."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from kaopu.book.core.plan_part import Part
from kaopu.book.core.rounding import round_minor
from kaopu.book.core.split import split_evenly
from kaopu.book.core.terms import Moratorium, Terms

if TYPE_CHECKING:
    from collections.abc import Sequence


def level_payment(balance_minor: int, factors: Sequence[Fraction], balloon_minor: int = 0) -> Fraction:
    """The payment, exact in minor units, that repays a balance over periods of interest `factors`, bar the balloon.

    With f the factor of each period: L = (P·Π(1+f) − B) / Σ of the partial products Π(1+f) over the periods after
    each payment. For equal factors this is the annuity formula P·f / (1 − (1+f)^−n), and (P − B·v^n)·f / (1 − v^n).
    """
    # Whole numbers over one common denominator: hundreds of fractions would each be reduced, a thousand times slower.
    scale = lcm(*(factor.denominator for factor in factors))
    grown, annuity, power = balance_minor, 0, 1
    for factor in factors:
        step = scale + factor.numerator * (scale // factor.denominator)
        power *= scale
        grown *= step
        annuity = annuity * step + power
    return Fraction(grown - balloon_minor * power, annuity)


def equal_instalments(terms: Terms, years: Sequence[Fraction], rates: Sequence[Fraction]) -> list[Part]:
    """Principal and interest of each period of a new debt, moratorium first; `years` and annual rate of each period."""
    waiting, balance = terms.moratorium_periods, terms.financed_minor
    factors = [rate * length for rate, length in zip(rates[:waiting], years[:waiting], strict=True)]
    resting = [round_minor(balance * factor, terms.rounding) for factor in factors]
    parts = amortise(terms, balance, years[waiting:], rates[waiting:], terms.balloon_minor)
    if terms.moratorium is Moratorium.PRINCIPAL:
        return [*(Part(0, interest) for interest in resting), *parts]
    first = Part(parts[0].principal, parts[0].interest + sum(resting))
    return [Part(0, 0)] * waiting + [first, *parts[1:]]


def amortise(
    terms: Terms, balance_minor: int, years: Sequence[Fraction], rates: Sequence[Fraction], balloon_minor: int
) -> list[Part]:
    """A balance repaid by level payments: interest rounded on the balance, the last period takes the rest and balloon.

    The level payment is computed at first and again wherever the rate changes, each time as if the rate of that day
    stayed: later fixings are not known when it is agreed. Interest never adds to the debt: should it exceed the level
    payment (a long first period), the payment is the interest.
    """
    if not any(rates):
        return _interest_free(terms, balance_minor, len(years), balloon_minor)
    balance, level = balance_minor, 0
    parts: list[Part] = []
    for n, (length, rate) in enumerate(zip(years, rates, strict=True)):
        if n == 0 or rate != rates[n - 1]:
            exact = level_payment(balance, [rate * later for later in years[n:]], balloon_minor)
            level = round_minor(exact, terms.level_rounding, terms.level_unit_minor)
        interest = round_minor(balance * rate * length, terms.rounding)
        principal = min(max(level - interest, 0), balance - balloon_minor)
        if n == len(years) - 1:
            principal = balance
        parts.append(Part(principal, interest))
        balance -= principal
    return parts


def _interest_free(terms: Terms, balance_minor: int, count: int, balloon_minor: int) -> list[Part]:
    amounts = split_evenly(
        balance_minor - balloon_minor, count, terms.split, terms.level_rounding, terms.level_unit_minor
    )
    amounts[-1] += balloon_minor
    return [Part(amount, 0) for amount in amounts]
