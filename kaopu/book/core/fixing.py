"""The annual rate of each period: fixed for good, or read from a reference at the start and at every reset."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kaopu.book.core.month_day import on_day
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kaopu.book.core.due_dates import Period
    from kaopu.book.core.reference_rate import ReferenceRates
    from kaopu.book.core.terms import Floating, Terms


@dataclass(frozen=True, slots=True)
class Fixing:
    """A rate in force from period `seq`, read on `day`; a fraction a year.

    `assumed_from` is set when the reference was not known that far: the last quote's day, whose rate was carried on.
    """

    seq: int
    day: date
    rate_annual: Decimal
    assumed_from: date | None = None


def fixings(terms: Terms, periods: Sequence[Period], reference_rates: ReferenceRates | None) -> tuple[Fixing, ...]:
    """The rate of each period, one fixing a period.

    A period bears the rate fixed on the latest reset day on or before its first day, so that a reset inside a period
    takes effect with the next one. A reference + spread below 0 counts as 0: the lender owes no interest.
    """
    if terms.floating is None:
        return tuple(Fixing(period.seq, terms.start, terms.rate_annual) for period in periods)
    if reference_rates is None:
        raise BadInput(f"reference: {terms.floating.reference} needs a file of its quotes, none given")
    fixed = []
    for period in periods:
        day = _latest_reset(terms.floating, terms.start, period.start)
        found = reference_rates.rate_on(terms.floating.reference, day)
        rate = max(found.rate_annual + terms.floating.spread, Decimal(0))
        fixed.append(Fixing(period.seq, day, rate, found.assumed_from))
    return tuple(fixed)


def _latest_reset(floating: Floating, start: date, day: date) -> date:
    if floating.first_reset is None:
        anchor = start
    elif day < floating.first_reset:
        return start
    else:
        anchor = floating.first_reset
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    steps = months // floating.reset_months
    reset = on_day(anchor.year, anchor.month - 1 + steps * floating.reset_months, anchor.day)
    if reset > day:
        reset = on_day(anchor.year, anchor.month - 1 + (steps - 1) * floating.reset_months, anchor.day)
    return reset
