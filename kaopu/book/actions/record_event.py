"""Record that something happened to a debt: checked against its history, appended, never posted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from psycopg.errors import RestrictViolation

from kaopu.book import store
from kaopu.book.actions.book_debt import columns_of
from kaopu.book.actions.event_request import RecordEvent, Refusal
from kaopu.book.actions.judge_event import judge
from kaopu.book.actions.refresh_position import refresh_position
from kaopu.book.models import Debt, Event, IdempotencyKey, ScheduleVersion
from kaopu.kernel import audit, events

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.book.actions.new_schedule_version import NewVersion

__all__ = ["EventRecorded", "RecordEvent", "Refusal", "record_event"]


@dataclass(frozen=True, slots=True)
class EventRecorded:
    """The event and the schedule version it brought (None: none). `repeated`: the answer of an earlier same call."""

    event_id: int
    debt_id: int
    schedule_version: int | None
    repeated: bool = False


def record_event(command: RecordEvent, actor: str, now: datetime) -> EventRecorded | Refusal:
    """Append one event, and the schedule version that it brings, in one transaction.

    The debt is locked meanwhile. The row of the current close is replayed with it, so lists show the event at once.
    """
    with transaction.atomic():
        store.hold_key(command.key)
        known = IdempotencyKey.objects.filter(key=command.key).first()
        if known is not None:
            same = known.fingerprint == command.fingerprint()
            return EventRecorded(**{**known.response, "repeated": True}) if same else Refusal.KEY_USED_WITH_OTHER_BODY
        store.hold_positions()
        debt = store.lock_debt(command.debt_id)
        if debt is None:
            return Refusal.DEBT_UNKNOWN
        planned = judge(command, debt)
        if isinstance(planned, Refusal):
            return planned
        try:
            event = _append_event(command, debt, actor, now)
        except IntegrityError as fault:
            if isinstance(fault.__cause__, RestrictViolation):
                return Refusal.MONEY_WAITS_ELSEWHERE
            raise
        return _follow(command, debt, event, planned, actor, now)


@transaction.atomic
def _append_event(command: RecordEvent, debt: Debt, actor: str, now: datetime) -> Event:
    """Append the event alone, so that what other rooms keep about it can refuse it and nothing else is lost.

    A payment that a receipt brought is undone by taking the receipt's match back: its money then waits in suspense,
    and a database trigger refuses the reversal of that reversal (`receipts`, which the book does not know).
    """
    return Event.objects.create(
        debt=debt,
        on=command.on,
        kind=command.kind,
        amount=command.amount,
        component=command.component,
        reverses_id=command.reverses,
        payload=command.payload,
        recorded_at=now,
        recorded_by=actor,
    )


def _follow(  # noqa: PLR0917 - what was asked, where, and by whom
    command: RecordEvent, debt: Debt, event: Event, planned: NewVersion | None, actor: str, now: datetime
) -> EventRecorded:
    version = _append_version(debt, event, planned) if planned else None
    answer = EventRecorded(event.event_id, debt.debt_id, version)
    IdempotencyKey.objects.create(
        key=command.key, fingerprint=command.fingerprint(), response=asdict(answer), created_at=now
    )
    details = {"event": event.event_id, "kind": str(command.kind), "on": str(command.on), "amount": command.amount}
    audit.record(act="record_event", subject=f"debt:{debt.debt_id}", actor=actor, at=now, details=details)
    events.emit("debt.event_recorded", {"debt": debt.debt_id, "event": event.event_id, "kind": str(command.kind)}, now)
    refresh_position(debt)
    return answer


def _append_version(debt: Debt, event: Event, planned: NewVersion) -> int:
    newest = ScheduleVersion.objects.filter(debt=debt).order_by("-version").first()
    number = newest.version + 1 if newest else 1
    ScheduleVersion.objects.create(
        debt=debt,
        version=number,
        from_on=event.on,
        cause_event=event,
        terms=planned.terms,
        seq_offset=planned.seq_offset,
        **columns_of(planned.rows),
    )
    return number
