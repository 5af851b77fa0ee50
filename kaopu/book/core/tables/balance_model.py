"""The interest side of a progressive loan: its periods, the balance inside each, and what falls due from them.

A period keeps its instalment; interest follows the balance, and principal is what the instalment leaves. Inside a
period the balance moves only at the seams between stretches. Interest that does not fit into an instalment is carried
into the next period.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from kaopu.book.core.tables.balance_period import BalanceStretch, Period
from kaopu.book.core.tables.calendar import periods
from kaopu.book.core.tables.period_factor import DIGITS, FactorTerms, Stretch, period_factor
from kaopu.book.core.tables.settings import InterestType, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(slots=True, eq=False)
class BalanceModel:
    """All periods of a loan, and the rates that were agreed from given days on."""

    settings: Settings
    terms: FactorTerms
    periods: list[Period]
    rates: list[tuple[date, Decimal]] = field(default_factory=list)
    overdue_counted_to: date | None = None

    @staticmethod
    def start(settings: Settings, start: date) -> BalanceModel:
        """The empty periods of a loan that starts on `start`."""
        spans = periods(settings, start)
        made = [Period(first, due, [BalanceStretch(first, due)]) for first, due in spans]
        return BalanceModel(settings, FactorTerms.of(settings), made)

    def copied(self) -> BalanceModel:
        """A model of its own with the same content."""
        twin = copy.copy(self)
        twin.rates = list(self.rates)
        twin.periods = [p.copied() for p in self.periods]
        return twin

    @property
    def first_day(self) -> date:
        """The day the loan starts."""
        return self.periods[0].start

    @property
    def last_due_on(self) -> date:
        """The due day of the last period."""
        return self.periods[-1].due_on

    def rate_on(self, day: date) -> Decimal:
        """The yearly rate in percent that holds on a day."""
        agreed = [rate for start, rate in sorted(self.rates, key=lambda change: change[0]) if start <= day]
        return agreed[-1] if agreed else self.settings.rate_percent

    def factor(self, period: Period, start: date, end: date) -> Decimal:
        """The period factor of some days of a period at the rate that holds on the first of them."""
        return period_factor(Stretch(start, end, period.start, period.due_on), self.rate_on(start), self.terms)

    def holding(self, day: date) -> Period | None:
        """The period that holds a day: after its first day and up to its due day; the first holds its first day too."""
        for index, period in enumerate(self.periods):
            if period.start < day <= period.due_on or (index == 0 and day == period.start):
                return period
        return None

    def from_due_day(self, day: date) -> list[Period]:
        """The periods due on or after a day."""
        return [p for p in self.periods if p.due_on >= day]

    def move_balance(self, day: date, *, disbursed: int = 0, correction: int = 0) -> Period | None:
        """Change the balance at the end of a day; the stretch that holds it is cut there."""
        period = self.holding(day)
        if period is None:
            return None
        stretch = self._seam(period, day)
        stretch.disbursed += disbursed
        stretch.correction += correction
        return period

    def _seam(self, period: Period, day: date) -> BalanceStretch:
        last = period.stretches[-1]
        if period is self.periods[-1] and day == period.due_on:
            # Behind the last due day no period follows: an empty stretch there lets the change be seen.
            if last.start == last.end:
                return last
        else:
            for stretch in period.stretches:
                if stretch.end == day:
                    return stretch
        cut = last if day > period.start else period.stretches[0]
        end = cut.end
        cut.end = min(max(day, cut.start), end)
        period.stretches.append(BalanceStretch(cut.end, end, paused=cut.paused))
        return cut

    def disbursed_until(self, period: Period, stretch: BalanceStretch | None) -> int:
        """What was paid out before a stretch of a period; with no stretch, by the end of the period."""
        total = period.disbursed_before
        for each in period.stretches:
            if each is stretch:
                break
            if each.end != period.start:
                total += each.disbursed
        return total

    def interest_of(self, period: Period, stretch: BalanceStretch) -> Decimal:
        """Interest of one stretch in minor units, not yet rounded."""
        credited = Decimal(stretch.credited_interest)
        days_to_due = (period.due_on - stretch.start).days
        if stretch.paused or stretch.silent or days_to_due == 0:
            return credited
        flat = self.settings.interest_type is InterestType.FLAT
        base = self.disbursed_until(period, stretch) if flat else stretch.balance
        factor = self.factor(period, stretch.start, period.due_on)
        a_day = DIGITS.divide(DIGITS.multiply(Decimal(base), factor), Decimal(days_to_due))
        earned = DIGITS.multiply(a_day, Decimal((stretch.end - stretch.start).days))
        return max(Decimal(0), DIGITS.add(credited, earned))

    def accrue(self, period: Period) -> int:
        """Interest of a period by its own stretches, rounded once."""
        total = sum((self.interest_of(period, s) for s in period.stretches), Decimal(0))
        return int(total.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))

    def reckon(self, *, carry_balances: bool = False) -> None:
        """Find what falls due in every period; with `carry_balances` also the balance of every stretch."""
        previous: Period | None = None
        for period in self.periods:
            if carry_balances:
                self._carry(previous, period)
            self.reckon_period(previous, period)
            previous = period

    def _carry(self, previous: Period | None, period: Period) -> None:
        if not period.stretches:
            return
        first = period.stretches[0]
        if previous is not None and previous.stretches:
            last = previous.stretches[-1]
            brought = last.balance + last.disbursed + last.correction
            first.balance = max(0, brought - previous.due_principal + previous.paid_principal)
        for before, after in zip(period.stretches, period.stretches[1:], strict=False):
            after.balance = before.balance_at_end

    def reckon_period(self, previous: Period | None, period: Period) -> None:
        """Find what falls due in a period, once it is found for the one before it."""
        accrued = 0 if period.interest_moved else self.accrue(period)
        period.accrued = max(0, accrued + period.late_interest + (previous.deferred if previous else 0))
        room = period.payable
        planned_principal = max(0, room - period.accrued)
        paid_more = period.paid_principal > planned_principal
        due_interest = period.paid_interest if paid_more else min(period.accrued, room)
        period.due_interest = max(due_interest, period.paid_interest)
        period.due_principal = max(0, room - period.due_interest, period.paid_principal)

    def balance_after(self, period: Period) -> int:
        """The balance left when what is due in the period is paid."""
        last = period.stretches[-1]
        left = last.balance + last.disbursed + last.correction + period.paid_principal - period.due_principal
        return max(0, left)

    def total_disbursed(self) -> int:
        """All that was paid out."""
        return sum(s.disbursed for s in self._stretches())

    def total_credited_principal(self) -> int:
        """All principal that became due again."""
        return sum(s.credited_principal for s in self._stretches())

    def total_due_principal(self) -> int:
        """All principal to be paid back, with what became due again."""
        return self.total_disbursed() + self.total_credited_principal()

    def total_paid_principal(self) -> int:
        """All principal paid back."""
        return sum(p.paid_principal for p in self.periods)

    def _stretches(self) -> Iterable[BalanceStretch]:
        return (s for p in self.periods for s in p.stretches)
