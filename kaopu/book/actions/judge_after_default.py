"""Whether what comes after default may be recorded: disputes, reinstatement, sale, another debtor, subsidy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.book import store
from kaopu.book.actions.event_request import RecordEvent, Refusal
from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.parties_of_debt import debtors_on, owner_on
from kaopu.book.core.position import position
from kaopu.party.models import Party

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.book.models import Debt

WHOLE = 0  # the seq that stands for the whole debt in a dispute


def judge_transfer(command: RecordEvent, debt: Debt) -> Refusal | None:
    """A claim is sold once, and to somebody else."""
    if _is_transferred(command, debt):
        return Refusal.ALREADY_TRANSFERRED
    owner = owner_on(debt.owner, store.happened(debt), command.on)
    return Refusal.OWNER_NOT_NEW if owner == (command.payload or {})["owner"] else None


def judge_charge_off(command: RecordEvent, debt: Debt) -> Refusal | None:
    """What was sold is no longer ours to write off."""
    return Refusal.ALREADY_TRANSFERRED if _is_transferred(command, debt) else None


def judge_dispute(command: RecordEvent, debt: Debt) -> Refusal | None:
    """An instalment that there is, and that is not in dispute yet."""
    if command.amount != WHOLE:
        version = store.version_in_force(debt.debt_id, command.on)
        if version is None or command.amount not in version.seq:
            return Refusal.INSTALMENT_UNKNOWN
    return Refusal.DISPUTE_ALREADY_OPEN if command.amount in _open_disputes(command, debt) else None


def judge_dispute_end(command: RecordEvent, debt: Debt) -> Refusal | None:
    """A dispute that is open; 0 ends all, so any will do."""
    still = _open_disputes(command, debt)
    ends = bool(still) if command.amount == WHOLE else command.amount in still
    return None if ends else Refusal.DISPUTE_NOT_OPEN


def judge_reinstatement(command: RecordEvent, debt: Debt) -> Refusal | None:
    """Something that was called due early."""
    return None if position(store.history(debt), command.on).is_accelerated else Refusal.NOT_ACCELERATED


def judge_debtor(command: RecordEvent, debt: Debt) -> Refusal | None:
    """A party that there is, and that does not owe the debt already."""
    party_id = (command.payload or {})["party_id"]
    if not Party.objects.filter(pk=party_id).exists():
        return Refusal.DEBTOR_UNKNOWN
    owing = debtors_on(debt.party_id, store.happened(debt), command.on)
    return Refusal.DEBTOR_ALREADY if party_id in owing else None


def judge_subsidy(command: RecordEvent, debt: Debt) -> Refusal | None:  # noqa: ARG001 - the interface
    """Money of a payer whom the debt has."""
    return None if debt.subsidy > 0 else Refusal.NO_SUBSIDY_AGREED


def _is_transferred(command: RecordEvent, debt: Debt) -> bool:
    return any(event.kind == EventKind.TRANSFER and event.on <= command.on for event in store.happened(debt))


def _open_disputes(command: RecordEvent, debt: Debt) -> set[int]:
    still: set[int] = set()
    for event in store.happened(debt):
        if event.on > command.on:
            break
        if event.kind == EventKind.DISPUTE:
            still.add(event.amount)
        elif event.kind == EventKind.DISPUTE_END:
            still = set() if event.amount == WHOLE else still - {event.amount}
    return still


BY_KIND: dict[EventKind, Callable[[RecordEvent, Debt], Refusal | None]] = {
    EventKind.TRANSFER: judge_transfer,
    EventKind.CHARGE_OFF: judge_charge_off,
    EventKind.DISPUTE: judge_dispute,
    EventKind.DISPUTE_END: judge_dispute_end,
    EventKind.REINSTATEMENT: judge_reinstatement,
    EventKind.ASSUMPTION: judge_debtor,
    EventKind.JOINING: judge_debtor,
    EventKind.SUBSIDY: judge_subsidy,
}
