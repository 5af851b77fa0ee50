"""What a statement asks for at least."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core.rounding import round_minor
from kaopu.revolving.core.terms import Component, Terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.revolving.core.account import Lot


def minimum_due(terms: Terms, lots: Sequence[Lot], past_due: int) -> int:
    """max(floor, share of principal + new fees + new interest + past due), never above what may be asked for.

    The share counts purchases and cash open on the statement day and instalments new on it. Fees and interest of
    earlier statements are not counted again: as far as they were asked for and not paid, they are past due already.
    Minor units; the share is rounded once.
    """
    payable = [lot for lot in lots if lot.payable]
    share = sum((_share(terms, lot) for lot in payable), Fraction(0))
    asked = max(terms.minimum_floor, round_minor(share, terms.rounding) + past_due)
    return min(asked, sum(lot.minor for lot in payable))


def _share(terms: Terms, lot: Lot) -> Fraction:
    new = 0 if lot.billed else lot.minor
    match lot.component:
        case Component.FEE:
            return Fraction(new)
        case Component.INTEREST:
            return Fraction(new if terms.minimum_includes_interest else 0)
        case Component.INSTALMENT:
            return new * terms.buckets[lot.component].minimum_rate
    return lot.minor * terms.buckets[lot.component].minimum_rate
