"""The last open instalment makes the sums meet; and the loan as it is known up to a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from kaopu.book.core.tables.balance_model import BalanceModel
    from kaopu.book.core.tables.balance_period import BalanceStretch, Period


def fit_last_open(model: BalanceModel, day: date) -> None:
    """Move the last open instalment so that all instalments together carry the principal and the interest.

    Where that would ask for less than was paid, the instalment ends at what was paid and the one before it is moved.
    """
    moved: list[Period] = []
    for _ in model.periods:
        last = _move_last_open(model)
        if last is None:
            break
        moved.append(last)
        least = last.paid - last.credited
        if last.instalment >= least:
            break
        last.instalment = least
    for last in reversed(moved):
        defer_late_interest(model, last, day)
        model.reckon()


def _move_last_open(model: BalanceModel) -> Period | None:
    _limit_to_what_is_left(model)
    last = next((p for p in reversed(model.periods) if not p.is_settled), None)
    if last is None:
        return None
    last.late_interest = 0
    for period in model.periods:
        period.interest_moved = False
    model.reckon()
    interest = sum(p.due_interest for p in model.periods)
    payable = sum(p.payable for p in model.periods)
    last.instalment += model.total_due_principal() + interest - payable
    return last


def _limit_to_what_is_left(model: BalanceModel) -> None:
    """No instalment asks for more principal than the loan still owes."""
    left = model.total_due_principal() - model.total_paid_principal()
    previous: Period | None = None
    for period in model.periods:
        model.reckon_period(previous, period)
        if period.outstanding_principal > left:
            period.instalment = max(period.instalment - (period.outstanding_principal - left), period.paid)
            model.reckon_period(previous, period)
        previous = period


def defer_late_interest(model: BalanceModel, period: Period, day: date) -> None:
    """Interest that arises behind the last open period, up to a day, is collected with that period."""
    counted = up_to(model, day)
    index = model.periods.index(period)
    behind = [p for p in counted.periods[index + 1 :] if p.deferred > 0]
    if behind:
        period.late_interest = behind[-1].deferred
        for later in model.periods[index + 1 :]:
            later.interest_moved = True


def up_to(model: BalanceModel, day: date) -> BalanceModel:
    """A copy in which no interest arises after a day; what is paid stays."""
    counted = model.copied()
    holding = counted.holding(day)
    if holding is not None:
        cut = stretch_holding(counted, holding, day)
        if cut is not None:
            cut.end = day
    for period in counted.periods:
        for stretch in period.stretches:
            stretch.silent = stretch.end > day
    counted.reckon()
    return counted


def stretch_holding(model: BalanceModel, period: Period, day: date) -> BalanceStretch | None:
    """The last stretch of a period that holds a day (after its start, up to its end)."""
    first = period is model.periods[0]
    found = None
    for index, stretch in enumerate(period.stretches):
        if stretch.start < day <= stretch.end or (first and index == 0 and day == stretch.start):
            found = stretch
    return found
