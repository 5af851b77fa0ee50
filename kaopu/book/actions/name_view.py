"""Views of a list under a name of one's own: kept, changed, removed, and each of these undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.book.models import SavedView
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

VIEWS_MAX = 50
NAME_MAX, QUERY_MAX = 60, 500


def keep(user_id: int, page: str, name: str, query: str, now: datetime) -> SavedView:
    """A new view, or the one of that name with this query. Raises `BadInput` for a name that is none."""
    name, query = " ".join(name.split()), query[:QUERY_MAX]
    if not 0 < len(name) <= NAME_MAX:
        raise BadInput(f"name: {name!r} given, expected 1 to {NAME_MAX} characters")
    with transaction.atomic():
        known = SavedView.objects.select_for_update().filter(user_id=user_id, page=page, removed_at=None)
        row = next((view for view in known if view.name == name), None)
        if row is None and len(known) >= VIEWS_MAX:
            raise BadInput(f"name: {VIEWS_MAX} views are kept already, remove one first")
        if row is None:
            return SavedView.objects.create(
                user_id=user_id, page=page, name=name, query=query, before=query, changed_at=now
            )
        row.before, row.query, row.changed_at = row.query, query, now
        row.save()
        return row


def remove(user_id: int, view_id: int, now: datetime) -> SavedView | None:
    """Out of the list; `undo` brings it back."""
    with transaction.atomic():
        row = _own(user_id, view_id)
        if row and row.removed_at is None:
            row.removed_at = now
            row.save(update_fields=["removed_at"])
        return row


def undo(user_id: int, view_id: int, now: datetime) -> SavedView | None:
    """The last change taken back: a removed view returns, a changed one has its query of before."""
    with transaction.atomic():
        row = _own(user_id, view_id)
        if row is None:
            return None
        if row.removed_at is None:
            row.query, row.before, row.changed_at = row.before, row.query, now
        else:
            taken = SavedView.objects.filter(user_id=user_id, page=row.page, name=row.name, removed_at=None)
            if taken.exists():
                raise BadInput(f"name: {row.name!r} is used by another view since, rename that one first")
            row.removed_at = None
        row.save()
        return row


def _own(user_id: int, view_id: int) -> SavedView | None:
    return SavedView.objects.select_for_update().filter(pk=view_id, user_id=user_id).first()
