"""Overdue debts by whoever is responsible: find, narrow, order, select, assign, export. The address holds the view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaopu.book.console import overdue_rows, rows, words
from kaopu.book.console.debts import Choice, Column, person_words
from kaopu.book.console.filters import PAGE_ROWS
from kaopu.book.console.overdue_filter import OverdueFilter
from kaopu.book.console.rights import ASSIGN_DEBTS, EXPORT_BOOK, SEE_BOOK
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.party import store as party_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from kaopu.book.console.overdue_rows import Share
    from kaopu.book.models import PositionRow, SavedView
    from kaopu.party.core.party import PartyView

VIEWS = "overdue"
EXPORT_HEAD = (
    "debt_id", "external_id", "party_id", "product", "currency", "overdue", "outstanding", "days_past_due", "class",
    "responsible",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One line of the list."""

    debt_id: int
    name: str
    product: str
    currency: str
    days: words.Tag
    overdue: int
    outstanding: int
    class_: words.Tag
    owner: str


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """What one person has to care for; `address` shows it."""

    words: str
    address: str
    currency: str
    debts: int
    overdue: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class View:
    """A named view; `changed` when the address holds something else than it."""

    id: int
    name: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class OverduePage:
    """The list as shown."""

    answer: str
    as_of: str
    chosen: OverdueFilter
    query: str
    rows: tuple[OverdueRow, ...]
    owners: tuple[OwnerLine, ...]
    count: int
    columns: tuple[Column, ...]
    buckets: tuple[Choice, ...]
    classes: tuple[Choice, ...]
    products: tuple[Choice, ...]
    people: tuple[Choice, ...]
    pages: int
    before: str
    after: str
    csv: str
    views: tuple[View, ...]
    may_export: bool
    may_assign: bool
    undo_assignment: str
    undo_view: str


@needs(SEE_BOOK)
def overdue(request: HttpRequest) -> HttpResponse:
    """The page, or its list alone for a fragment."""
    close = rows.current_close()
    if close is None:
        return render(request, "book/no_book.html", {"title": _("Overdue")})
    chosen = OverdueFilter.read(request.GET)
    found = overdue_rows.matching(close, chosen, request.user.pk)
    shares = overdue_rows.shares(found)
    lines = _lines(overdue_rows.page_of(found, chosen))
    page = _page(request, chosen, shares, lines, figures.day(close.as_of))
    template = "book/overdue_list.html" if request.htmx and not request.htmx.boosted else "book/overdue.html"
    return render(request, template, {"page": page})


def _lines(positions: list[PositionRow]) -> tuple[OverdueRow, ...]:
    people = party_store.masked({position.party_id for position in positions})
    return tuple(_line(position, people) for position in positions)


def _line(position: PositionRow, people: dict[int, PartyView]) -> OverdueRow:
    debt = position.debt
    responsible = position.responsible
    return OverdueRow(
        debt_id=debt.debt_id,
        name=person_words(people.get(position.party_id), position.party_id),
        product=debt.product_version.product.name if debt.product_version else _("none"),
        currency=position.currency,
        days=words.days_tag(position.days_past_due),
        overdue=position.overdue,
        outstanding=position.outstanding,
        class_=words.class_tag(position.class_code),
        owner=(responsible.user.email or responsible.user.get_username()) if responsible else "",
    )


def _page(
    request: HttpRequest, chosen: OverdueFilter, shares: list[Share], lines: tuple[OverdueRow, ...], as_of: str
) -> OverduePage:
    count = sum(share.debts for share in shares)
    pages = max(-(-count // PAGE_ROWS), 1)
    here, me = reverse("overdue"), request.user.pk
    people = overdue_rows.people()
    known = people | overdue_rows.names({share.user_id for share in shares if share.user_id} - people.keys())
    return OverduePage(
        answer=_answer(chosen, shares, count),
        as_of=as_of,
        chosen=chosen,
        query=chosen.address(),
        rows=lines,
        owners=tuple(_owner(chosen, share, known, me) for share in shares),
        count=count,
        columns=_columns(chosen),
        buckets=(
            Choice("31+", _("31 days or more"), chosen.bucket == "31+"),
            Choice("91+", _("91 days or more"), chosen.bucket == "91+"),
            *(
                Choice(key, words.bucket_words(n), chosen.bucket == key)
                for n, key in enumerate(words.BUCKET_KEYS)
                if n > 0
            ),
        ),
        classes=tuple(
            Choice(key, str(words.CLASSES[n]), chosen.class_ == key) for n, key in enumerate(words.CLASS_KEYS)
        ),
        products=tuple(Choice(code, name, chosen.product == code) for code, name in rows.products()),
        people=tuple(Choice(str(pk), email, chosen.owner == str(pk)) for pk, email in people.items()),
        pages=pages,
        before=f"{here}?{chosen.address(page=chosen.page - 1)}" if chosen.page > 1 else "",
        after=f"{here}?{chosen.address(page=chosen.page + 1)}" if chosen.page < pages else "",
        csv=f"{reverse('overdue_export')}?{chosen.address()}",
        views=tuple(_view(view, chosen) for view in overdue_rows.views(me, VIEWS)),
        may_export=request.user.has_perm(EXPORT_BOOK.permission),
        may_assign=request.user.has_perm(ASSIGN_DEBTS.permission),
        undo_assignment=_uuid(request.GET.get("assigned", "")),
        undo_view=text if (text := request.GET.get("view_changed", "")).isdecimal() else "",
    )


def _view(view: SavedView, chosen: OverdueFilter) -> View:
    return View(view.pk, view.name, f"{reverse('overdue')}?{view.query}", view.query == chosen.address())


def _owner(chosen: OverdueFilter, share: Share, known: dict[int, str], me: int) -> OwnerLine:
    owner = "none" if share.user_id is None else "mine" if share.user_id == me else str(share.user_id)
    name = _("nobody") if share.user_id is None else known.get(share.user_id, f"staff:{share.user_id}")
    return OwnerLine(
        words=_("%(name)s (you)") % {"name": name} if share.user_id == me else name,
        address=f"{reverse('overdue')}?{chosen.address(owner=owner)}",
        currency=share.currency,
        debts=share.debts,
        overdue=share.overdue,
        chosen=chosen.owner == owner,
    )


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _answer(chosen: OverdueFilter, shares: list[Share], count: int) -> str:
    if not count:
        return _("No overdue debt fits this view.") if chosen.narrowed else _("Nothing is past due.")
    sums: dict[str, int] = {}
    for share in shares:
        sums[share.currency] = sums.get(share.currency, 0) + share.overdue
    nobody = sum(share.debts for share in shares if share.user_id is None)
    values = {
        "count": figures.number(count), "nobody": figures.number(nobody),
        "late": _(", ").join(figures.big_money(amount, currency) for currency, amount in sums.items()),
    }  # fmt: skip
    return _("%(count)s debts are past due by %(late)s; nobody is responsible for %(nobody)s of them.") % values


def _columns(chosen: OverdueFilter) -> tuple[Column, ...]:
    heads = (
        ("debt", _("Debt"), False),
        ("dpd", _("Days past due"), False),
        ("overdue", _("Past due"), True),
        ("outstanding", _("Outstanding"), True),
        ("class", _("Class"), False),
        ("owner", _("Responsible"), False),
    )
    return tuple(
        Column(title, f"{reverse('overdue')}?{chosen.sorted_by(key)}", _order(chosen.sort, key), number)
        for key, title, number in heads
    )


def _order(sort: str, key: str) -> str:
    return "descending" if sort == f"-{key}" else "ascending" if sort == key else "none"


@needs(EXPORT_BOOK)
def overdue_export(request: HttpRequest) -> HttpResponse:
    """The whole view as CSV; posted, the selected rows of it (`id`), as the form of the list sends them."""
    close = rows.current_close()
    if close is None:
        raise Http404
    chosen = OverdueFilter.read(QueryDict(request.POST.get("query", "")) if request.POST else request.GET)
    found = overdue_rows.matching(close, chosen, request.user.pk)
    if ids := [int(value) for value in request.POST.getlist("id") if value.isdecimal() and len(value) < 19]:
        found = found.filter(debt_id__in=ids)
    lines = _export_rows(overdue_rows.in_order(found, chosen))
    return export.csv_file(f"overdue-{close.as_of.isoformat()}", EXPORT_HEAD, lines)


def _export_rows(found: QuerySet[PositionRow]) -> Iterator[tuple[Any, ...]]:
    columns = (
        "debt_id", "debt__external_id", "party_id", "debt__product_version__product__code", "currency", "overdue",
        "outstanding", "days_past_due", "class_code", f"{overdue_rows.OWNER}__email",
    )  # fmt: skip
    for line in found.values_list(*columns).iterator(chunk_size=5_000):
        values = list(line)
        values[5], values[6] = to_major(values[5], values[4]), to_major(values[6], values[4])
        values[8] = words.CLASS_KEYS[values[8]]
        yield tuple(values)
