"""A late penalty in a contract's words, and the rule columns of docs/snapshot.md that it becomes.

China's central bank lets banks charge 130 to 150 % of the contract's rate on what is late, in its place (罚息, Yin Fa
[2003] 251), and interest on overdue interest (复利) from enterprises. Pay-later products mostly say a rate a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from decimal import Decimal

    from kaopu.book.core.terms import Terms

PPM = 1_000_000
RATE_ANNUAL_MAX = 10


class PenaltyBase(StrEnum):
    """What bears it. The strings are public."""

    OVERDUE_PRINCIPAL = "overdue-principal"
    WHOLE_INSTALMENT = "whole-instalment"


class Relation(StrEnum):
    """How it stands to the contract's interest on what is late: in its place, or on top of it."""

    REPLACES = "replaces"
    ADDS = "adds"


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """At most one of `multiple` (of the contract's rate), `rate_annual` and `rate_daily`, fractions; all may be none.

    A schedule charges interest up to each due day only, so what is late bears nothing but this rule: one that `adds`
    carries the contract's rate within it. `fixed_minor`: once for each instalment that ages. A cap is an amount or a
    share of the amount lent, over the life of the debt. `compound_multiple` or `compound_rate_annual`: on overdue
    interest, for enterprises.
    """

    base: PenaltyBase = PenaltyBase.OVERDUE_PRINCIPAL
    multiple: Decimal | None = None
    rate_annual: Decimal | None = None
    rate_daily: Decimal | None = None
    relation: Relation = Relation.REPLACES
    days_in_year: int = 365
    fixed_minor: int = 0
    cap_minor: int | None = None
    cap_share: Decimal | None = None
    compound_multiple: Decimal | None = None
    compound_rate_annual: Decimal | None = None

    def __post_init__(self) -> None:
        _at_most_one("multiple, rate_annual, rate_daily", self.multiple, self.rate_annual, self.rate_daily)
        _at_most_one("cap_minor, cap_share", self.cap_minor, self.cap_share)
        _at_most_one("compound_multiple, compound_rate_annual", self.compound_multiple, self.compound_rate_annual)
        if self.days_in_year not in (360, 365):
            raise BadInput(f"days_in_year: {self.days_in_year} given, expected 360 or 365")
        for name in ("multiple", "rate_annual", "rate_daily", "cap_share", "compound_multiple", "compound_rate_annual"):
            value = getattr(self, name)
            if value is not None and not (value.is_finite() and value >= 0):
                raise BadInput(f"{name}: {value} given, expected a fraction of 0 or more")
        if self.fixed_minor < 0 or (self.cap_minor is not None and self.cap_minor <= 0):
            raise BadInput("fixed_minor, cap_minor: expected minor units of 0 or more, a cap above 0")
        if self.bears_compound and self.base is PenaltyBase.WHOLE_INSTALMENT:
            raise BadInput("compound: the whole instalment bears the penalty already, expected base overdue-principal")

    @property
    def bears_compound(self) -> bool:
        """Whether overdue interest bears interest."""
        return self.compound_multiple is not None or self.compound_rate_annual is not None


def rule_columns(rule: PenaltyRule, terms: Terms) -> dict[str, int]:
    """The columns for a debt of these terms. Rates end at parts in a million, the rest dropped: never more than agreed.

    Raises `BadInput` for a multiple of a rate that the terms do not say (a floating one), and for a rate above 10.
    """
    contract = Fraction(terms.rate_annual)
    rate = _annual(rule.multiple, rule.rate_annual, terms)
    if rule.rate_daily is not None:
        rate = Fraction(rule.rate_daily) * rule.days_in_year
    if rule.relation is Relation.ADDS and rate:
        _known_rate(terms)
        rate += contract
    cap = rule.cap_minor or 0
    if rule.cap_share is not None:
        cap = int(terms.principal_minor * Fraction(rule.cap_share))
    return {
        "penalty_rate_ppm": _ppm(rate),
        "penalty_days_in_year": rule.days_in_year,
        "penalty_base": int(rule.base is PenaltyBase.WHOLE_INSTALMENT),
        "penalty_fixed": rule.fixed_minor,
        "penalty_cap": cap,
        "compound_rate_ppm": _ppm(_annual(rule.compound_multiple, rule.compound_rate_annual, terms)),
    }


def _annual(multiple: Decimal | None, rate: Decimal | None, terms: Terms) -> Fraction:
    if multiple is not None:
        _known_rate(terms)
        return Fraction(multiple) * Fraction(terms.rate_annual)
    return Fraction(rate or 0)


def _known_rate(terms: Terms) -> None:
    if terms.floating is not None:
        raise BadInput("multiple: the contract's rate floats, expected a rate a year or a day")


def _ppm(rate: Fraction) -> int:
    if rate > RATE_ANNUAL_MAX:
        raise BadInput(f"penalty: {float(rate)} a year, expected at most {RATE_ANNUAL_MAX}")
    return int(rate * PPM)


def _at_most_one(names: str, *values: object) -> None:
    if sum(value is not None for value in values) > 1:
        raise BadInput(f"{names}: several given, expected at most one")
