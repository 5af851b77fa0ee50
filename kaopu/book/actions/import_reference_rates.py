"""Take in published reference rates. A quote once known never changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from kaopu.book import store
from kaopu.book.core.reference_rate import ReferenceRates, parse
from kaopu.book.models import ReferenceQuote
from kaopu.kernel import audit
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class RatesImported:
    """Quotes that are new, quotes that were known, and the names of the rates in the file."""

    accepted: int
    repeated: int
    references: tuple[str, ...]


def import_reference_rates(
    rows: Iterable[Mapping[str, str | None]], source: str, actor: str, now: datetime
) -> RatesImported:
    """Add the quotes of a file's rows (as `core.reference_rate.parse` reads them); all of them or none.

    Raises `BadInput` where the file says another rate for a day that is known: schedules rest on the known one.
    """
    found = parse(rows, source)
    with transaction.atomic():
        known = {(name, quote.day): quote.rate_annual for name, quote in _each(store.reference_rates())}
        new = []
        for name, quote in _each(found):
            rate = known.get((name, quote.day))
            if rate is None:
                new.append(ReferenceQuote(name=name, day=quote.day, rate_annual=quote.rate_annual))
            elif rate != quote.rate_annual:
                raise BadInput(f"{source} {name} {quote.day}: {quote.rate_annual} given, expected the known {rate}")
        ReferenceQuote.objects.bulk_create(new)
        if new:
            details = {"accepted": len(new), "references": sorted(found.quotes)}
            audit.record(act="import_reference_rates", subject="book", actor=actor, at=now, details=details)
    total = sum(len(quotes) for quotes in found.quotes.values())
    return RatesImported(len(new), total - len(new), tuple(sorted(found.quotes)))


def _each(rates: ReferenceRates | None) -> Iterable:
    for name, quotes in (rates.quotes if rates else {}).items():
        for quote in quotes:
            yield name, quote
