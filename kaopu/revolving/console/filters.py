"""What the list of accounts is narrowed to and how it is ordered, read from the address and written back into it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Q

from kaopu.book.console.rows import party_ids
from kaopu.book.console.words import BUCKET_KEYS
from kaopu.revolving.models import PositionCache, RevolvingAccount

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

PAGE_ROWS = 50
FIND_LIMIT = 500
LAST_DAYS = (0, 30, 60, 90, 180, 270, 360)  # of each bucket but the last
COLUMNS = {
    "account": "account_id",
    "dpd": "days_past_due",
    "total": "total",
    "past_due": "past_due",
    "minimum": "minimum_due",
    "due_on": "due_on",
}


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """One view of the list; equal addresses give equal views. Unknown words in an address are left out."""

    q: str = ""
    days: str = ""
    product: str = ""
    sort: str = "-dpd"
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> AccountFilter:
        """From the address."""
        sort, page = query.get("sort", "-dpd"), query.get("page", "1")
        return cls(
            q=query.get("q", "").strip()[:80],
            days=query.get("days", "")[:10],
            product=query.get("product", "")[:64],
            sort=sort if sort.removeprefix("-") in COLUMNS else "-dpd",
            page=int(page) if page.isdecimal() and 0 < int(page) < 1_000_000 else 1,
        )

    def address(self, **changes: object) -> str:
        """The query string of this view with `changes`; a changed view starts at its first page."""
        target = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        pairs = {
            "q": target.q,
            "days": target.days,
            "product": target.product,
            "sort": "" if target.sort == "-dpd" else target.sort,
            "page": "" if target.page == 1 else str(target.page),
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    def sorted_by(self, column: str) -> str:
        """The address that orders by `column`: the largest first, pressed again the smallest first."""
        return self.address(sort=column if self.sort == f"-{column}" else f"-{column}")

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.q or self.days or self.product)

    def rows(self) -> QuerySet[PositionCache]:
        """What the view lets through, in its order; the account's number breaks ties."""
        found = PositionCache.objects.all()
        if self.days in BUCKET_KEYS:
            code = BUCKET_KEYS.index(self.days)
            if code:
                found = found.filter(days_past_due__gt=LAST_DAYS[code - 1])
            if code < len(LAST_DAYS):
                found = found.filter(days_past_due__lte=LAST_DAYS[code])
        elif self.days in {"late", "31+"}:
            found = found.filter(days_past_due__gt=0 if self.days == "late" else 30)
        elif self.days == "credit":
            found = found.filter(credit_balance__gt=0)
        if self.product:
            found = found.filter(account__terms__product=self.product)
        if self.q:
            found = found.filter(_asked(self.q))
        column = COLUMNS[self.sort.removeprefix("-")]
        return found.order_by(f"-{column}" if self.sort.startswith("-") else column, "account_id")


def _asked(words: str) -> Q:
    """An account's number (R-12 or 12), its outside number, a full name or a phone."""
    ids = set(RevolvingAccount.objects.filter(external_id=words).values_list("account_id", flat=True)[:FIND_LIMIT])
    number = re.fullmatch(r"(?:[Rr]-)?(\d{1,18})", words)
    if number:
        ids.add(int(number[1]))
    if parties := party_ids(words):
        known = RevolvingAccount.objects.filter(party_id__in=parties)
        ids |= set(known.values_list("account_id", flat=True)[:FIND_LIMIT])
    return Q(account_id__in=ids)
