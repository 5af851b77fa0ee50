"""A version of a revolving product: terms checked, then kept for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from kaopu.book.store import hold_key
from kaopu.kernel import audit
from kaopu.revolving.core.read_terms import read_terms
from kaopu.revolving.models import RevolvingTerms

if TYPE_CHECKING:
    from datetime import date, datetime


def add_terms(product: str, name: str, valid_from: date, terms: dict[str, Any], *, actor: str, now: datetime) -> int:
    """Keep the next version of `product`; its number. Raises `BadInput` for terms that cannot be read."""
    read_terms(terms, "terms")
    with transaction.atomic():
        hold_key(f"revolving terms {product}")
        newest = RevolvingTerms.objects.filter(product=product).order_by("-version").first()
        row = RevolvingTerms.objects.create(
            product=product,
            name=name,
            version=newest.version + 1 if newest else 1,
            valid_from=valid_from,
            terms=terms,
            created_at=now,
            created_by=actor,
        )
        details: dict[str, object] = {"version": row.version, "valid_from": valid_from.isoformat()}
        audit.record(act="revolving.terms_added", subject=f"terms:{row.pk}", actor=actor, at=now, details=details)
    return row.version
