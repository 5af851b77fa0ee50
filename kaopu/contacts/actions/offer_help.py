"""A contact's own, unasked offer to help pay; and money that came of it, as a third person's performance.

An offer binds to nothing. What was paid is recorded with the payment of the book that it became; no row, and no column,
says that the payer owes anything.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.book.core.event_kind import EventKind
from kaopu.book.models import Event
from kaopu.contacts import store
from kaopu.contacts.core.relation_kind import PayerByOwnOffer
from kaopu.contacts.models import HelpPayment, Offer, Performance
from kaopu.kernel import audit, events

if TYPE_CHECKING:
    from datetime import datetime


class Refusal(StrEnum):
    """Why nothing was recorded."""

    NOT_A_CONTACT = "not_a_contact"
    NO_OFFER = "no_offer"
    AMOUNT_MUST_BE_POSITIVE = "amount_must_be_positive"
    REFERENCE_UNKNOWN = "reference_unknown"
    NOT_A_PAYMENT_OF_THIS_BORROWER = "not_a_payment_of_this_borrower"
    RECORDED_ALREADY = "recorded_already"


def offer_help(contact_id: int, *, now: datetime) -> PayerByOwnOffer | Refusal:
    """Record that the person, by themselves, wants to help. Nobody asked them: only their own page calls this."""
    with transaction.atomic():
        row = store.lock(contact_id)
        if row is None or row.party_id is None or not store.standing(contact_id).agreed:
            return Refusal.NOT_A_CONTACT
        offer = Offer.objects.create(contact=row, at=now)
        actor, details = f"contact:{contact_id}", {"offer": offer.pk}
        audit.record(act="contact.offered_to_pay", subject=actor, actor=actor, at=now, details=details)
        events.emit("contact.offered_to_pay", {"contact": contact_id, "party": row.party_id, **details}, now)
    return PayerByOwnOffer(offer.pk, row.party_id, row.borrower_id, now)


def start_help_payment(contact_id: int, amount: int, currency: str, *, now: datetime) -> str | Refusal:
    """The reference to put on a payment of `amount` minor units. Note that a Refusal is a str too: compare by type."""
    if amount <= 0:
        return Refusal.AMOUNT_MUST_BE_POSITIVE
    with transaction.atomic():
        row = store.lock(contact_id)
        offer = Offer.objects.filter(contact_id=contact_id).order_by("-pk").first()
        if row is None or offer is None or not store.standing(contact_id).agreed:
            return Refusal.NO_OFFER
        reference = f"H-{secrets.token_hex(4).upper()}"
        HelpPayment.objects.create(offer=offer, reference=reference, amount=amount, currency=currency, at=now)
        audit.record(act="contact.help_payment_started", subject=f"contact:{contact_id}", actor=f"contact:{contact_id}",
                     at=now, details={"reference": reference, "amount": amount, "currency": currency})  # fmt: skip
    return reference


def record_performance(reference: str, event_id: int, *, actor: str, now: datetime) -> int | Refusal:
    """Say that a payment of the book came from a person who offered: third-party performance. Its id.

    The event must be a payment of a debt of the very borrower; money that came later than a withdrawal still counts.
    """
    with transaction.atomic():
        payment = HelpPayment.objects.select_related("offer__contact").filter(reference=reference).first()
        if payment is None:
            return Refusal.REFERENCE_UNKNOWN
        event = Event.objects.select_related("debt").filter(pk=event_id, kind=EventKind.PAYMENT).first()
        if event is None or event.debt.party_id != payment.offer.contact.borrower_id:
            return Refusal.NOT_A_PAYMENT_OF_THIS_BORROWER
        row, made = Performance.objects.get_or_create(
            event=event, defaults={"payment": payment, "amount": event.amount, "at": now, "by": actor}
        )
        if not made:
            return Refusal.RECORDED_ALREADY
        details: dict[str, object] = {"reference": reference, "event": event_id, "payer_kind": row.payer_kind}
        audit.record(act="contact.third_party_performed", subject=f"contact:{payment.offer.contact_id}", actor=actor,
                     at=now, details=details)  # fmt: skip
        events.emit("contact.third_party_performed", {"contact": payment.offer.contact_id, **details}, now)
    return row.pk
