"""Make somebody responsible for debts, or nobody; and take such an assignment back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from kaopu.book import store
from kaopu.kernel import audit, ids
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

ASSIGNMENTS_LOCK = 0x6B616F7003  # one assignment after the other: each row knows who was responsible before it

# Only what changes: a debt that the person has already gets no new row.
_ASSIGN = """
INSERT INTO book_assignment (debt_id, user_id, before_id, from_on, batch, assigned_at, assigned_by)
SELECT d.debt_id, asked.user_id, r.user_id, %(on)s, %(batch)s, %(at)s, %(by)s
FROM unnest(%(debts)s::bigint[], %(users)s::integer[]) asked (debt_id, user_id)
  JOIN book_debt d USING (debt_id) LEFT JOIN book_responsible r USING (debt_id)
WHERE r.user_id IS DISTINCT FROM asked.user_id
"""
_TAKE = """
INSERT INTO book_responsible (debt_id, user_id, assignment_id)
SELECT debt_id, user_id, id FROM book_assignment WHERE batch = %(batch)s AND user_id IS NOT NULL
ON CONFLICT (debt_id) DO UPDATE SET user_id = excluded.user_id, assignment_id = excluded.assignment_id
"""
_LEAVE = """
DELETE FROM book_responsible r USING book_assignment a
WHERE a.batch = %(batch)s AND a.user_id IS NULL AND r.debt_id = a.debt_id
"""
# What somebody else assigned since stays theirs.
_STILL = """
SELECT a.debt_id, a.before_id FROM book_assignment a
WHERE a.batch = %(batch)s
  AND NOT EXISTS (SELECT 1 FROM book_assignment later WHERE later.debt_id = a.debt_id AND later.id > a.id)
ORDER BY a.debt_id
"""


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many debts changed hands, under which number."""

    batch: UUID
    debts: int


def assign_debts(debts: Iterable[int], user_id: int | None, actor: str, now: datetime) -> Assigned:
    """`user_id` is responsible for `debts` from today; None: nobody. Raises `BadInput` for a closed account."""
    if user_id is not None and not get_user_model().objects.filter(pk=user_id, is_active=True).exists():
        raise BadInput(f"user: {user_id} given, expected the number of an account that is open")
    with transaction.atomic():
        _wait()
        return _write([(debt_id, user_id) for debt_id in sorted(set(debts))], actor, now)


def take_back(batch: UUID, actor: str, now: datetime) -> Assigned:
    """Whoever was responsible before `batch` is so again, where nothing was assigned since. History keeps both."""
    with transaction.atomic():
        _wait()
        with connection.cursor() as cursor:
            cursor.execute(_STILL, {"batch": batch})
            before = cursor.fetchall()
        return _write(before, actor, now)


def _wait() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ASSIGNMENTS_LOCK])


def _write(asked: list[tuple[int, int | None]], actor: str, now: datetime) -> Assigned:
    batch = ids.new_id(now)
    values = {
        "debts": [debt_id for debt_id, _user in asked], "users": [user for _debt, user in asked],
        "on": now.date(), "batch": batch, "at": now, "by": actor,
    }  # fmt: skip
    store.hold_positions()
    with connection.cursor() as cursor:
        cursor.execute(_ASSIGN, values)
        count = cursor.rowcount
        cursor.execute(_TAKE, values)
        cursor.execute(_LEAVE, values)
    users = sorted({user for _debt, user in asked if user is not None})
    details: dict[str, object] = {"debts": count, "users": users}
    audit.record(act="book.debts_assigned", subject=f"assignment:{batch}", actor=actor, at=now, details=details)
    return Assigned(batch, count)
