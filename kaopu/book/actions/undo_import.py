"""Take an import back whole, while nothing was built on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import connection, transaction

from kaopu.book import store
from kaopu.book.models import ImportBatch
from kaopu.kernel import audit, events

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper


class Refusal(StrEnum):
    """Why an import was not undone. The strings are public: add new ones, keep the old."""

    NO_SUCH_IMPORT = "no_such_import"
    NOT_DONE = "not_done"
    LATER_EVENTS = "later_events"  # an event was recorded on one of its debts since
    LATER_SCHEDULES = "later_schedules"  # one of its debts got a new schedule since


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken out."""

    batch: int
    debts: int
    events: int
    parties: int


def undo_import(batch_id: int, actor: str, now: datetime) -> Undone | Refusal:
    """Delete the batch's events, schedules, debts and the parties that only they had; the batch row stays, undone."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
        if batch is None:
            return Refusal.NO_SUCH_IMPORT
        if batch.status != ImportBatch.Status.DONE:
            return Refusal.NOT_DONE
        store.hold_positions(alone=True)
        _run("SELECT 1 FROM book_debt WHERE import_batch_id = %s FOR UPDATE", batch_id)
        for refusal, table in ((Refusal.LATER_EVENTS, "book_event"), (Refusal.LATER_SCHEDULES, "book_scheduleversion")):
            if _run(_BUILT_ON.format(table=table), batch_id):
                return refusal
        undone = _delete(batch)
        batch.status, batch.undone_at, batch.undone_by = ImportBatch.Status.UNDONE, now, actor
        batch.save()
        counts: dict[str, object] = {"debts": undone.debts, "events": undone.events}
        audit.record(act="book.import_undone", subject=f"import:{batch_id}", actor=actor, at=now, details=counts)
        events.emit("book.import_undone", {"import": batch_id, **counts}, now)
    return undone


_POSITIONS = (
    "DELETE FROM book_positionrow WHERE debt_id IN (SELECT debt_id FROM book_debt WHERE import_batch_id = %(batch)s)"
)
_BUILT_ON = (
    "SELECT 1 FROM {table} r JOIN book_debt d USING (debt_id)"
    " WHERE d.import_batch_id = %s AND r.import_batch_id IS DISTINCT FROM d.import_batch_id LIMIT 1"
)


def _delete(batch: ImportBatch) -> Undone:
    store.allow_undo_of(batch.pk)
    values = {"batch": batch.pk, "started": batch.started_at}
    with connection.cursor() as cursor:
        # A party came with the import when it was made at its instant, under its source. Noted first, gone last.
        cursor.execute(
            "CREATE TEMP TABLE undone_party ON COMMIT DROP AS SELECT DISTINCT d.party_id FROM book_debt d"
            " JOIN party_party p ON p.id = d.party_id AND p.source = d.source AND p.created_at = %(started)s"
            " WHERE d.import_batch_id = %(batch)s"
            # Other debtors, who may owe nothing of their own.
            " UNION SELECT p.id FROM book_event e JOIN book_debt d USING (debt_id)"
            " JOIN party_party p ON e.payload->'party_id' = to_jsonb(p.id) AND p.source = d.source"
            " AND p.created_at = %(started)s"
            " WHERE e.import_batch_id = %(batch)s AND e.kind IN ('assumption', 'joining')",
            values,
        )
        cursor.execute(_POSITIONS, values)
        cursor.execute("DELETE FROM book_scheduleversion WHERE import_batch_id = %(batch)s", values)
        cursor.execute("DELETE FROM book_event WHERE import_batch_id = %(batch)s", values)
        gone_events = cursor.rowcount
        cursor.execute("DELETE FROM book_debt WHERE import_batch_id = %(batch)s", values)
        gone_debts = cursor.rowcount
        nowhere_named = _nowhere_named(cursor)
        cursor.execute(
            "DELETE FROM party_party p USING undone_party u WHERE p.id = u.party_id"  # noqa: S608 - names of the catalogue
            " AND NOT EXISTS (SELECT 1 FROM book_event e WHERE e.kind IN ('assumption', 'joining')"
            " AND e.payload->'party_id' = to_jsonb(p.id)) " + nowhere_named
        )
        return Undone(batch.pk, gone_debts, gone_events, cursor.rowcount)


def _nowhere_named(cursor: CursorWrapper) -> str:
    """No table of any room names the party: a debt, a way to reach it, a consent, an account."""
    cursor.execute(
        "SELECT c.conrelid::regclass::text, quote_ident(a.attname) FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.confrelid = 'party_party'::regclass ORDER BY 1, 2"
    )
    # Names as the catalogue quotes them, no input of anyone.
    return " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {table} r WHERE r.{column} = p.id)"  # noqa: S608
        for table, column in cursor.fetchall()
    )


def _run(statement: str, batch_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [batch_id])
        return cursor.fetchone() is not None
