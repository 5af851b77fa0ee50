"""Whether an event may be recorded on a debt's history, and the schedule version that it would bring."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kaopu.book import store
from kaopu.book.actions import judge_after_default
from kaopu.book.actions.event_request import WITHOUT_AMOUNT, RecordEvent, Refusal
from kaopu.book.actions.new_schedule_version import NewVersion, agreed_on, plan_prepayment, plan_restructuring
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.position import Position, position
from kaopu.book.models import Debt, Event, ScheduleVersion

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


def judge(command: RecordEvent, debt: Debt) -> NewVersion | Refusal | None:
    """The refusal, or the rows of a new schedule version, or None where the event brings none."""
    if command.amount == 0 and command.kind not in WITHOUT_AMOUNT:
        return Refusal.AMOUNT_MUST_BE_POSITIVE
    if command.on < debt.disbursed_on:
        return Refusal.DAY_BEFORE_DISBURSEMENT
    if command.component is not None and command.kind is not EventKind.WAIVER:
        return Refusal.COMPONENT_IS_FOR_WAIVERS_ONLY
    judge_kind = _BY_KIND.get(command.kind) or judge_after_default.BY_KIND.get(command.kind)
    return judge_kind(command, debt) if judge_kind else None


def _judge_reversal(command: RecordEvent, debt: Debt) -> Refusal | None:
    target = Event.objects.filter(event_id=command.reverses).first()
    if target is None:
        return Refusal.REVERSED_EVENT_UNKNOWN
    if target.debt_id != debt.debt_id:
        return Refusal.REVERSED_EVENT_OF_ANOTHER_DEBT
    if command.on < target.on:
        return Refusal.REVERSAL_BEFORE_ITS_EVENT
    gone = store.reversed_events(Event.objects.filter(debt=debt, reverses__isnull=False))
    if target.event_id in gone:
        return Refusal.ALREADY_REVERSED
    # A later version was computed on the one that this event brought: it would rest on money that never came.
    brought = ScheduleVersion.objects.filter(debt=debt, cause_event=target).first()
    if brought is not None and _is_built_on(brought.version + 1, debt, gone):
        return Refusal.LATER_SCHEDULE_VERSION
    return None


def _is_built_on(version: int, debt: Debt, gone: set[int]) -> bool:
    later = ScheduleVersion.objects.filter(debt=debt, version__gte=version)
    return any(row.cause_event_id not in gone for row in later)


def _judge_waiver(command: RecordEvent, debt: Debt) -> Refusal | None:
    owed = _position(debt, command.on).outstanding
    most = getattr(owed, command.component) if command.component else owed.penalty + owed.fee + owed.interest
    return Refusal.WAIVER_ABOVE_WHAT_IS_OWED if command.amount > most else None


def _judge_payout(command: RecordEvent, debt: Debt) -> Refusal | None:
    credit = _position(debt, command.on).credit_balance
    return Refusal.PAYOUT_ABOVE_CREDIT_BALANCE if command.amount > credit else None


def _judge_prepayment(command: RecordEvent, debt: Debt) -> NewVersion | Refusal | None:
    effect = (command.payload or {}).get("effect")
    at_day = _position(debt, command.on)
    owed = at_day.outstanding
    if effect is None or command.amount >= owed.principal + owed.interest + owed.fee + owed.penalty:
        return None  # in full, or in part by the plain rule: last instalment first, interest as it was
    due = _position(debt, command.on, seen_from=command.on + timedelta(days=1)).overdue
    left = command.amount - (due.principal + due.interest + due.fee) - owed.penalty
    if left <= 0:
        return Refusal.PREPAYMENT_BELOW_WHAT_IS_DUE
    agreed = agreed_on(debt, command.on, owed.principal - due.principal)
    return agreed if isinstance(agreed, Refusal) else plan_prepayment(agreed, command.on, left, command.payload or {})


def _judge_restructuring(command: RecordEvent, debt: Debt) -> NewVersion | Refusal:
    owed = _position(debt, command.on).outstanding
    due = _position(debt, command.on, seen_from=command.on + timedelta(days=1)).overdue
    agreed = agreed_on(debt, command.on, owed.principal - due.principal)
    return agreed if isinstance(agreed, Refusal) else plan_restructuring(agreed, command.on, command.payload or {})


def _position(debt: Debt, on: date, seen_from: date | None = None) -> Position:
    """The position on a day, or what is left of that day's history when seen from a later one."""
    history = store.history(debt)
    known = replace(history, events=tuple(event for event in history.events if event.on <= on))
    return position(known, seen_from or on)


_BY_KIND: dict[EventKind, Callable[[RecordEvent, Debt], NewVersion | Refusal | None]] = {
    EventKind.REVERSAL: _judge_reversal,
    EventKind.WAIVER: _judge_waiver,
    EventKind.PAYOUT: _judge_payout,
    EventKind.EARLY_SETTLEMENT: _judge_prepayment,
    EventKind.RESTRUCTURE: _judge_restructuring,
}
