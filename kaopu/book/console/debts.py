"""The list of debts: find, narrow, order, page, select, export. The address holds the whole view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaopu.book.console import rows, words
from kaopu.book.console.filters import PAGE_ROWS, DebtFilter
from kaopu.book.console.rights import EXPORT_BOOK, SEE_BOOK
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.party import store as party_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from kaopu.book.models import PositionRow
    from kaopu.party.core.party import PartyView

EXPORT_HEAD = (
    "debt_id", "external_id", "party_id", "product", "portfolio", "currency", "disbursed_on", "outstanding", "overdue",
    "days_past_due", "worst_days_past_due", "class", "next_due",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DebtRow:
    """One line of the list."""

    debt_id: int
    name: str
    product: str
    currency: str
    outstanding: int
    overdue: int
    days: words.Tag
    class_: words.Tag
    next_due: date | None
    portfolio: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a choice in the filter."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A head that orders the list. `order` is what a screen reader hears: ascending, descending or none."""

    words: str
    address: str
    order: str
    number: bool


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of what the filter lets through, one currency."""

    currency: str
    debts: int
    outstanding: int
    overdue: int


@dataclass(frozen=True, slots=True)
class DebtsPage:
    """The list as shown."""

    answer: str
    as_of: str
    chosen: DebtFilter
    rows: tuple[DebtRow, ...]
    totals: tuple[Total, ...]
    columns: tuple[Column, ...]
    buckets: tuple[Choice, ...]
    classes: tuple[Choice, ...]
    products: tuple[Choice, ...]
    portfolios: tuple[Choice, ...]
    pages: int
    before: str
    after: str
    csv: str
    parquet: str
    may_export: bool


@needs(SEE_BOOK)
def debts(request: HttpRequest) -> HttpResponse:
    """The page, or its list alone for a fragment."""
    close = rows.current_close()
    if close is None:
        return render(request, "book/no_book.html", {"title": _("Debts")})
    chosen = DebtFilter.read(request.GET)
    found = rows.matching(close, chosen)
    sums = tuple(Total(t["currency"], t["debts"], t["outstanding_sum"], t["overdue_sum"]) for t in rows.totals(found))
    page = _page(chosen, sums, shown(found, chosen.page), figures.day(close.as_of), request)
    template = "book/debts_list.html" if request.htmx and not request.htmx.boosted else "book/debts.html"
    return render(request, template, {"page": page})


def shown(found: Any, page: int) -> tuple[DebtRow, ...]:
    """One page of rows: three queries, whatever the page holds."""
    start = (page - 1) * PAGE_ROWS
    # The order is made over numbers alone; whole rows, joined, would be sorted with everything they carry.
    ids = list(found.values_list("debt_id", flat=True)[start : start + PAGE_ROWS])
    joined = found.order_by().filter(debt_id__in=ids).select_related("debt__product_version__product")
    by_id = {position.debt_id: position for position in joined}
    positions = [by_id[debt_id] for debt_id in ids]
    people = party_store.masked({position.party_id for position in positions})
    return tuple(_row(position, people) for position in positions)


def person_words(person: PartyView | None, party_id: int) -> str:
    """The masked name, or the number of a party whose book came without names."""
    return (person and person.name) or f"P-{party_id}"


def _row(position: PositionRow, people: dict[int, PartyView]) -> DebtRow:
    debt = position.debt
    return DebtRow(
        debt_id=debt.debt_id,
        name=person_words(people.get(position.party_id), position.party_id),
        product=debt.product_version.product.name if debt.product_version else _("none"),
        currency=position.currency,
        outstanding=position.outstanding,
        overdue=position.overdue,
        days=words.days_tag(position.days_past_due),
        class_=words.class_tag(position.class_code),
        next_due=position.next_due,
        portfolio=debt.portfolio,
    )


def _page(
    chosen: DebtFilter, sums: tuple[Total, ...], lines: tuple[DebtRow, ...], as_of: str, request: HttpRequest
) -> DebtsPage:
    count = sum(total.debts for total in sums)
    pages = max(-(-count // PAGE_ROWS), 1)
    here = reverse("debts")
    export_address = f"{chosen.address()}"
    return DebtsPage(
        answer=_answer(chosen, sums, count),
        as_of=as_of,
        chosen=chosen,
        rows=lines,
        totals=sums,
        columns=_columns(chosen),
        buckets=(
            Choice("late", _("1 day or more"), chosen.bucket == "late"),
            Choice("31+", _("31 days or more"), chosen.bucket == "31+"),
            *(Choice(key, words.bucket_words(n), chosen.bucket == key) for n, key in enumerate(words.BUCKET_KEYS)),
        ),
        classes=tuple(
            Choice(key, str(words.CLASSES[n]), chosen.class_ == key) for n, key in enumerate(words.CLASS_KEYS)
        ),
        products=tuple(Choice(code, name, chosen.product == code) for code, name in rows.products()),
        portfolios=tuple(Choice(name, name, chosen.portfolio == name) for name in rows.portfolios()),
        pages=pages,
        before=f"{here}?{chosen.address(page=chosen.page - 1)}" if chosen.page > 1 else "",
        after=f"{here}?{chosen.address(page=chosen.page + 1)}" if chosen.page < pages else "",
        csv=f"{reverse('debts_export', args=['csv'])}?{export_address}",
        parquet=f"{reverse('debts_export', args=['parquet'])}?{export_address}",
        may_export=request.user.has_perm(EXPORT_BOOK.permission),
    )


def _answer(chosen: DebtFilter, sums: tuple[Total, ...], count: int) -> str:
    if not sums:
        return _("No debt fits this view.")
    owed = _(", ").join(figures.big_money(total.outstanding, total.currency) for total in sums)
    late = _(", ").join(figures.big_money(total.overdue, total.currency) for total in sums)
    values = {"count": figures.number(count), "owed": owed, "late": late}
    if chosen.narrowed:
        return _("%(count)s debts fit this view: %(owed)s outstanding, %(late)s past due.") % values
    return _("%(count)s debts: %(owed)s outstanding, %(late)s past due.") % values


def _columns(chosen: DebtFilter) -> tuple[Column, ...]:
    heads = (
        ("debt", _("Debt"), False),
        ("dpd", _("Days past due"), False),
        ("outstanding", _("Outstanding"), True),
        ("overdue", _("Past due"), True),
        ("next_due", _("Next due"), False),
    )
    return tuple(
        Column(title, f"{reverse('debts')}?{chosen.sorted_by(key)}", _order(chosen.sort, key), number)
        for key, title, number in heads
    )


def _order(sort: str, key: str) -> str:
    return "descending" if sort == f"-{key}" else "ascending" if sort == key else "none"


@needs(EXPORT_BOOK)
def debts_export(request: HttpRequest, form: str) -> HttpResponse:
    """The whole view, or the selected rows of it (`id` in the address), as CSV or Parquet."""
    close = rows.current_close()
    if close is None or form not in {"csv", "parquet"}:
        raise Http404
    found = rows.matching(close, DebtFilter.read(request.GET))
    if chosen := [int(value) for value in request.GET.getlist("id") if value.isdecimal()]:
        found = found.filter(debt_id__in=chosen)
    name = f"debts-{close.as_of.isoformat()}"
    lines = _export_rows(found, as_text=form == "csv")
    return export.csv_file(name, EXPORT_HEAD, lines) if form == "csv" else export.parquet_file(name, EXPORT_HEAD, lines)


def _export_rows(found: Iterable[PositionRow], *, as_text: bool) -> Iterator[tuple[Any, ...]]:
    columns = (
        "debt_id", "debt__external_id", "party_id", "debt__product_version__product__code", "debt__portfolio",
        "currency", "debt__disbursed_on", "outstanding", "overdue", "days_past_due", "worst_days_past_due",
        "class_code", "next_due",
    )  # fmt: skip
    for line in found.values_list(*columns).iterator(chunk_size=5_000):  # type: ignore[attr-defined]
        values = list(line)
        values[11] = words.CLASS_KEYS[values[11]]
        if as_text:  # a person reads major units; Parquet keeps the minor ones, as the snapshot does
            values[7], values[8] = to_major(values[7], values[5]), to_major(values[8], values[5])
        yield tuple(values)
