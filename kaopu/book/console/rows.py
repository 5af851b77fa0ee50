"""The rows that the lists read: positions of the current close, with their debts, borrowers and products."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from kaopu.book.console.filters import SORTS
from kaopu.book.console.words import BUCKET_KEYS, CLASS_KEYS
from kaopu.book.models import CloseRun, Debt, PositionRow, Product
from kaopu.kernel import vault
from kaopu.party.models import Party

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from kaopu.book.console.filters import DebtFilter

FIND_LIMIT = 500  # parties that one name or phone may bring


def current_close() -> CloseRun | None:
    """The close that pages show."""
    return CloseRun.objects.filter(is_current=True).first()


def matching(close: CloseRun, chosen: DebtFilter) -> QuerySet[PositionRow]:
    """Positions of `close` that `chosen` lets through, in its order; the debt's number breaks ties."""
    found = PositionRow.objects.filter(close_run=close)
    if chosen.bucket in BUCKET_KEYS:
        found = found.filter(bucket_code=BUCKET_KEYS.index(chosen.bucket))
    elif chosen.bucket == "late":
        found = found.filter(days_past_due__gt=0)
    elif chosen.bucket == "31+":
        found = found.filter(days_past_due__gt=30)
    if chosen.class_ in CLASS_KEYS:
        found = found.filter(class_code=CLASS_KEYS.index(chosen.class_))
    if chosen.product:
        found = found.filter(debt__product_version__product__code=chosen.product)
    if chosen.portfolio:
        found = found.filter(debt__portfolio=chosen.portfolio)
    if chosen.q:
        found = found.filter(_asked(chosen.q))
    return found.order_by(SORTS[chosen.sort], "debt_id")


def _asked(words: str) -> Q:
    """A debt's number (D-77120934 or 77120934), its outside number, a full name or a phone."""
    # Found first, each by its own index: an OR over joined tables would read the whole book.
    ids = set(Debt.objects.filter(external_id=words).values_list("debt_id", flat=True)[:FIND_LIMIT])
    number = re.fullmatch(r"(?:[Dd]-)?(\d{1,18})", words)
    if number:
        ids.add(int(number[1]))
    if parties := party_ids(words):
        ids |= set(Debt.objects.filter(party_id__in=parties).values_list("debt_id", flat=True)[:FIND_LIMIT])
    return Q(debt_id__in=ids)


def party_ids(words: str) -> list[int]:
    """Parties whose number (P-12), full name or phone this is. Names and phones by blind index: no text is stored."""
    number = re.fullmatch(r"[Pp]-(\d{1,18})", words)
    if number:
        return [int(number[1])]
    ring = vault.ring()
    asked = Q(name_index=ring.blind_index("name", words)) | Q(external_id=words)
    digits = re.sub(r"[\s-]", "", words)
    if re.fullmatch(r"\+?\d{5,15}", digits):
        asked |= Q(phone_index=ring.blind_index("phone", digits))
    return list(Party.objects.filter(asked).values_list("pk", flat=True)[:FIND_LIMIT])


def totals(rows: QuerySet[PositionRow]) -> list[dict[str, int | str]]:
    """Count and sums for each currency, largest first."""
    return list(
        rows.order_by()
        .values("currency")
        .annotate(debts=Count("debt_id"), outstanding_sum=Sum("outstanding"), overdue_sum=Sum("overdue"))
        .order_by("-debts")
    )


def products() -> Sequence[tuple[str, str]]:
    """Code and name of each product."""
    return tuple(Product.objects.order_by("code").values_list("code", "name"))


def portfolios() -> Sequence[str]:
    """Names of the portfolios, by a walk over distinct values that does not read each debt."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE step(name) AS ("
            "  (SELECT portfolio FROM book_debt ORDER BY portfolio LIMIT 1)"
            "  UNION ALL"
            "  SELECT (SELECT portfolio FROM book_debt WHERE portfolio > step.name ORDER BY portfolio LIMIT 1)"
            "  FROM step WHERE step.name IS NOT NULL"
            ") SELECT name FROM step WHERE name IS NOT NULL LIMIT 100"
        )
        return tuple(name for (name,) in cursor.fetchall())
