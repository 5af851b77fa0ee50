"""The schedule version that a prepayment in part or a restructuring brings: whole, the past as it was.

Instalments due on or before the day stay as they were. Money repaid early is a row of its own due on the day, so that
Σ principal over the rows stays the principal of the debt and the payment finds what it settles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from kaopu.book.core import due_dates, resettle
from kaopu.book.core.early_settlement import accrued_interest
from kaopu.book.core.rounding import round_minor
from kaopu.book.core.schedule import Row, Schedule, build
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.reference_rate import ReferenceRates
    from kaopu.book.core.terms import Terms


class Effect(StrEnum):
    """What a prepayment in part does to the instalments that remain."""

    SHORTEN = "shorten"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Agreed:
    """A schedule version in force: its terms, its rows in order of their days, and since when (None: the start).

    Instalment n of the terms has seq n + `seq_offset`.
    """

    terms: Terms
    rows: tuple[Row, ...]
    from_on: date | None
    seq_offset: int
    rates: ReferenceRates | None

    def not_yet_due(self, on: date) -> int:
        """Principal of the instalments due after a day."""
        return sum(row.principal for row in self.rows if row.due_on > on)


def after_prepayment(agreed: Agreed, on: date, money: int, effect: Effect, *, accrued_is_paid: bool) -> tuple[Row, ...]:
    """The rows after `money` (what is left of the payment once all due is settled) repays principal on a day.

    `accrued_is_paid`: the interest of the running period up to the day is taken from the money first and is then not
    asked again. Raises `BadInput` where the money is not below the principal not yet due, or leaves none.
    """
    schedule = _schedule(agreed)
    carried = _carried(agreed, schedule, on)
    accrued = 0
    if accrued_is_paid:
        accrued = max(accrued_interest(agreed.terms, schedule, on) + carried, 0)
        carried = 0
    prepaid = money - accrued
    rest = getattr(resettle, effect)(agreed.terms, schedule, prepaid, on, accrued_is_paid=accrued_is_paid)
    first = replace(rest[0], interest=max(rest[0].interest + carried, 0))
    number = max(row.seq for row in agreed.rows) + 1
    paid_now = Row(number, on, prepaid, accrued, 0, 0, 0)
    shifted = [replace(row, seq=row.seq + agreed.seq_offset) for row in (first, *rest[1:])]
    return _whole([*_past(agreed, on), paid_now, *shifted])


def after_restructuring(agreed: Agreed, on: date, terms: Terms) -> tuple[tuple[Row, ...], int]:
    """The rows once the principal not yet due on a day is re-planned by `terms`, and their seq offset.

    What is due already stays due. Interest run up since the last due date comes with the first new instalment.
    """
    balance = agreed.not_yet_due(on)
    if terms.principal_minor != balance:
        raise BadInput(f"principal_minor: {terms.principal_minor} given, expected the principal not yet due, {balance}")
    if terms.start != on:
        raise BadInput(f"start: {terms.start} given, expected the day of the restructuring, {on}")
    schedule = _schedule(agreed)
    accrued = max(accrued_interest(agreed.terms, schedule, on) + _carried(agreed, schedule, on), 0)
    new = list(build(terms, agreed.rates).rows)
    first = next(index for index, row in enumerate(new) if row.seq > 0)
    new[first] = replace(new[first], interest=new[first].interest + accrued)
    offset = max(row.seq for row in agreed.rows) + 1
    return _whole([*_past(agreed, on), *(replace(row, seq=row.seq + offset) for row in new)]), offset


def _schedule(agreed: Agreed) -> Schedule:
    """The version as `build` would have given it, so that what is computed on quotes works on it."""
    built = build(agreed.terms, agreed.rates)
    rows = tuple(replace(row, seq=row.seq - agreed.seq_offset) for row in _whole(list(agreed.rows)))
    return replace(built, rows=rows)


def _past(agreed: Agreed, on: date) -> list[Row]:
    return [row for row in agreed.rows if row.due_on <= on]


def _carried(agreed: Agreed, schedule: Schedule, on: date) -> int:
    """What the running instalment's interest holds beyond its own balance: left by an earlier prepayment in its period.

    Without it a second prepayment between two due dates would forget the days on the first, larger balance.
    """
    running = next((row for row in schedule.rows if row.due_on > on), None)
    if running is None or agreed.from_on is None:
        return 0
    span = next((span for span in due_dates.periods(agreed.terms) if span.seq == running.seq), None)
    if span is None or agreed.from_on <= span.start:
        return 0
    rate = next(Fraction(fixing.rate_annual) for fixing in schedule.fixings if fixing.seq == running.seq)
    own = round_minor((running.outstanding + running.principal) * rate * span.years, agreed.terms.rounding)
    return running.interest - own


def _whole(rows: list[Row]) -> tuple[Row, ...]:
    """Rows in order of their days, with total and principal left after each."""
    left, told = sum(row.principal for row in rows), []
    for row in sorted(rows, key=lambda row: (row.due_on, row.seq)):
        left -= row.principal
        told.append(replace(row, total=row.principal + row.interest + row.fee, outstanding=left))
    return tuple(told)
