"""Published reference rates (LPR and the like): dated quotes, each in force until the next."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SUFFIX = "_pct"


@dataclass(frozen=True, slots=True)
class Quote:
    """One published rate: in force from `day`, a fraction a year (Decimal("0.0310") is 3.10%)."""

    day: date
    rate_annual: Decimal


@dataclass(frozen=True, slots=True)
class RateOn:
    """The rate in force on a day. `assumed_from` is the last quote's day when the day asked for lies beyond it."""

    rate_annual: Decimal
    quoted_on: date
    assumed_from: date | None


@dataclass(frozen=True)
class ReferenceRates:
    """All known quotes, by name of the reference rate, each list in date order."""

    quotes: Mapping[str, tuple[Quote, ...]]

    def rate_on(self, name: str, day: date) -> RateOn:
        """The rate of the latest quote on or before `day`.

        A day before the first quote is refused. After the last known quote the rate is carried forward and says so:
        a later quote may exist that was not imported.
        """
        known = self.quotes.get(name)
        if not known:
            raise BadInput(
                f"reference: {name!r} given, expected one of {', '.join(sorted(self.quotes)) or 'none known'}"
            )
        found = bisect_right(known, day, key=lambda quote: quote.day)
        if found == 0:
            raise BadInput(f"reference {name}: no quote on or before {day}, expected a day from {known[0].day}")
        quote, last = known[found - 1], known[-1].day
        return RateOn(quote.rate_annual, quote.day, last if day > last else None)


def parse(rows: Iterable[Mapping[str, str | None]], source: str) -> ReferenceRates:
    """Quotes from the rows of a CSV file: `publish_date` (YYYY-MM-DD) and one `<name>_pct` column a reference.

    Per cent a year; an empty cell means that this reference had no quote that day. `source` names the file in errors,
    rows are numbered as in the file, the header being row 1. The name of a reference is its column without `_pct`.
    """
    quotes: dict[str, list[Quote]] = {}
    for number, row in enumerate(rows, start=2):
        where = f"{source} row {number}"
        day = _day(row.get("publish_date"), where)
        for column, cell in row.items():
            if column is None or not column.endswith(SUFFIX):
                continue
            known = quotes.setdefault(column.removesuffix(SUFFIX), [])
            if not cell or not cell.strip():
                continue
            if known and known[-1].day >= day:
                raise BadInput(f"{where} publish_date: {day} given, expected a day after {known[-1].day}")
            known.append(Quote(day, _rate(cell, f"{where} {column}")))
    if not any(quotes.values()):
        raise BadInput(f"{source}: no quotes, expected columns publish_date and <name>{SUFFIX} with at least one row")
    return ReferenceRates({name: tuple(known) for name, known in quotes.items()})


def _day(cell: str | None, where: str) -> date:
    try:
        return date.fromisoformat((cell or "").strip())
    except ValueError:
        raise BadInput(f"{where} publish_date: {cell!r} given, expected a day as YYYY-MM-DD") from None


def _rate(cell: str, where: str) -> Decimal:
    try:
        rate = Decimal(cell.strip())
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not 0 <= rate <= 100:
        raise BadInput(f"{where}: {cell!r} given, expected per cent a year from 0 to 100")
    return rate / 100
