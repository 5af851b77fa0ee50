"""The schedule of a debt: what falls due, when. Quote and booking both call `build`, so they cannot differ."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core import due_dates
from kaopu.book.core.fixing import Fixing, fixings
from kaopu.book.core.plans_annuity import equal_instalments
from kaopu.book.core.plans_principal import equal_principal, from_table, interest_free, principal_at_end
from kaopu.book.core.rounding import round_minor
from kaopu.book.core.terms import Charge, Plan, Terms, UpfrontFeeDue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kaopu.book.core.plan_part import Part
    from kaopu.book.core.reference_rate import ReferenceRates

_BY_PLAN = {
    Plan.NEXT_MONTH: interest_free,
    Plan.FEE_INSTALMENT: interest_free,
    Plan.EQUAL_PRINCIPAL: equal_principal,
    Plan.INTEREST_ONLY: principal_at_end,
    Plan.BULLET: principal_at_end,
    Plan.ON_DEMAND: principal_at_end,
    Plan.IRREGULAR: from_table,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment, in minor units. `outstanding` is the principal left after it; `total` what is due that day."""

    seq: int
    due_on: date
    principal: int
    interest: int
    fee: int
    total: int
    outstanding: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rows of one schedule version and the rates it rests on.

    Seq 1 to n are the instalments; seq 0, due on the start day, is the down payment and the fee charged at the start,
    present when there is either. `assumed_from` is set when a floating rate was carried past its last known quote.
    """

    currency: str
    start: date
    principal_minor: int
    rows: tuple[Row, ...]
    fixings: tuple[Fixing, ...]
    assumed_from: date | None


def build(terms: Terms, reference_rates: ReferenceRates | None = None) -> Schedule:
    """The schedule of `terms`; Σ principal over its rows is `terms.principal_minor` exactly.

    `reference_rates` is needed for floating terms only. Raises `BadInput` where terms contradict each other.
    """
    spans = due_dates.periods(terms)
    fixed = fixings(terms, spans, reference_rates)
    rates = [Fraction(fixing.rate_annual) for fixing in fixed]
    if terms.plan is Plan.EQUAL_INSTALMENT:
        parts = equal_instalments(terms, [span.years for span in spans], rates)
    else:
        parts = _BY_PLAN[terms.plan](terms, [rate * span.years for rate, span in zip(rates, spans, strict=True)])
    assumed = next((fixing.assumed_from for fixing in fixed if fixing.assumed_from), None)
    return Schedule(terms.currency, terms.start, terms.principal_minor, _rows(terms, spans, parts), fixed, assumed)


def _rows(terms: Terms, spans: Sequence[due_dates.Period], parts: Sequence[Part]) -> tuple[Row, ...]:
    each, once = _fee(terms, terms.fee_per_period), _fee(terms, terms.fee_upfront)
    outstanding, rows = terms.principal_minor, []
    if terms.fee_upfront_due is UpfrontFeeDue.AT_START:
        at_start, with_first = once, 0
    else:
        at_start, with_first = 0, once
    if terms.down_payment_minor or at_start:
        down = terms.down_payment_minor
        outstanding -= down
        rows.append(Row(0, terms.start, down, 0, at_start, down + at_start, outstanding))
    for span, (principal, interest) in zip(spans, parts, strict=True):
        fee = each + (with_first if span.seq == 1 else 0)
        outstanding -= principal
        rows.append(Row(span.seq, span.due_on, principal, interest, fee, principal + interest + fee, outstanding))
    return tuple(rows)


def _fee(terms: Terms, charge: Charge | None) -> int:
    if charge is None:
        return 0
    if charge.minor is not None:
        return charge.minor
    return round_minor(terms.financed_minor * Fraction(charge.rate or 0), terms.rounding)
