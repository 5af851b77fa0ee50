"""Plans that fix the principal of each period first: equal principal, interest only, one payment, a table, no interest.

Interest follows from the balance. Each function takes the interest factor of each period (for a balance of 1).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core.plan_part import Part
from kaopu.book.core.rounding import Rounding, round_minor
from kaopu.book.core.split import split_by_weight, split_evenly
from kaopu.book.core.terms import Moratorium, Terms

if TYPE_CHECKING:
    from collections.abc import Sequence


def equal_principal(terms: Terms, factors: Sequence[Fraction]) -> list[Part]:
    """等额本金: the principal of each period rounded down, the last takes the rest and the balloon."""
    repaying = len(factors) - terms.moratorium_periods
    amounts = split_evenly(terms.financed_minor - terms.balloon_minor, repaying, terms.split, Rounding.DOWN)
    amounts[-1] += terms.balloon_minor
    parts = _with_interest(terms, [0] * terms.moratorium_periods + amounts, factors)
    return _defer(parts, terms.moratorium_periods) if _interest_waits(terms) else parts


def principal_at_end(terms: Terms, factors: Sequence[Fraction]) -> list[Part]:
    """Interest only (先息后本), and with a single period a bullet or a debt on demand that is not repaid early."""
    return _with_interest(terms, [0] * (len(factors) - 1) + [terms.financed_minor], factors)


def interest_free(terms: Terms, factors: Sequence[Fraction]) -> list[Part]:
    """Equal parts without interest: next month (one part) and instalments that cost a fee."""
    amounts = split_evenly(
        terms.financed_minor, len(factors), terms.split, terms.level_rounding, terms.level_unit_minor
    )
    return [Part(amount, 0) for amount in amounts]


def from_table(terms: Terms, factors: Sequence[Fraction]) -> list[Part]:
    """The table's principals as given, or the amount lent shared by its weights; interest on the balance."""
    weights = [Fraction(line.weight) for line in terms.table if line.weight is not None]
    stated = [line.principal_minor for line in terms.table if line.principal_minor is not None]
    return _with_interest(terms, stated or split_by_weight(terms.financed_minor, weights), factors)


def _with_interest(terms: Terms, amounts: Sequence[int], factors: Sequence[Fraction]) -> list[Part]:
    balance, parts = terms.financed_minor, []
    for amount, factor in zip(amounts, factors, strict=True):
        parts.append(Part(amount, round_minor(balance * factor, terms.rounding)))
        balance -= amount
    return parts


def _interest_waits(terms: Terms) -> bool:
    return terms.moratorium_periods > 0 and terms.moratorium is Moratorium.PRINCIPAL_AND_INTEREST


def _defer(parts: list[Part], waiting: int) -> list[Part]:
    deferred = sum(part.interest for part in parts[:waiting])
    first = parts[waiting]
    return [
        *(Part(part.principal, 0) for part in parts[:waiting]),
        Part(first.principal, first.interest + deferred),
        *parts[waiting + 1 :],
    ]
