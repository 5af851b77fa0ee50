"""The list of borrowers: what each owes over all debts, the latest of them first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Count, Max, Sum
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaopu.book.console import rows, words
from kaopu.book.console.debts import Column, person_words
from kaopu.book.console.filters import PAGE_ROWS
from kaopu.book.console.rights import EXPORT_BOOK, SEE_BOOK
from kaopu.book.models import PositionRow
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.party import store as party_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from kaopu.book.models import CloseRun

SORTS = {"dpd": "worst", "debts": "debts", "outstanding": "owed", "overdue": "late"}


@dataclass(frozen=True, slots=True)
class BorrowerRow:
    """One borrower in one currency, over all debts."""

    party_id: int
    name: str
    phone: str
    currency: str
    debts: int
    days: words.Tag
    outstanding: int
    overdue: int


@dataclass(frozen=True, slots=True)
class BorrowersPage:
    """The list as shown."""

    answer: str
    as_of: str
    q: str
    late: bool
    rows: tuple[BorrowerRow, ...]
    columns: tuple[Column, ...]
    number: int
    before: str
    after: str
    csv: str


@needs(SEE_BOOK)
def borrowers(request: HttpRequest) -> HttpResponse:
    """The page. It asks for one row more than it shows, so that it knows whether another page follows."""
    close = rows.current_close()
    if close is None:
        return render(request, "book/no_book.html", {"title": _("Borrowers")})
    number = _number(request.GET.get("page", "1"))
    start = (number - 1) * PAGE_ROWS
    found = list(_found(close, request)[start : start + PAGE_ROWS + 1])
    people = party_store.masked({line["party_id"] for line in found})
    shown = tuple(_row(line, people) for line in found[:PAGE_ROWS])
    page = BorrowersPage(
        answer=_answer(request, len(shown)),
        as_of=figures.day(close.as_of),
        q=request.GET.get("q", ""),
        late=request.GET.get("late") == "1",
        rows=shown,
        columns=_columns(request),
        number=number,
        before=_address(request, page=number - 1) if number > 1 else "",
        after=_address(request, page=number + 1) if len(found) > PAGE_ROWS else "",
        csv=_csv_address(request),
    )
    return render(request, "book/borrowers.html", {"page": page})


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and 0 < int(text) < 1_000_000 else 1


def _found(close: CloseRun, request: HttpRequest) -> QuerySet[PositionRow, dict[str, object]]:
    found = PositionRow.objects.filter(close_run=close)
    if q := request.GET.get("q", "").strip()[:80]:
        found = found.filter(party_id__in=rows.party_ids(q))
    if request.GET.get("late") == "1":
        found = found.filter(days_past_due__gt=0)
    column, falling = _sort(request)
    grouped = found.values("party_id", "currency").annotate(
        debts=Count("debt_id"), worst=Max("days_past_due"), owed=Sum("outstanding"), late=Sum("overdue")
    )
    return grouped.order_by(f"{'-' if falling else ''}{SORTS[column]}", "party_id")


def _sort(request: HttpRequest) -> tuple[str, bool]:
    sort = request.GET.get("sort", "-dpd")
    column = sort.removeprefix("-")
    return (column, sort.startswith("-")) if column in SORTS else ("dpd", True)


def _address(request: HttpRequest, **changes: object) -> str:
    pairs = {"q": request.GET.get("q", ""), "late": request.GET.get("late", ""), "sort": request.GET.get("sort", "")}
    pairs.update({name: str(value) for name, value in changes.items()})
    return f"{reverse('borrowers')}?{urlencode({name: value for name, value in pairs.items() if value})}"


def _csv_address(request: HttpRequest) -> str:
    if not request.user.has_perm(EXPORT_BOOK.permission):
        return ""
    return _address(request).replace(reverse("borrowers"), reverse("borrowers_export"), 1)


def _columns(request: HttpRequest) -> tuple[Column, ...]:
    chosen, falling = _sort(request)
    heads = (
        ("dpd", _("Days past due")),
        ("debts", _("Debts")),
        ("outstanding", _("Outstanding")),
        ("overdue", _("Past due")),
    )
    return tuple(
        Column(
            title,
            _address(request, sort=key if chosen == key and falling else f"-{key}"),
            ("descending" if falling else "ascending") if chosen == key else "none",
            True,
        )
        for key, title in heads
    )


def _row(line: dict[str, object], people: dict[int, party_store.PartyView]) -> BorrowerRow:
    person = people.get(line["party_id"])
    return BorrowerRow(
        party_id=line["party_id"],
        name=person_words(person, line["party_id"]),
        phone=(person and person.phone) or _("unknown, none was given"),
        currency=line["currency"],
        debts=line["debts"],
        days=words.days_tag(line["worst"]),
        outstanding=line["owed"],
        overdue=line["late"],
    )


def _answer(request: HttpRequest, count: int) -> str:
    if request.GET.get("q"):
        return _("%(count)d found.") % {"count": count} if count else _("Nobody found by this number, name or phone.")
    return _("Who owes, the latest first.")


@needs(EXPORT_BOOK)
def borrowers_export(request: HttpRequest) -> HttpResponse:
    """The whole view as CSV: numbers, no names."""
    close = rows.current_close()
    if close is None:
        raise Http404

    def lines() -> Iterator[tuple[object, ...]]:
        for line in _found(close, request).iterator(chunk_size=5_000):
            owed, late = (to_major(line[name], line["currency"]) for name in ("owed", "late"))
            yield line["party_id"], line["currency"], line["debts"], owed, late, line["worst"]

    head = ("party_id", "currency", "debts", "outstanding", "overdue", "days_past_due")
    return export.csv_file(f"borrowers-{close.as_of.isoformat()}", head, lines())
