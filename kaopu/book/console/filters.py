"""What a list is narrowed to and how it is ordered, read from the address and written back into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from django.http import QueryDict

PAGE_ROWS = 50
SORTS = {
    "-dpd": "-days_past_due",
    "dpd": "days_past_due",
    "-outstanding": "-outstanding",
    "outstanding": "outstanding",
    "-overdue": "-overdue",
    "overdue": "overdue",
    "next_due": "next_due",
    "-next_due": "-next_due",
    "debt": "debt_id",
    "-debt": "-debt_id",
}


@dataclass(frozen=True, slots=True)
class DebtFilter:
    """One view of the list of debts; equal addresses give equal views. Unknown words in an address are left out."""

    q: str = ""
    bucket: str = ""
    class_: str = ""
    product: str = ""
    portfolio: str = ""
    sort: str = "-dpd"
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> DebtFilter:
        """From the address."""
        sort = query.get("sort", "-dpd")
        page = query.get("page", "1")
        return cls(
            q=query.get("q", "").strip()[:80],
            bucket=query.get("bucket", "")[:10],
            class_=query.get("class", "")[:16],
            product=query.get("product", "")[:64],
            portfolio=query.get("portfolio", "")[:64],
            sort=sort if sort in SORTS else "-dpd",
            page=int(page) if page.isdecimal() and 0 < int(page) < 1_000_000 else 1,
        )

    def address(self, **changes: object) -> str:
        """The query string of this view with `changes`; a changed view starts at its first page."""
        target = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        pairs = {
            "q": target.q,
            "bucket": target.bucket,
            "class": target.class_,
            "product": target.product,
            "portfolio": target.portfolio,
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
        return bool(self.q or self.bucket or self.class_ or self.product or self.portfolio)
