"""The list of revolving accounts: find, narrow, order, page, export. The address holds the whole view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaopu.book.console import words as book_words
from kaopu.book.console.debts import Choice, Column, person_words
from kaopu.book.console.rights import EXPORT_BOOK, SEE_BOOK
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.party import store as party_store
from kaopu.revolving import store
from kaopu.revolving.console.filters import PAGE_ROWS, AccountFilter
from kaopu.revolving.models import PositionCache, RevolvingTerms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from kaopu.party.core.party import PartyView

EXPORT_HEAD = (
    "account_id", "external_id", "party_id", "product", "currency", "opened_on", "as_of", "total", "minimum_due",
    "past_due", "days_past_due", "credit_balance", "class", "due_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One line of the list."""

    account_id: int
    name: str
    product: str
    currency: str
    total: int
    minimum_due: int
    past_due: int
    credit_balance: int
    days: book_words.Tag
    class_: book_words.Tag
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of what the filter lets through, one currency."""

    currency: str
    accounts: int
    total: int
    minimum_due: int
    past_due: int


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """The list as shown. `waiting`: accounts whose copy is not of today yet."""

    answer: str
    as_of: str
    waiting: int
    chosen: AccountFilter
    rows: tuple[AccountRow, ...]
    totals: tuple[Total, ...]
    columns: tuple[Column, ...]
    choices: tuple[Choice, ...]
    products: tuple[Choice, ...]
    pages: int
    before: str
    after: str
    csv: str
    may_export: bool


@needs(SEE_BOOK)
def accounts(request: HttpRequest) -> HttpResponse:
    """The page, or its list alone for a fragment."""
    today = system_clock().now().date()
    waiting = store.refresh_stale(today)
    chosen = AccountFilter.read(request.GET)
    page = _page(chosen, today, waiting, may_export=request.user.has_perm(EXPORT_BOOK.permission))
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "revolving/accounts_list.html" if fragment else "revolving/accounts.html", {"page": page})


def _page(chosen: AccountFilter, today: date, waiting: int, *, may_export: bool) -> AccountsPage:
    found = chosen.rows()
    sums = _totals(found)
    pages = max(-(-sum(total.accounts for total in sums) // PAGE_ROWS), 1)
    here = reverse("revolving")
    return AccountsPage(
        answer=_answer(chosen, sums),
        as_of=figures.day(today),
        waiting=waiting,
        chosen=chosen,
        rows=_rows(found, chosen.page),
        totals=sums,
        columns=_columns(chosen),
        choices=(
            Choice("late", _("1 day or more"), chosen.days == "late"),
            Choice("31+", _("31 days or more"), chosen.days == "31+"),
            *(
                Choice(key, book_words.bucket_words(nr), chosen.days == key)
                for nr, key in enumerate(book_words.BUCKET_KEYS)
            ),
            Choice("credit", _("credit balance"), chosen.days == "credit"),
        ),
        products=tuple(Choice(code, name, chosen.product == code) for code, name in _products()),
        pages=pages,
        before=f"{here}?{chosen.address(page=chosen.page - 1)}" if chosen.page > 1 else "",
        after=f"{here}?{chosen.address(page=chosen.page + 1)}" if chosen.page < pages else "",
        csv=f"{reverse('revolving_export')}?{chosen.address()}",
        may_export=may_export,
    )


def _products() -> list[tuple[str, str]]:
    """Code and newest name of each product."""
    return list(dict(RevolvingTerms.objects.order_by("product", "version").values_list("product", "name")).items())


def _totals(found: Any) -> tuple[Total, ...]:
    sums = (
        found.order_by()
        .values("account__currency")
        .annotate(accounts=Count("account_id"), all=Sum("total"), minimum=Sum("minimum_due"), late=Sum("past_due"))
        .order_by("-accounts")
    )
    return tuple(Total(s["account__currency"], s["accounts"], s["all"], s["minimum"], s["late"]) for s in sums)


def _rows(found: Any, page: int) -> tuple[AccountRow, ...]:
    start = (page - 1) * PAGE_ROWS
    lines = list(found.select_related("account__terms")[start : start + PAGE_ROWS])
    people = party_store.masked({line.account.party_id for line in lines})
    return tuple(_row(line, people) for line in lines)


def _row(line: PositionCache, people: dict[int, PartyView]) -> AccountRow:
    account = line.account
    return AccountRow(
        account_id=account.account_id,
        name=person_words(people.get(account.party_id), account.party_id),
        product=account.terms.name,
        currency=account.currency,
        total=line.total,
        minimum_due=line.minimum_due,
        past_due=line.past_due,
        credit_balance=line.credit_balance,
        days=book_words.days_tag(line.days_past_due),
        class_=book_words.class_tag(line.class_code),
        due_on=line.due_on,
    )


def _answer(chosen: AccountFilter, sums: tuple[Total, ...]) -> str:
    if not sums:
        return _("No account fits this view.") if chosen.narrowed else _("No revolving accounts yet.")
    values = {
        "count": figures.number(sum(total.accounts for total in sums)),
        "owed": _(", ").join(figures.big_money(total.total, total.currency) for total in sums),
        "late": _(", ").join(figures.big_money(total.past_due, total.currency) for total in sums),
    }
    if chosen.narrowed:
        return _("%(count)s accounts fit this view: %(owed)s owed, %(late)s past due.") % values
    return _("%(count)s accounts: %(owed)s owed, %(late)s past due.") % values


def _columns(chosen: AccountFilter) -> tuple[Column, ...]:
    heads = (
        ("account", _("Account"), False),
        ("dpd", _("Days past due"), False),
        ("total", _("Owed"), True),
        ("minimum", _("Minimum to pay"), True),
        ("past_due", _("Past due"), True),
        ("due_on", _("Due"), False),
    )
    here = reverse("revolving")
    return tuple(
        Column(title, f"{here}?{chosen.sorted_by(key)}", _order(chosen.sort, key), number)
        for key, title, number in heads
    )


def _order(sort: str, key: str) -> str:
    return "descending" if sort == f"-{key}" else "ascending" if sort == key else "none"


@needs(EXPORT_BOOK)
def accounts_export(request: HttpRequest) -> HttpResponse:
    """The whole view as CSV, amounts in major units."""
    today = system_clock().now().date()
    store.refresh_stale(today)
    found = AccountFilter.read(request.GET).rows().select_related("account__terms")
    return export.csv_file(f"revolving-accounts-{today}", EXPORT_HEAD, _lines(found.iterator(chunk_size=2_000)))


def _lines(found: Iterable[PositionCache]) -> Iterator[tuple[Any, ...]]:
    for line in found:
        row = line.account
        money = (line.total, line.minimum_due, line.past_due)
        yield (
            row.account_id, row.external_id, row.party_id, row.terms.product, row.currency, row.opened_on, line.as_of,
            *(to_major(minor, row.currency) for minor in money), line.days_past_due,
            to_major(line.credit_balance, row.currency), book_words.CLASS_KEYS[line.class_code], line.due_on,
        )  # fmt: skip
