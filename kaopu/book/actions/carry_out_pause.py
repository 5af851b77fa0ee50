"""Carry out a bulk pause that two people agreed to, or take it back: batch by batch, each one transaction.

Killed anywhere, what is committed stands and the next call goes on with the rest: a debt of the list with its event, or
with the reason why it got none, is done. The list is final: a debt that matches the filter since is not added; one that
was settled, charged off or sold since gets no event, and the list says why.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from kaopu.book import store
from kaopu.book.actions.classify_debt import classes_beyond_days
from kaopu.book.actions.event_request import RecordEvent
from kaopu.book.actions.pause_selection import PauseAsked, with_pause
from kaopu.book.actions.record_event import EventRecorded
from kaopu.book.actions.refresh_position import class_columns, columns_of
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.history import History, prepare_all
from kaopu.book.core.position import Position, positions
from kaopu.book.models import BulkPause, BulkPauseDebt, Debt, Event, IdempotencyKey, PositionRow
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

AT_ONCE = 1_000
PAUSE_LOCK = 0x6B616F70  # with the number of the pause: one process at a time works on one
State = BulkPause.State


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """How a bulk pause stands: debts with an event, without one (and why), and events taken back."""

    bulk: int
    state: str
    applied: int
    skipped: int
    reversed: int
    reasons: dict[str, int]


def unfinished() -> list[int]:
    """Numbers of the pauses that two people agreed to and that are not carried out to the end."""
    states = (State.APPLYING, State.UNDOING)
    return list(BulkPause.objects.filter(state__in=states).order_by("pk").values_list("pk", flat=True))


def carry_out(
    bulk_id: int, now: Callable[[], datetime], progress: Callable[[int, int], None] | None = None
) -> CarriedOut:
    """Apply or reverse what is left. Does nothing where nothing is left, so it is safe to call again."""
    with _alone(bulk_id):
        bulk = BulkPause.objects.filter(pk=bulk_id).first()
        if bulk is None:
            raise BadInput(f"pause: {bulk_id} given, expected the number of a bulk pause")
        step = {State.APPLYING: _apply_some, State.UNDOING: _reverse_some}.get(State(bulk.state))
        done = standing(bulk)
        while step is not None and step(bulk, now()):
            if progress:
                done = standing(bulk)
                progress(done.applied + done.skipped if bulk.state == State.APPLYING else done.reversed, bulk.debts)
        if step is not None:
            _finish(bulk, now())
        return standing(bulk)


def standing(bulk: BulkPause) -> CarriedOut:
    """How far it is."""
    rows = BulkPauseDebt.objects.filter(bulk=bulk)
    reasons: dict[str, int] = {}
    for why in rows.exclude(left_out="").values_list("left_out", flat=True):
        reasons[why] = reasons.get(why, 0) + 1
    applied = rows.filter(event_id__isnull=False).count()
    skipped = rows.filter(event_id=None).exclude(left_out="").count()
    return CarriedOut(bulk.pk, bulk.state, applied, skipped, rows.filter(reversal_id__isnull=False).count(), reasons)


@contextmanager
def _alone(bulk_id: int) -> Iterator[None]:
    # The lock belongs to the session: it ends with the process, however that ends.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [PAUSE_LOCK, bulk_id])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [PAUSE_LOCK, bulk_id])


def _finish(bulk: BulkPause, now: datetime) -> None:
    with transaction.atomic():
        if bulk.state == State.APPLYING:
            bulk.state, bulk.applied_at = State.APPLIED, now
        else:
            bulk.state, bulk.undone_at = State.UNDONE, now
        bulk.save(update_fields=["state", "applied_at", "undone_at"])
        stands = asdict(standing(bulk))
        actor = bulk.undo_agreed_by or bulk.agreed_by
        audit.record(act=f"book.pause_{bulk.state}", subject=f"pause:{bulk.pk}", actor=actor, at=now, details=stands)
        events.emit(f"pause.{bulk.state}", {"bulk": bulk.pk, "debts": bulk.debts}, now)


def _apply_some(bulk: BulkPause, now: datetime) -> int:
    """One batch; how many debts of the list were dealt with."""
    with transaction.atomic():
        waiting = BulkPauseDebt.objects.filter(bulk=bulk, event_id=None, left_out="").order_by("debt_id")
        ids = list(waiting.values_list("debt_id", flat=True)[:AT_ONCE])
        store.hold_positions()
        debts = _locked(ids)
        histories = list(store.histories(debts))
        asked = PauseAsked(bulk.where, bulk.from_on, bulk.to_on)
        day = max(bulk.from_on, now.date())
        why = dict.fromkeys(ids, "debt_gone")
        for position, debt in zip(_positions(histories, day), debts, strict=True):
            why[debt.debt_id] = _why_not(position, debt, bulk.from_on)
        _leave_out(bulk, why)
        kept = [(debt, each) for debt, each in zip(debts, histories, strict=True) if not why[debt.debt_id]]
        recorded = _record(bulk, [_pause_of(bulk, debt, asked) for debt, _each in kept], bulk.agreed_by, now)
        _note(bulk, "event_id", recorded)
        with_it = [with_pause(each, asked, event) for (_debt, each), event in zip(kept, recorded.values(), strict=True)]
        _rewrite([debt for debt, _each in kept], with_it)
    return len(ids)


def _reverse_some(bulk: BulkPause, now: datetime) -> int:
    """One batch of reversals, each on the first day of the pause, so that every position is as it was before."""
    with transaction.atomic():
        left = BulkPauseDebt.objects.filter(bulk=bulk, event_id__isnull=False, reversal_id=None, left_out="")
        pairs = dict(left.order_by("debt_id").values_list("debt_id", "event_id")[:AT_ONCE])
        store.hold_positions()
        debts = _locked(list(pairs))
        gone = store.reversed_events(Event.objects.filter(debt_id__in=pairs, reverses__isnull=False))
        known = {debt.debt_id for debt in debts}
        why = {
            debt_id: "debt_gone" if debt_id not in known else "already_reversed" if event in gone else ""
            for debt_id, event in pairs.items()
        }
        _leave_out(bulk, why)
        kept = [debt for debt in debts if not why[debt.debt_id]]
        commands = [_reversal_of(bulk, debt, pairs[debt.debt_id]) for debt in kept]
        recorded = _record(bulk, commands, bulk.undo_agreed_by, now)
        _note(bulk, "reversal_id", recorded)
        _rewrite(kept, list(store.histories(kept)))
    return len(pairs)


def _pause_of(bulk: BulkPause, debt: Debt, asked: PauseAsked) -> RecordEvent:
    key, payload = f"pause:{bulk.pk}:{debt.debt_id}", {"bulk": bulk.pk}
    return RecordEvent(debt.debt_id, EventKind.PAUSE, bulk.from_on, key, asked.days, payload=payload)


def _reversal_of(bulk: BulkPause, debt: Debt, event: int) -> RecordEvent:
    key, payload = f"pause-undo:{bulk.pk}:{debt.debt_id}", {"bulk": bulk.pk}
    return RecordEvent(debt.debt_id, EventKind.REVERSAL, bulk.from_on, key, reverses=event, payload=payload)


def _locked(ids: Sequence[int]) -> list[Debt]:
    return list(Debt.objects.select_for_update(no_key=True).filter(debt_id__in=ids).order_by("debt_id"))


def _positions(histories: Sequence[History], day: date) -> list[Position]:
    return positions(prepare_all(histories), day) if histories else []


def _why_not(position: Position, debt: Debt, from_on: date) -> str:
    if debt.disbursed_on > from_on:
        return "disbursed_later"
    if position.is_charged_off:
        return "charged_off"
    if position.is_transferred:
        return "transferred"
    return "settled" if position.is_settled else ""


def _leave_out(bulk: BulkPause, why: dict[int, str]) -> None:
    for reason in sorted({each for each in why.values() if each}):
        ids = [debt_id for debt_id, each in why.items() if each == reason]
        BulkPauseDebt.objects.filter(bulk=bulk, debt_id__in=ids).update(left_out=reason)


def _record(bulk: BulkPause, commands: Sequence[RecordEvent], actor: str, now: datetime) -> dict[int, int]:
    """Append the events and their keys, as `record_event` would one by one; event number by debt."""
    rows = Event.objects.bulk_create(
        Event(debt_id=each.debt_id, on=each.on, kind=each.kind, amount=each.amount, reverses_id=each.reverses,
              payload=each.payload, recorded_at=now, recorded_by=actor)
        for each in commands
    )  # fmt: skip
    recorded = {row.debt_id: row.event_id for row in rows}
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(
            key=each.key,
            fingerprint=each.fingerprint(),
            response=asdict(EventRecorded(recorded[each.debt_id], each.debt_id, None)),
            created_at=now,
        )
        for each in commands
    )
    if recorded:
        numbers = list(recorded.values())
        details = {"events": len(numbers), "first_event": min(numbers), "last_event": max(numbers)}
        act = f"book.pause_events_{'recorded' if bulk.state == State.APPLYING else 'reversed'}"
        audit.record(act=act, subject=f"pause:{bulk.pk}", actor=actor, at=now, details=details)
    return recorded


def _note(bulk: BulkPause, column: str, recorded: dict[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE book_bulkpausedebt l SET {column} = n.event FROM unnest(%s::bigint[], %s::bigint[]) n (d, event)"  # noqa: S608 - one of two names of this module
            " WHERE l.bulk_id = %s AND l.debt_id = n.d",
            [list(recorded), list(recorded.values()), bulk.pk],
        )


def _rewrite(debts: Sequence[Debt], histories: Sequence[History]) -> None:
    """Put the debts, replayed at the day of the current close, into its rows, so that lists show them at once."""
    run = store.current_close()
    if run is None or not debts:
        return
    found = _positions(histories, run.as_of)
    # A pause may heal a debt that infected others of its obligor: their classes follow, listed or not.
    classes = classes_beyond_days(debts, run.as_of)
    PositionRow.objects.filter(close_run=run, debt_id__in=[debt.debt_id for debt in debts])._raw_delete("default")  # noqa: SLF001 - one DELETE
    PositionRow.objects.bulk_create(
        PositionRow(
            close_run=run,
            debt=debt,
            party_id=debt.party_id,
            currency=debt.currency,
            **columns_of(position, classes.get(debt.debt_id)),
        )
        for debt, position in zip(debts, found, strict=True)
        if position.exists
    )
    others = classes.keys() - {debt.debt_id for debt in debts}
    store.write_classes(run, {debt_id: class_columns(classes[debt_id]) for debt_id in others})
