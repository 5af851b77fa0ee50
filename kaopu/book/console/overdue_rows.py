"""Rows of the list of overdue debts: positions of the current close that are past due, with whoever is responsible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Count, F, Sum

from kaopu.book.console.filters import PAGE_ROWS
from kaopu.book.console.overdue_filter import SORTS
from kaopu.book.console.words import BUCKET_KEYS, CLASS_KEYS
from kaopu.book.models import CloseRun, PositionRow, ProductVersion, SavedView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from kaopu.book.console.overdue_filter import OverdueFilter

OWNER = "responsible__user"


@dataclass(frozen=True, slots=True)
class Share:
    """What one person (None: nobody) has to care for, in one currency."""

    user_id: int | None
    currency: str
    debts: int
    overdue: int
    outstanding: int


def matching(close: CloseRun, chosen: OverdueFilter, me: int) -> QuerySet[PositionRow]:
    """Positions past due that `chosen` lets through, in no order. What left the book is not owed."""
    found = PositionRow.objects.filter(close_run=close, days_past_due__gt=0, overdue__gt=0)
    if chosen.bucket in BUCKET_KEYS:
        found = found.filter(bucket_code=BUCKET_KEYS.index(chosen.bucket))
    elif chosen.bucket in {"31+", "91+"}:
        found = found.filter(days_past_due__gt=int(chosen.bucket[:2]) - 1)
    if chosen.class_ in CLASS_KEYS:
        found = found.filter(class_code=CLASS_KEYS.index(chosen.class_))
    if chosen.product:
        # Looked up first: two joins less over all that is past due.
        versions = ProductVersion.objects.filter(product__code=chosen.product).values_list("pk", flat=True)
        found = found.filter(debt__product_version_id__in=list(versions))
    if chosen.least:
        found = found.filter(overdue__gte=chosen.least_minor)
    if chosen.owner == "none":
        found = found.filter(responsible__user__isnull=True)
    elif chosen.owner:
        found = found.filter(responsible__user_id=me if chosen.owner == "mine" else int(chosen.owner))
    return found


def in_order(found: QuerySet[PositionRow], chosen: OverdueFilter) -> QuerySet[PositionRow]:
    """In the order of the view; the debt's number breaks ties. Debts of nobody stand last among owners."""
    column, down = SORTS[chosen.sort.removeprefix("-")], chosen.sort.startswith("-")
    if column == "owner_email":
        email = F(f"{OWNER}__email")
        return found.order_by(email.desc(nulls_last=True) if down else email.asc(nulls_last=True), "debt_id")
    if column == "debt_id":
        return found.order_by("-debt_id" if down else "debt_id")
    return found.order_by(f"-{column}" if down else column, "debt_id")


def page_of(found: QuerySet[PositionRow], chosen: OverdueFilter) -> list[PositionRow]:
    """One page of rows. The order is made over numbers alone, then whole rows are read."""
    start = (chosen.page - 1) * PAGE_ROWS
    ids = list(in_order(found, chosen).values_list("debt_id", flat=True)[start : start + PAGE_ROWS])
    rows = found.order_by().filter(debt_id__in=ids)
    joined = rows.select_related("debt__product_version__product", OWNER)
    by_id = {row.debt_id: row for row in joined}
    return [by_id[debt_id] for debt_id in ids]


def shares(found: QuerySet[PositionRow]) -> list[Share]:
    """Sums by person and currency, the largest first: totals are their sums."""
    summed = (
        found.order_by()
        .values("currency", "responsible__user_id")
        .annotate(debts=Count("debt_id"), overdue_sum=Sum("overdue"), outstanding_sum=Sum("outstanding"))
        .order_by("-overdue_sum")
    )
    return [
        Share(one["responsible__user_id"], one["currency"], one["debts"], one["overdue_sum"], one["outstanding_sum"])
        for one in summed
    ]


def people() -> dict[int, str]:
    """Who may be made responsible: every open account, by e-mail."""
    found = get_user_model().objects.filter(is_active=True).order_by("email")
    return {pk: email or name for pk, email, name in found.values_list("pk", "email", "username")[:500]}


def names(numbers: Iterable[int]) -> dict[int, str]:
    """E-mails of accounts, closed ones too."""
    found = get_user_model().objects.filter(pk__in=set(numbers))
    return {pk: email or name for pk, email, name in found.values_list("pk", "email", "username")}


def views(user_id: int, page: str) -> list[SavedView]:
    """The views that a person keeps of a list."""
    return list(SavedView.objects.filter(user_id=user_id, page=page, removed_at=None).order_by("name"))
