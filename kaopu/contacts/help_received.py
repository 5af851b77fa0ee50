"""Money that the bank booked under the reference of somebody's own offer: a third person performed, and is thanked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kaopu.conduct.core.ask import Ask
from kaopu.contacts import store
from kaopu.contacts.actions.offer_help import Refusal, record_performance
from kaopu.contacts.lender import JURISDICTION
from kaopu.contacts.models import Performance
from kaopu.kernel.events import handles
from kaopu.outreach.actions.queue_message import queue_message
from kaopu.outreach.core.value import Kind, Value
from kaopu.party import store as party
from kaopu.receipts import store as receipts
from kaopu.receipts.models import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.kernel.events import Event

ACTOR = "event:receipts"
REFERENCE = re.compile(r"H-[0-9A-F]{8}(?![0-9A-F])")


@handles("receipt.matched")
def record_who_helped(event: Event) -> None:
    """Told twice, it is recorded once: an event of the book is one performance."""
    row = Receipt.objects.filter(pk=event.payload["receipt"]).first()
    named = REFERENCE.search(receipts.opened(row, "reference_sealed").upper()) if row else None
    if named is None:
        return
    performed = record_performance(named[0], int(str(event.payload["event"])), actor=ACTOR, now=event.occurred_at)
    if not isinstance(performed, Refusal):
        _thank(Performance.objects.select_related("payment__offer").get(pk=performed), event.occurred_at)


def _thank(row: Performance, now: datetime) -> None:
    """The receipt to who paid: what came, and that they took on no duty. Queued: the queue asks for its permit."""
    view = store.contact(row.payment.offer.contact_id, now)
    points = party.points(view.party_id) if view is not None and view.party_id is not None and view.agreed else []
    phone = next((point for point in points if point.kind == "phone" and point.ended_at is None), None)
    if view is None or phone is None:
        return  # who has withdrawn is written to no more, not even with thanks
    ask = Ask(
        person=f"party:{view.party_id}", role="contact", debtor=f"party:{view.borrower_id}", purpose="pay-help",
        channel="sms", content="payment", caller="robot", number=f"point:{phone.id}", product="loan",
        segment="consumer", jurisdictions=(JURISDICTION,),
    )  # fmt: skip
    amount = {"amount": Value(Kind.AMOUNT_TO_PAY, f"{row.payment.currency} {row.amount}")}
    chosen = store.choices(view.id)
    language = "en" if chosen and chosen[0].language == "en" else "zh"
    queue_message(ask, "contact-thanks", amount, key=f"thanks:{row.pk}", actor=ACTOR, now=now, language=language)
