"""Domain events: rows written in the transaction that made them true, told to handlers after it, at least once.

A handler may hear the same event twice (the process died after the handler's work and before the mark), so handlers are
idempotent. One that raises is asked again later; the others are not.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.kernel import ids, ids_only
from kaopu.kernel.models import OutboxEvent

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

log = logging.getLogger(__name__)
WAIT_SECONDS_MAX = 600


@dataclass(frozen=True, slots=True)
class Event:
    """What a handler is told."""

    id: UUID
    name: str
    payload: dict[str, object]
    occurred_at: datetime


EVERY = "*"  # a handler under this name is told every event
_handlers: dict[str, dict[str, Callable[[Event], None]]] = {}


def handles(name: str) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Decorator: tell this function every event `name` (`EVERY`: all there are).

    Import the module in the room's `AppConfig.ready`.
    """

    def register(handler: Callable[[Event], None]) -> Callable[[Event], None]:
        _handlers.setdefault(name, {})[f"{handler.__module__}.{handler.__qualname__}"] = handler
        return handler

    return register


def emit(name: str, payload: dict[str, object], at: datetime) -> UUID:
    """Write an event in the caller's transaction. `payload` holds ids and codes only."""
    plain = ids_only.check(payload, f"event {name}")
    row = OutboxEvent.objects.create(id=ids.new_id(at), name=name, payload=plain, occurred_at=at, next_attempt_at=at)
    return row.pk


def deliver_pending(now: datetime, limit: int = 500) -> int:
    """Tell handlers what is due; how many events are done with. Several workers share the work, never one event."""
    done = 0
    for _ in range(limit):
        outcome = _deliver_one(now)
        if outcome is None:
            break
        done += outcome
    return done


def _deliver_one(now: datetime) -> bool | None:
    with transaction.atomic():
        due = OutboxEvent.objects.filter(delivered_at=None, next_attempt_at__lte=now)
        row = due.select_for_update(skip_locked=True).order_by("next_attempt_at", "id").first()
        if row is None:
            return None
        failure = _tell_handlers(row)
        if failure is None:
            row.delivered_at = now
        else:
            row.attempts += 1
            row.last_error = failure
            row.next_attempt_at = now + timedelta(seconds=min(2**row.attempts, WAIT_SECONDS_MAX))
        row.save()
        return failure is None


def _tell_handlers(row: OutboxEvent) -> str | None:
    """Tell each handler that has not heard yet; the first failure as text without personal data."""
    failure = None
    event = Event(row.pk, row.name, row.payload, row.occurred_at)
    for handler_name, handler in (_handlers.get(row.name, {}) | _handlers.get(EVERY, {})).items():
        if handler_name in row.handled_by:
            continue
        try:
            with transaction.atomic():
                handler(event)
        except Exception as problem:  # noqa: BLE001 - whatever it was, the event is told again
            # The kind of the error only: its text may quote personal data.
            failure = failure or f"{handler_name}: {type(problem).__name__}"[:200]
            log.warning("event %s: %s raised %s", row.pk, handler_name, type(problem).__name__)
        else:
            row.handled_by = [*row.handled_by, handler_name]
    return failure
