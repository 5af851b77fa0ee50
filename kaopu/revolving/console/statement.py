"""One statement as a borrower could read and print it: what to pay, how it came about, what the minimum alone costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaopu.book.console.debts import person_words
from kaopu.book.console.rights import EXPORT_BOOK, SEE_BOOK
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export, figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.party import store as party_store
from kaopu.revolving import store
from kaopu.revolving.console import statement_words, words
from kaopu.revolving.core.minimum_only import minimum_only
from kaopu.revolving.models import REVERSAL, IssuedStatement

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.revolving.console.statement_words import InterestRow, Line
    from kaopu.revolving.core.cycle import Cycle
    from kaopu.revolving.core.walk import Walk
    from kaopu.revolving.models import Posting, RevolvingAccount


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One posting of the cycle."""

    on: date
    what: str
    amount: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatementPage:
    """The statement as shown. `difference` says where the account tells it otherwise now."""

    account: RevolvingAccount
    name: str
    number: int
    statement_on: date
    due_on: date
    sent: IssuedStatement | None
    asked: tuple[str, ...]
    lines: tuple[Line, ...]
    closing: str
    minimum: tuple[str, ...]
    interest: tuple[InterestRow, ...]
    interest_words: tuple[str, ...]
    postings: tuple[PostingLine, ...]
    corrected_by: tuple[PostingLine, ...]
    minimum_only: tuple[str, ...]
    difference: tuple[tuple[str, str, str], ...]
    before: str
    after: str
    csv: str
    may_export: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A statement from the replay of what was known: its cycle, the walk that ends with it, what went before."""

    known: store.History
    walk: Walk
    cycle: Cycle
    sent: IssuedStatement | None

    @property
    def corrections(self) -> int:
        """Minor units, as sent; none where it was not sent."""
        return self.sent.corrections if self.sent else 0


def find(account_id: int, text: str) -> Told:
    """The statement of a day: by what was known when it was sent, else by what is known now. Raises `Http404`."""
    row, day = store.find(account_id), _day(text)
    today = system_clock().now().date()
    if row is None or day is None or not row.opened_on <= day <= today:
        raise Http404
    known = store.history(row)
    sent = next((each for each in known.issued if each.statement_on == day), None)
    walk = known.walked(day, sent.last_posting if sent else None)
    if not walk.cycles or walk.cycles[-1].statement_on != day:
        raise Http404
    return Told(known, walk, walk.cycles[-1], sent)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@needs(SEE_BOOK)
def statement(request: HttpRequest, account_id: int, day: str) -> HttpResponse:
    """The page, which prints on A4."""
    told = find(account_id, day)
    page = build(told, may_export=request.user.has_perm(EXPORT_BOOK.permission))
    return render(request, "revolving/statement.html", {"page": page})


def build(told: Told, *, may_export: bool) -> StatementPage:
    """The page value."""
    known, cycle, row = told.known, told.cycle, told.known.account
    person = party_store.masked([row.party_id]).get(row.party_id)
    days = [each.statement_on for each in told.walk.cycles]
    today = system_clock().now().date()
    later = [each.statement_on for each in known.walked(today).cycles if each.statement_on > cycle.statement_on]
    corrected = set(told.sent.content["corrected_by"]) if told.sent else set()
    return StatementPage(
        account=row,
        name=person_words(person, row.party_id),
        number=len(days),
        statement_on=cycle.statement_on,
        due_on=cycle.due_on,
        sent=told.sent,
        asked=statement_words.asked(cycle, row.currency),
        lines=statement_words.lines(cycle, told.corrections, row.currency),
        closing=figures.money(cycle.closing, row.currency),
        minimum=statement_words.minimum(known.terms, cycle, row.currency),
        interest=statement_words.interest_rows(known.terms, told.walk.spans[-1], row.currency),
        interest_words=statement_words.interest_words(known.terms, cycle, row.currency),
        postings=tuple(_line(each, row.currency) for each in known.postings if _belongs(each, told, corrected)),
        corrected_by=tuple(_line(each, row.currency) for each in known.postings if each.posting_id in corrected),
        minimum_only=statement_words.minimum_only_words(minimum_only(told.walk), cycle, row.currency),
        difference=_difference(told, today),
        before=_address(row, days[-2]) if len(days) > 1 else "",
        after=_address(row, later[0]) if later else "",
        csv=reverse("revolving_statement_csv", args=[row.account_id, cycle.statement_on.isoformat()]),
        may_export=may_export,
    )


def _belongs(row: Posting, told: Told, corrected: set[int]) -> bool:
    """Whether a posting counts in this cycle, as far as was known when it was sent."""
    limit = told.sent.last_posting if told.sent else None
    if row.kind == REVERSAL or row.posting_id in corrected or (limit is not None and row.posting_id > limit):
        return False
    first = told.walk.cycles[-2].statement_on if len(told.walk.cycles) > 1 else None
    fits = row.on <= told.cycle.statement_on and (first is None or row.on > first)
    return fits and row.posting_id not in told.known.reversed_ids(limit)


def _line(row: Posting, currency: str) -> PostingLine:
    months = (row.payload or {}).get("months")
    note = _("in %(n)d parts") % {"n": months} if months else ""
    if row.kind == REVERSAL:
        note = _("undoes T-%(n)d") % {"n": row.refers_to_id}
    amount = figures.money(row.amount, currency) if row.amount else ""
    return PostingLine(row.on, str(words.KINDS[row.kind]), amount, note)


def _difference(told: Told, today: date) -> tuple[tuple[str, str, str], ...]:
    """Figures that the account tells otherwise now than when the statement was sent: words, as sent, now."""
    if told.sent is None:
        return ()
    row = told.known.account
    cycles = told.known.walked(max(today, row.opened_on)).cycles
    now = next(each for each in cycles if each.statement_on == told.cycle.statement_on)
    pairs = (
        (_("Balance"), told.cycle.closing, now.closing),
        (_("Interest"), told.cycle.interest, now.interest),
        (_("Payments and refunds"), told.cycle.payments, now.payments),
        (_("Minimum to pay"), told.cycle.minimum_due, now.minimum_due),
    )
    return tuple(
        (text, figures.money(then, row.currency), figures.money(later, row.currency))
        for text, then, later in pairs
        if then != later
    )


def _address(row: RevolvingAccount, day: date) -> str:
    return reverse("revolving_statement", args=[row.account_id, day.isoformat()])


@needs(EXPORT_BOOK)
def statement_export(request: HttpRequest, account_id: int, day: str) -> HttpResponse:  # noqa: ARG001 - the interface
    """The statement as CSV: its figures, what its interest is made of, and its postings, in major units."""
    told = find(account_id, day)
    head = ("part", "day", "until", "what", "amount", "currency")
    return export.csv_file(f"R-{account_id}-{day}", head, list(_export_rows(told)))


def _export_rows(told: Told) -> Any:
    currency = told.known.account.currency
    said = told.sent.content if told.sent else told.cycle.as_json(currency)
    for name in ("opening", "corrections", "purchases", "payments", "interest", "fees", "closing", "minimum_due"):
        if name in said:
            yield "figure", said["statement_on"], "", name, said[name], currency
    for span in told.walk.spans[-1]:
        yield "interest", span.start, span.end, str(span.component), to_major(span.minor, currency), currency
    corrected = set(told.sent.content["corrected_by"] if told.sent else ())
    for row in told.known.postings:
        if _belongs(row, told, corrected):
            yield "posting", row.on, "", row.kind, to_major(row.amount, currency), currency
