"""The schedule in force on a day, each instalment with its state: paid, past due, part paid, next, to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.book import store
from kaopu.kernel.console import figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from kaopu.book.core.history import InstalmentRow
    from kaopu.book.core.position import Position
    from kaopu.book.models import ScheduleVersion

MARKS = {"paid": "✓", "late": "!", "next": "●", "open": "○"}


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One instalment as shown."""

    seq: int
    mark: str
    state: str
    due_on: date
    principal: str
    interest: str
    fee: str
    all: str


def build(version: ScheduleVersion | None, position: Position, currency: str) -> tuple[ScheduleRow, ...]:
    """Rows by due day."""
    if version is None:
        return ()
    rows = sorted(store.instalments_of(version), key=lambda row: (row.due_on, row.seq))
    late = _late(rows, position)
    words = {"paid": _("paid"), "late": _("past due"), "next": _("next"), "open": _("to come")}
    shown = []
    for row in rows:
        state = _state(row, position, late=row.seq in late)
        amounts = (row.principal, row.interest, row.fee, row.principal + row.interest + row.fee)
        texts = (figures.money(amount, currency) for amount in amounts)
        shown.append(ScheduleRow(row.seq, MARKS[state], words[state], row.due_on, *texts))
    return tuple(shown)


def _state(row: InstalmentRow, position: Position, *, late: bool) -> str:
    if row.due_on < position.as_of or _all_is_due(position):
        return "late" if late else "paid"
    if position.next_due is None or row.due_on < position.next_due:
        return "paid"
    return "next" if row.due_on == position.next_due else "open"


def _all_is_due(position: Position) -> bool:
    """Whether everything was called due before its own day."""
    return position.is_accelerated and position.next_due is None


def _late(rows: Sequence[InstalmentRow], position: Position) -> set[int]:
    """Numbers of the instalments that the overdue amounts belong to: money settles the oldest first."""
    due = [row for row in reversed(rows) if row.due_on < position.as_of or _all_is_due(position)]
    return {
        row.seq
        for component in ("principal", "interest", "fee")
        for row in _latest_holding(due, component, getattr(position.overdue, component))
    }


def _latest_holding(due: Sequence[InstalmentRow], component: str, amount: int) -> list[InstalmentRow]:
    held = []
    for row in due:
        if amount <= 0:
            break
        part = getattr(row, component)
        if part:
            held.append(row)
            amount -= part
    return held
