"""One account: by posting and cause, then by debt, then the debt's own rows with the events behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kaopu.book.console import words as book_words
from kaopu.book.console.timeline import amount_words
from kaopu.book.models import Debt, Event
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.ledger import statements, store
from kaopu.ledger.console.balance import asked_day
from kaopu.ledger.console.rights import SEE_LEDGER
from kaopu.ledger.console.words import NATURES, account_words, cause_words
from kaopu.ledger.core.cause import BY_CODE, SOURCES_FROM
from kaopu.ledger.core.chart import chart_from_json
from kaopu.ledger.models import CORRECTION, JournalRow, PostingRun

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from kaopu.ledger.core.chart import Account
    from kaopu.ledger.statements import Sums

PAGE_ROWS = 50
EVENTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class LineRow:
    """One posting's movement by one cause. `url`: the debts behind it, "" where no debt has it."""

    posted_on: date
    nature: str
    cause: str
    debit: str
    credit: str
    url: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account on a day."""

    code: str
    words: str
    answer: str
    as_of: date
    currency: str
    currencies: tuple[str, ...]
    rows: tuple[LineRow, ...]
    export: str


@dataclass(frozen=True, slots=True)
class DebtRow:
    """What one debt moved."""

    debt_id: int
    cause: str
    effective_on: date | None
    debit: str
    credit: str
    url: str


@dataclass(frozen=True, slots=True)
class DebtsPage:
    """The debts behind one line of an account."""

    code: str
    words: str
    answer: str
    rows: tuple[DebtRow, ...]
    back: str
    before: str
    after: str
    page: int


@dataclass(frozen=True, slots=True)
class Booking:
    """One cause of a debt in one posting, with both accounts."""

    cause: str
    debit: str
    credit: str
    amount: str
    nature: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event that may stand behind the bookings."""

    event_id: int
    on: date
    what: str
    amount: str
    recorded: str
    url: str


@dataclass(frozen=True, slots=True)
class DebtPage:
    """What one posting booked for one debt, and the events of its days."""

    debt_id: int
    answer: str
    posted_on: date
    effective_on: date | None
    bookings: tuple[Booking, ...]
    events: tuple[EventRow, ...]
    debt: str
    back: str


def _asked(request: HttpRequest, code: str) -> tuple[Sums, Account, str, date]:
    last = store.last_run()
    as_of = asked_day(request, "as_of", last.as_of if last else system_clock().now().date())
    run = store.run_at(as_of)
    if run is None:
        raise Http404
    sums = statements.sums_to(as_of)
    account = next((each for each in sums.chart.accounts if each.code == code), None)
    if account is None:
        raise Http404
    asked = request.GET.get("currency", "")
    return sums, account, asked if asked in sums.currencies else sums.currency(None), as_of


def _sides(amount: int, currency: str) -> tuple[str, str]:
    text = figures.money(abs(amount), currency)
    return (text, "") if amount > 0 else ("", text)


@needs(SEE_LEDGER)
def account(request: HttpRequest, code: str) -> HttpResponse:
    """By posting and cause."""
    sums, chosen, currency, as_of = _asked(request, code)
    lines = statements.account_lines(sums.chart, code, currency, as_of)
    balance = sum(line.amount for line in lines)
    side = _("debit") if balance >= 0 else _("credit")
    words = {"amount": figures.money(abs(balance), currency), "side": side, "day": figures.day(as_of)}
    query = {"as_of": as_of.isoformat(), "currency": currency}
    page = AccountPage(
        code=code,
        words=account_words(chosen),
        answer=_("Balance on %(day)s: %(amount)s %(side)s.") % words,
        as_of=as_of,
        currency=currency,
        currencies=sums.currencies,
        rows=tuple(
            LineRow(
                line.posted_on,
                str(NATURES[line.nature]),
                cause_words(line.code),
                *_sides(line.amount, currency),
                _debts_url(code, {**query, "run": line.run, "cause": line.code, "nature": line.nature}),
            )
            for line in lines
        ),
        export=f"{reverse('ledger_account_export', args=[code])}?{urlencode(query)}",
    )
    return render(request, "ledger/account.html", {"page": page})


def _debts_url(code: str, query: dict[str, object]) -> str:
    if int(str(query["cause"])) >= SOURCES_FROM:
        return ""
    return f"{reverse('ledger_account_debts', args=[code])}?{urlencode(query)}"


@needs(SEE_LEDGER)
def account_export(request: HttpRequest, code: str) -> HttpResponse:
    """The account by posting and cause, as a table."""
    sums, _chosen, currency, as_of = _asked(request, code)
    rows = (
        (
            line.run, line.posted_on.isoformat(), BY_CODE[line.code].name,
            "correction" if line.nature == CORRECTION else "own", currency, to_major(line.amount, currency),
        )
        for line in statements.account_lines(sums.chart, code, currency, as_of)
    )  # fmt: skip
    head = ("posting", "posted_on", "cause", "nature", "currency", "debit_above_0")
    return export.csv_file(f"account-{code}-{as_of.isoformat()}", head, rows)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")[:18]
    return int(text) if text.isdecimal() else None


@needs(SEE_LEDGER)
def account_debts(request: HttpRequest, code: str) -> HttpResponse:
    """By debt."""
    sums, chosen, currency, as_of = _asked(request, code)
    number = max(_number(request, "page") or 1, 1)
    asked = statements.Asked(
        currency, as_of, _number(request, "run"), _number(request, "debt"), _number(request, "cause"),
        _number(request, "nature"),
    )  # fmt: skip
    found = statements.debt_lines(sums.chart, code, asked, (number - 1) * PAGE_ROWS, PAGE_ROWS + 1)
    view = {"as_of": as_of.isoformat(), "currency": currency}
    here = {**request.GET.dict(), **view}
    page = DebtsPage(
        code=code,
        words=account_words(chosen),
        answer=cause_words(asked.code) if asked.code in BY_CODE else _("All causes"),
        rows=tuple(
            DebtRow(
                line.debt_id,
                cause_words(line.code),
                line.effective_on,
                *_sides(line.amount, currency),
                f"{reverse('ledger_debt', args=[line.run, line.debt_id])}?{urlencode({**here, 'account': code})}",
            )
            for line in found[:PAGE_ROWS]
        ),
        back=f"{reverse('ledger_account', args=[code])}?{urlencode(view)}",
        before=f"?{urlencode({**here, 'page': number - 1})}" if number > 1 else "",
        after=f"?{urlencode({**here, 'page': number + 1})}" if len(found) > PAGE_ROWS else "",
        page=number,
    )
    return render(request, "ledger/account_debts.html", {"page": page})


@needs(SEE_LEDGER)
def debt(request: HttpRequest, run_id: int, debt_id: int) -> HttpResponse:
    """What one posting booked for one debt, and the events of the days that it covers."""
    run = PostingRun.objects.select_related("chart").filter(pk=run_id).first()
    rows = list(JournalRow.objects.filter(run_id=run_id, debt_id=debt_id).order_by("nature")) if run else []
    if run is None or not rows:
        raise Http404
    chart, currency = chart_from_json(run.chart.content), rows[0].currency
    bookings = []
    for row in rows:
        for cause, amount in zip(row.codes, row.amounts, strict=True):
            sides = [f"{each} {account_words(chart.account(each))}" for each in chart.posting(BY_CODE[cause])]
            debit, credit = sides if amount > 0 else sides[::-1]
            told = figures.money(abs(amount), currency)
            bookings.append(Booking(cause_words(cause), debit, credit, told, str(NATURES[row.nature])))
    effective = min((row.effective_on for row in rows if row.effective_on), default=None)
    code = request.GET.get("account", "")
    words = {"day": figures.day(run.as_of), "n": len(bookings)}
    query = urlencode(request.GET.dict())
    page = DebtPage(
        debt_id=debt_id,
        answer=_("Posted on %(day)s: %(n)d bookings.") % words,
        posted_on=run.as_of,
        effective_on=effective,
        bookings=tuple(bookings),
        events=_events(run, debt_id, effective, currency),
        debt=_debt_url(debt_id, run.as_of),
        back=f"{reverse('ledger_account_debts', args=[code])}?{query}" if code.isalnum() else "",
    )
    return render(request, "ledger/debt.html", {"page": page})


def _debt_url(debt_id: int, as_of: date) -> str:
    known = Debt.objects.filter(debt_id=debt_id).exists()
    return f"{reverse('debt', args=[debt_id])}?as_of={as_of.isoformat()}" if known else ""


def _events(run: PostingRun, debt_id: int, effective: date | None, currency: str) -> tuple[EventRow, ...]:
    rows = Event.objects.filter(debt_id=debt_id, on__lte=run.as_of)
    first = effective or run.from_on
    if first is not None:
        rows = rows.filter(on__gte=first) if effective else rows.filter(on__gt=first)
    return tuple(
        EventRow(
            event.event_id,
            event.on,
            str(book_words.KINDS[event.kind]),
            amount_words(event.kind, event.amount, currency),
            figures.instant(event.recorded_at),
            f"{reverse('debt', args=[debt_id])}?as_of={event.on.isoformat()}",
        )
        for event in rows.order_by("-on", "-event_id")[:EVENTS_SHOWN]
    )
