"""Send money in suspense back to its payer. Above a limit a second person agrees to exactly this return first."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.kernel import approval, audit, events
from kaopu.kernel.actions.propose_change import propose
from kaopu.receipts import store
from kaopu.receipts.actions.match_receipt import why_not_left
from kaopu.receipts.actions.outcome import Refusal, Refused, Returned
from kaopu.receipts.core.limit import needs_second_person
from kaopu.receipts.models import Receipt, Return

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kaopu.kernel.approval import Proposal

PROPOSAL_KIND = "receipts.return"
PROPOSAL_LASTS = timedelta(days=7)


class Reason(StrEnum):
    """Why money goes back. Codes, so that no free text about a person is kept."""

    NOT_OURS = "not-ours"
    PAID_TWICE = "paid-twice"
    PAYER_ASKED = "payer-asked"
    NO_DEBT_FOUND = "no-debt-found"
    LEGAL_DUTY = "legal-duty"


def return_receipt(
    receipt_id: int,
    reason: Reason,
    actor: str,
    now: datetime,
    *,
    amount: int | None = None,
    on: date | None = None,
    seen_left: int | None = None,
) -> Returned | Refused:
    """Return `amount` minor units (None: all that is left) on a day (None: today); or propose it, above the limit."""
    with transaction.atomic():
        standing = store.lock_standing(receipt_id)
        if standing is None:
            return Refused(Refusal.RECEIPT_UNKNOWN)
        refusal = why_not_left(standing.suspense, amount, seen_left)
        if refusal:
            return refusal
        row = Receipt.objects.get(pk=receipt_id)
        day = on or max(now.date(), row.booked_on)
        if day < row.booked_on:
            return Refused(Refusal.DAY_BEFORE_THE_RECEIPT)
        given = standing.suspense if amount is None else amount
        if not needs_second_person(given, row.currency):
            return _give_back(row, given, day, reason, None, standing.suspense, actor, now)
        if waiting(receipt_id, now):
            return Refused(Refusal.RETURN_IS_WAITING)
        value = {"receipt": receipt_id, "amount": given, "on": day.isoformat(), "reason": str(reason)}
        proposal = propose(
            kind=PROPOSAL_KIND,
            subject=f"receipt:{receipt_id}",
            value=value,
            proposer=actor,
            now=now,
            expires_at=now + PROPOSAL_LASTS,
        )
        return Returned(receipt_id, given, standing.suspense, proposal, waits=True)


def waiting(receipt_id: int, now: datetime) -> approval.Proposal | None:
    """The return of a receipt that waits for a second person."""
    found = approval.waiting(now, PROPOSAL_KIND)
    return next((each for each in found if each.subject == f"receipt:{receipt_id}"), None)


def carry_out(proposal: Proposal, actor: str, now: datetime) -> Returned | Refused:
    """Return what was agreed to, in the transaction that spends the agreement: exactly that, if it is still there."""
    value: dict[str, Any] = proposal.value
    standing = store.lock_standing(int(value["receipt"]))
    if standing is None:
        return Refused(Refusal.RECEIPT_UNKNOWN)
    refusal = why_not_left(standing.suspense, int(value["amount"]), None)
    if refusal:
        return refusal
    row = Receipt.objects.get(pk=standing.receipt_id)
    day, reason = date.fromisoformat(value["on"]), Reason(value["reason"])
    return _give_back(row, int(value["amount"]), day, reason, proposal.id, standing.suspense, actor, now)


def _give_back(  # noqa: PLR0917 - one column an argument
    row: Receipt, amount: int, on: date, reason: Reason, proposal: UUID | None, left: int, actor: str, now: datetime
) -> Returned:
    Return.objects.create(receipt=row, amount=amount, on=on, reason=reason, proposal_id=proposal, at=now, by=actor)
    details: dict[str, object] = {"amount": amount, "on": str(on), "reason": str(reason)}
    audit.record(act="receipt.returned", subject=f"receipt:{row.pk}", actor=actor, at=now, details=details)
    events.emit("receipt.returned", {"receipt": row.pk, **details}, now)
    return Returned(row.pk, amount, left - amount, proposal)
