"""What the list of receipts is narrowed to, read from the address and written back into it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Q

from kaopu.kernel import vault
from kaopu.receipts import store
from kaopu.receipts.core.age import BUCKETS, days_of
from kaopu.receipts.models import Allocation, Receipt

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from django.http import QueryDict

PAGE_ROWS = 50
FIND_MOST = 500
STATES = ("waiting", "matched", "returned", "all")


@dataclass(frozen=True, slots=True)
class ReceiptFilter:
    """One view of the list; equal addresses give equal views. What waits is shown first, the oldest on top."""

    q: str = ""
    state: str = "waiting"
    age: str = ""
    file: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> ReceiptFilter:
        """From the address; a search without a state looks everywhere."""
        q, page, file = query.get("q", "").strip()[:120], query.get("page", "1"), query.get("file", "")
        state, age = query.get("state", ""), query.get("age", "")
        return cls(
            q=q,
            state=state if state in STATES else "all" if q or file else "waiting",
            age=age if age in BUCKETS else "",
            file=file if file.isdecimal() and len(file) < 18 else "",
            page=int(page) if page.isdecimal() and 0 < int(page) < 1_000_000 else 1,
        )

    def address(self, **changes: object) -> str:
        """The query string of this view with `changes`; a changed view starts at its first page."""
        target = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        pairs = {
            "q": target.q,
            "state": target.state,
            "age": target.age,
            "file": target.file,
            "page": "" if target.page == 1 else str(target.page),
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether this is another view than the first one."""
        return bool(self.q or self.age or self.file or self.state != "waiting")


def matching(chosen: ReceiptFilter, today: date) -> QuerySet[Receipt]:
    """Receipts that a view lets through, in its order."""
    found = Receipt.objects.all()
    if chosen.state == "waiting":
        found = found.filter(standing__suspense__gt=0)
    elif chosen.state == "matched":
        found = found.filter(standing__matched__gt=0)
    elif chosen.state == "returned":
        found = found.filter(standing__returned__gt=0)
    if chosen.age:
        first, last = days_of(chosen.age)
        # Money of days to come has waited for no day yet.
        found = found.filter(booked_on__lte=today - timedelta(days=first)) if first else found
        found = found.filter(booked_on__gte=today - timedelta(days=last)) if last is not None else found
    if chosen.file:
        found = found.filter(file_id=int(chosen.file))
    if chosen.q:
        found = found.filter(_asked(chosen.q))
    order = ("booked_on", "pk") if chosen.state == "waiting" else ("-booked_on", "-pk")
    return found.order_by(*order)


def _asked(words: str) -> Q:
    """R-12, D-12 (what paid that debt), the start of a bank reference, or a payer's full name or account."""
    if number := re.fullmatch(r"[Rr]-(\d{1,18})", words):
        return Q(pk=int(number[1]))
    if number := re.fullmatch(r"[Dd]-(\d{1,18})", words):
        paid = Allocation.objects.filter(debt_id=int(number[1])).values_list("receipt_id", flat=True)
        return Q(pk__in=list(paid[:FIND_MOST]))
    ring = vault.ring()
    # Found first, each by its own index: an OR over all would read every receipt.
    queries = (
        Q(bank_reference__gte=words, bank_reference__lt=f"{words}\U0010ffff", bank_reference__startswith=words),
        Q(payer_name_index=ring.blind_index(store.PAYER_NAME, words)),
        Q(payer_account_index=ring.blind_index(store.PAYER_ACCOUNT, words)),
    )
    ids: set[int] = set()
    for query in queries:
        ids.update(Receipt.objects.filter(query).values_list("pk", flat=True)[:FIND_MOST])
    return Q(pk__in=ids)
