"""Open a revolving account under the terms in force on its first day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.book.store import hold_key
from kaopu.kernel import audit, events
from kaopu.party.models import Party
from kaopu.revolving import store
from kaopu.revolving.core.read_terms import read_terms
from kaopu.revolving.models import RevolvingAccount, RevolvingTerms

if TYPE_CHECKING:
    from datetime import date, datetime


class OpenRefusal(StrEnum):
    """Why no account was opened. The strings are public."""

    PARTY_UNKNOWN = "party_unknown"
    PRODUCT_NOT_ON_OFFER = "product_not_on_offer"
    EXTERNAL_ID_TAKEN = "external_id_taken"


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """What is asked. `opening`: minor units carried over from before, below 0 a credit balance."""

    party_id: int
    product: str
    external_id: str
    opened_on: date
    opening: int = 0
    source: str = "kaopu"


def terms_on(product: str, day: date) -> RevolvingTerms | None:
    """The version that accounts opened on `day` get."""
    rows = RevolvingTerms.objects.filter(product=product, valid_from__lte=day)
    return rows.order_by("-valid_from", "-version").first()


def open_account(asked: OpenAccount, actor: str, now: datetime) -> RevolvingAccount | OpenRefusal:
    """Open it; the same outside number with the same words gives the account that is there already."""
    with transaction.atomic():
        hold_key(f"revolving account {asked.source} {asked.external_id}")
        terms = terms_on(asked.product, asked.opened_on)
        if terms is None:
            return OpenRefusal.PRODUCT_NOT_ON_OFFER
        if not Party.objects.filter(pk=asked.party_id).exists():
            return OpenRefusal.PARTY_UNKNOWN
        words = {
            "source": asked.source,
            "external_id": asked.external_id,
            "party_id": asked.party_id,
            "opened_on": asked.opened_on,
            "opening": asked.opening,
        }
        known = RevolvingAccount.objects.filter(source=asked.source, external_id=asked.external_id)
        if there := known.select_related("terms").first():
            same = {name: getattr(there, name) for name in words} == words and there.terms.product == asked.product
            return there if same else OpenRefusal.EXTERNAL_ID_TAKEN
        currency = read_terms(terms.terms, "terms").currency
        row = RevolvingAccount.objects.create(**words, terms=terms, currency=currency, created_at=now, created_by=actor)
        store.refresh_positions([row], now.date())
        audit.record(act="revolving.opened", subject=f"account:{row.account_id}", actor=actor, at=now)
        events.emit("revolving.opened", {"account": row.account_id}, now)
        return row
