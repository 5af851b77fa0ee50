"""How payments, credits, pauses and overdue days move the interest side of a progressive loan."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kaopu.book.core.tables.balance_period import BalanceStretch, Period
from kaopu.book.core.tables.last_instalment import defer_late_interest, fit_last_open, stretch_holding

if TYPE_CHECKING:
    from kaopu.book.core.tables.balance_model import BalanceModel


def correct_balance(model: BalanceModel, day: date, amount: int) -> None:
    """Move the balance from a day on without changing what is owed in all."""
    if model.move_balance(day, correction=amount) is not None:
        model.reckon(carry_balances=True)
        fit_last_open(model, day)


def pay_principal(model: BalanceModel, period: Period, day: date, amount: int) -> None:
    """Principal paid on a day. Paid late, it lowers the planned balance from its due day: the rest is overdue."""
    if amount <= 0:
        return
    period.paid_principal += amount
    from_day = min(day, period.due_on)
    correct_balance(model, from_day, -amount)
    several_open = sum(not p.is_settled for p in model.periods) > 1
    if several_open and day < period.start:
        # Paid in full before it began: the period asks for exactly what was paid.
        exceeds = period.paid > period.payable
        if exceeds or period.paid == period.agreed + period.credited:
            period.instalment = period.paid - period.credited
    fit_last_open(model, from_day)


def pay_interest(model: BalanceModel, period: Period, day: date, amount: int) -> None:
    """Interest paid on a day."""
    open_periods = [p for p in model.periods if not p.is_settled]
    if open_periods and open_periods[-1] is not model.periods[-1]:
        last_open = open_periods[-1]
        if day >= last_open.due_on and period is last_open:
            defer_late_interest(model, last_open, day)
    period.paid_interest += amount
    model.reckon(carry_balances=True)
    fit_last_open(model, day)


def credit(model: BalanceModel, day: date, principal: int, interest: int) -> None:
    """Principal or interest that becomes due again: it belongs to the period that runs on that day."""
    if model.move_balance(day, correction=principal) is None:
        return
    last = model.periods[-1]
    for period in model.periods:
        if period.start <= day < period.due_on or (period is last and day == period.due_on):
            starting = [s for s in period.stretches if s.start == day]
            if starting:
                starting[-1].credited_principal += principal
                starting[-1].credited_interest += interest
            break
    model.reckon(carry_balances=True)
    fit_last_open(model, day)


def pause_interest(model: BalanceModel, first_day: date, last_day: date) -> None:
    """No interest from the first to the last day of a pause, both counted."""
    touched = [p for p in model.periods if p.start < last_day and p.due_on >= first_day]
    for period in touched:
        _pause_within(period, first_day, last_day)
    if touched:
        model.reckon(carry_balances=True)
        fit_last_open(model, touched[0].start)


def _pause_within(period: Period, first_day: date, last_day: date) -> None:
    starts_with_period = first_day == period.start + timedelta(days=1)
    start = max(first_day if starts_with_period else first_day - timedelta(days=1), period.start)
    end = min(last_day, period.due_on)
    kept = [s for s in period.stretches if s.end <= start or s.start >= end]
    paused = BalanceStretch(start, end, paused=True)
    for stretch in (s for s in period.stretches if s.end > start and s.start < end):
        left = copy.copy(stretch) if stretch.start < start else None
        right = copy.copy(stretch) if stretch.end > end else None
        # The balance moves at the end of a stretch, so the slice that holds the end keeps the movement.
        if left is not None:
            left.end, left.disbursed, left.correction = start, 0, 0
            kept.append(left)
        if right is not None:
            right.start = end
            kept.append(right)
        else:
            paused.disbursed += stretch.disbursed
            paused.correction += stretch.correction
        credited_in = left or paused
        if credited_in is paused:
            paused.credited_principal += stretch.credited_principal
            paused.credited_interest += stretch.credited_interest
        if right is not None:
            right.credited_principal = right.credited_interest = 0
    period.stretches = sorted([*kept, paused], key=lambda s: (s.start, s.end))


def count_overdue(model: BalanceModel, day: date, *, to_due_day: bool) -> bool:
    """Let overdue principal bear interest up to a day; returns whether anything was overdue.

    Planned balances fall on every due day. What was not paid stays in the balance of the following periods, but only as
    long as it is known to be unpaid: up to the day of reading, or to the due day where the product rests by period.
    """
    until = min(day, model.last_due_on)
    overdue = [p for p in model.periods if p.due_on < until]
    if not overdue:
        return False
    current = model.holding(until) or model.periods[-1]
    latest = total = 0
    for period in overdue:
        if latest:
            _bear_interest(model, period, until, latest, total, to_due_day=to_due_day)
        latest = period.outstanding_principal
        total += latest
    _bear_interest(model, current, until, latest, total, to_due_day=to_due_day)
    counted = model.overdue_counted_to
    if total and (counted is None or counted < until):
        model.overdue_counted_to = until
    return True


def _bear_interest(
    model: BalanceModel, period: Period, until: date, latest: int, total: int, *, to_due_day: bool
) -> None:
    counted = model.overdue_counted_to
    if until == counted:
        return
    correct_balance(model, period.start if counted is None or period.start > counted else counted, latest)
    if period.start < until <= period.due_on:
        end = period.due_on if to_due_day else until
        correct_balance(model, end, -total)
        model.overdue_counted_to = end


def due_amounts(model: BalanceModel, index: int, day: date) -> tuple[int, int]:
    """Principal and interest of a period that can be paid on a day before it is due: interest only up to that day."""
    known = known_until(model, day)
    period = known.periods[index]
    open_count = sum(not p.is_settled for p in known.periods)
    if day <= period.start:
        if open_count > 1:
            period.instalment = period.agreed
            known.reckon()
            left = max(0, known.total_due_principal() - known.total_paid_principal())
            period.instalment -= max(0, period.outstanding_principal - left)
        elif period.is_settled and open_count == 1:
            left = known.total_due_principal() - known.total_paid_principal()
            period.instalment = min(period.agreed, left + period.paid_principal + period.due_interest)
        known.reckon()
        period = known.periods[index]
    return period.due_principal, period.due_interest


def known_until(model: BalanceModel, day: date) -> BalanceModel:
    """A copy without the days after a day."""
    known = model.copied()
    if day < known.first_day:
        for period in known.periods:
            period.stretches = []
        return known
    if day >= known.last_due_on:
        return known
    current = known.holding(day)
    for index, period in enumerate(known.periods):
        if period.due_on <= day:
            continue
        if period is current:
            _end_on(known, period, day)
        elif index and known.periods[index - 1] is current and _is_credited_first(period):
            del period.stretches[1:]
            period.stretches[0].end = period.stretches[0].start
        else:
            period.stretches = []
    known.reckon(carry_balances=True)
    fit_last_open(known, day)
    return known


def _is_credited_first(period: Period) -> bool:
    return period.stretches[0].credited_interest > 0 or period.stretches[0].credited_principal > 0


def _end_on(known: BalanceModel, period: Period, day: date) -> None:
    cut = stretch_holding(known, period, day)
    if cut is None:
        return
    index = period.stretches.index(cut)
    cut.end = day
    if index + 1 < len(period.stretches):
        # What became due again on that very day belongs to what is known.
        cut.credited_principal += period.stretches[index + 1].credited_principal
        cut.credited_interest += period.stretches[index + 1].credited_interest
    del period.stretches[index + 1 :]
