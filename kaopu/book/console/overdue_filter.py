"""What the list of overdue debts is narrowed to and how it is ordered, read from the address and written back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.core.money import to_minor

if TYPE_CHECKING:
    from collections.abc import Mapping

SORTS = {
    "dpd": "days_past_due",
    "overdue": "overdue",
    "outstanding": "outstanding",
    "class": "class_code",
    "owner": "owner_email",
    "debt": "debt_id",
}
USUAL = "-dpd"


@dataclass(frozen=True, slots=True)
class OverdueFilter:
    """One view; equal addresses give equal views. `owner` is `mine`, `none`, the number of a person, or all of them."""

    bucket: str = ""
    class_: str = ""
    product: str = ""
    owner: str = ""
    least: str = ""
    sort: str = USUAL
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> OverdueFilter:
        """From the address. Unknown words in it are left out."""
        sort, page, owner = query.get("sort", USUAL), query.get("page", "1"), query.get("owner", "")
        known = owner in {"mine", "none"} or (owner.isascii() and owner.isdecimal() and len(owner) < 10)
        least = query.get("least", "").strip()[:20]
        return cls(
            bucket=query.get("bucket", "")[:10],
            class_=query.get("class", "")[:16],
            product=query.get("product", "")[:64],
            owner=owner if known else "",
            least=least if _minor(least) is not None else "",
            sort=sort if sort.removeprefix("-") in SORTS else USUAL,
            page=int(page) if page.isascii() and page.isdecimal() and 0 < int(page[:8]) < 1_000_000 else 1,
        )

    @property
    def least_minor(self) -> int:
        """Past due of at least so much, in hundredths of the currency."""
        return _minor(self.least) or 0

    def address(self, **changes: object) -> str:
        """The query string of this view with `changes`; a changed view starts at its first page."""
        target = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        pairs = {
            "bucket": target.bucket,
            "class": target.class_,
            "product": target.product,
            "owner": target.owner,
            "least": target.least,
            "sort": "" if target.sort == USUAL else target.sort,
            "page": "" if target.page == 1 else str(target.page),
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    def sorted_by(self, column: str) -> str:
        """The address that orders by `column`: the largest first, pressed again the smallest first."""
        return self.address(sort=column if self.sort == f"-{column}" else f"-{column}")

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.bucket or self.class_ or self.product or self.owner or self.least)


def _minor(text: str) -> int | None:
    if not text:
        return None
    try:
        amount = to_minor(Decimal(text.replace(",", "").removeprefix("¥")), "CNY")
    except (InvalidOperation, BadInput):
        return None
    return amount if 0 <= amount < 10**15 else None
