"""A person gives money in suspense to a debt. Of two who do so at once, one wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.book import store as book
from kaopu.book.actions.record_event import Refusal as BookRefusal
from kaopu.book.models import Debt
from kaopu.receipts import store
from kaopu.receipts.actions.allocate import allocate
from kaopu.receipts.actions.outcome import Matched, Refusal, Refused
from kaopu.receipts.core.match import Part
from kaopu.receipts.core.why import Rule
from kaopu.receipts.models import Receipt

if TYPE_CHECKING:
    from datetime import datetime


def match_receipt(
    receipt_id: int,
    debt_id: int,
    actor: str,
    now: datetime,
    *,
    amount: int | None = None,
    seen_left: int | None = None,
) -> Matched | Refused:
    """Pay `debt_id` with `amount` minor units of the receipt (None: all that is left), on the day the bank booked it.

    `seen_left`: what the page showed as left; another figure by now is refused, since somebody else acted.
    """
    with transaction.atomic():
        book.hold_positions()
        standing = store.lock_standing(receipt_id)
        if standing is None:
            return Refused(Refusal.RECEIPT_UNKNOWN)
        refusal = why_not_left(standing.suspense, amount, seen_left)
        if refusal:
            return refusal
        row = Receipt.objects.get(pk=receipt_id)
        if wrong := _why_not_this_debt(row, debt_id):
            return wrong
        given = standing.suspense if amount is None else amount
        made = allocate(row, Part(debt_id, given), Rule.PERSON, actor, now)
        if isinstance(made, BookRefusal):
            return Refused(Refusal.BOOK_REFUSED, str(made))
        return Matched(receipt_id, debt_id, made.event_id, given, standing.suspense - given)


def _why_not_this_debt(row: Receipt, debt_id: int) -> Refused | None:
    debt = Debt.objects.filter(debt_id=debt_id).only("currency", "disbursed_on").first()
    if debt is None:
        return Refused(Refusal.DEBT_UNKNOWN)
    if debt.currency != row.currency:
        return Refused(Refusal.OTHER_CURRENCY, f"{debt.currency} and {row.currency}")
    return Refused(Refusal.DEBT_NOT_BEGUN) if debt.disbursed_on > row.booked_on else None


def why_not_left(left: int, amount: int | None, seen_left: int | None) -> Refused | None:
    """Why `amount` cannot be given out of what is left."""
    if left == 0:
        return Refused(Refusal.NOTHING_LEFT)
    if seen_left is not None and seen_left != left:
        return Refused(Refusal.CHANGED_MEANWHILE)
    if amount is not None and amount <= 0:
        return Refused(Refusal.AMOUNT_MUST_BE_POSITIVE)
    if amount is not None and amount > left:
        return Refused(Refusal.ABOVE_WHAT_IS_LEFT)
    return None
