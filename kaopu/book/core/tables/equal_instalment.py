"""The equal instalment of a progressive loan, and how the sums are made to meet.

Instalment = balance x product(1 + f) / sum of the partial products, where f is the period factor. Rounding leaves a
difference on the last instalment; when that grows beyond half a cent for every instalment, the difference is spread
once more, and kept where it made the last instalment fit better.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from kaopu.book.core.tables.last_instalment import fit_last_open
from kaopu.book.core.tables.period_factor import DIGITS
from kaopu.book.core.tables.settings import InterestType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.book.core.tables.balance_model import BalanceModel
    from kaopu.book.core.tables.balance_period import Period

_TRIES = 3


def disburse(model: BalanceModel, day: date, amount: int) -> None:
    """Pay out an amount and agree the instalments from the period on in which it falls."""
    for period in model.periods:
        if day <= period.start:
            period.disbursed_before += amount
    holding = model.move_balance(day, disbursed=amount)
    if holding is not None:
        agree_instalments(model, _first_due_after(model, holding, day), afresh=_is_untouched(model))


def change_rate(model: BalanceModel, from_day: date, rate_percent: Decimal) -> None:
    """Another yearly rate from a day on; the instalments that are still open are agreed again."""
    eve = date.fromordinal(from_day.toordinal() - 1)
    model.rates.append((eve, rate_percent))
    period = model.move_balance(eve)
    if period is not None:
        agree_instalments(model, _first_due_after(model, period, eve), afresh=True)


def _is_untouched(model: BalanceModel) -> bool:
    return all(period.instalment == 0 for period in model.periods)


def _first_due_after(model: BalanceModel, period: Period, day: date) -> date:
    """A change on a due day concerns the next period, if there is one."""
    if period.due_on == day:
        index = model.periods.index(period)
        if index + 1 < len(model.periods):
            return model.periods[index + 1].due_on
    return period.due_on


def agree_instalments(model: BalanceModel, due_from: date, *, afresh: bool) -> None:
    """Set the instalments of all periods due on or after a day.

    With `afresh` they are found on the loan as it stands; otherwise on the loan as if nothing had been paid, so that a
    second disbursement does not turn an early payment into a lower instalment.
    """
    if model.settings.interest_type is InterestType.FLAT:
        _agree_flat(model, due_from)
        return
    model.reckon(carry_balances=True)
    if afresh:
        _set_annuity(model, model.from_due_day(due_from))
    else:
        unpaid = _as_if_unpaid(model)
        agree_instalments(unpaid, due_from, afresh=True)
        for period, source in zip(model.periods, unpaid.periods, strict=True):
            if period.due_on >= due_from:
                period.instalment, period.agreed = source.instalment, source.agreed
    model.reckon(carry_balances=True)
    fit_last_open(model, due_from)
    if afresh:
        _spread_difference(model, due_from)


def _as_if_unpaid(model: BalanceModel) -> BalanceModel:
    unpaid = model.copied()
    for period in unpaid.periods:
        period.paid_principal = period.paid_interest = period.late_interest = 0
        for stretch in period.stretches:
            stretch.correction = 0
    return unpaid


def to_multiple(model: BalanceModel, amount: int) -> int:
    """The nearest multiple the product asks for, halves to even; never nothing, so that the loan moves."""
    unit = model.settings.rounded_to_minor
    if unit is None:
        return amount
    units = int((Decimal(amount) / unit).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    return max(1, units) * unit


def _set_annuity(model: BalanceModel, open_periods: Sequence[Period]) -> None:
    if not open_periods:
        return
    growth, partial_sum = Decimal(1), Decimal(0)
    for index, period in enumerate(open_periods):
        factor = Decimal(1) + sum(
            (model.factor(period, s.start, s.end) for s in period.stretches if not s.paused), Decimal(0)
        )
        growth = DIGITS.multiply(growth, factor)
        partial_sum = Decimal(1) if index == 0 else DIGITS.add(Decimal(1), DIGITS.multiply(partial_sum, factor))
    exact = DIGITS.divide(DIGITS.multiply(growth, Decimal(_opening_balance(model, open_periods[0]))), partial_sum)
    instalment = to_multiple(model, int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)))
    for period in open_periods:
        if instalment >= period.paid:
            period.instalment = period.agreed = instalment


def _opening_balance(model: BalanceModel, period: Period) -> int:
    index = model.periods.index(period)
    brought = model.balance_after(model.periods[index - 1]) if index else 0
    return brought + sum(s.disbursed for s in period.stretches)


def _agree_flat(model: BalanceModel, due_from: date) -> None:
    """Flat interest: principal and all interest in equal parts, the rest with the last."""
    model.reckon(carry_balances=True)
    open_periods = model.from_due_day(due_from)
    if not open_periods:
        return
    index = model.periods.index(open_periods[0])
    interest = sum(model.accrue(p) for p in open_periods)
    disbursed = model.disbursed_until(open_periods[0], open_periods[0].stretches[-1])
    repaid = 0
    if index:
        before = model.periods[index - 1]
        repaid = model.disbursed_until(before, None) - model.balance_after(before)
    total = disbursed + interest - repaid
    share = (Decimal(total) / len(open_periods)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    instalment = to_multiple(model, int(share))
    rest = total
    for period in open_periods:
        part = rest if period is open_periods[-1] else min(instalment, rest)
        period.instalment = period.agreed = part
        rest -= part
    model.reckon(carry_balances=True)


@dataclass(frozen=True, slots=True)
class _Difference:
    """How far the last open instalment is from its neighbour, and what to do about it."""

    instalment: int
    difference: int
    periods: int
    paid_beyond: int

    @property
    def is_too_large(self) -> bool:
        half = self.periods // 2
        return half > 0 and abs(self.difference) > half

    @property
    def moved(self) -> int:
        shares = max(1, self.periods - self.paid_beyond)
        exact = Decimal(self.difference) / shares
        return self.instalment + int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def _difference(open_periods: Sequence[Period]) -> _Difference:
    count = len(open_periods)
    for before, last in reversed(list(itertools.pairwise(open_periods))):
        if not before.is_settled and not last.is_settled:
            beyond = sum(before.instalment < p.paid for p in open_periods)
            return _Difference(before.instalment, last.instalment - before.instalment, count, beyond)
    return _Difference(open_periods[0].instalment, 0, count, 0)


def _spread_difference(model: BalanceModel, due_from: date) -> None:
    open_periods = model.from_due_day(due_from)
    trial: BalanceModel | None = None
    for _ in range(_TRIES):
        found = _difference(open_periods)
        if not found.is_too_large:
            return
        instalment = to_multiple(model, found.moved)
        if instalment == found.instalment:
            return
        trial = trial or model.copied()
        for period in trial.from_due_day(due_from):
            if instalment >= period.paid:
                period.instalment = period.agreed = instalment
        trial.reckon(carry_balances=True)
        fit_last_open(trial, due_from)
        if abs(_difference(trial.periods).difference) >= abs(found.difference):
            return
        for period, source in zip(open_periods, trial.from_due_day(due_from), strict=True):
            period.instalment = period.agreed = source.instalment
        model.reckon(carry_balances=True)
