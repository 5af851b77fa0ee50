"""The page of one account: where it stands, its statements, and what was posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kaopu.book.console import words as book_words
from kaopu.book.console.debts import person_words
from kaopu.book.console.rights import EXPORT_BOOK, SEE_BOOK
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs
from kaopu.party import store as party_store
from kaopu.revolving import store
from kaopu.revolving.console import account_words, post_form, words
from kaopu.revolving.console.rights import POST_TO_ACCOUNT
from kaopu.revolving.models import REVERSAL

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.revolving.core.cycle import Cycle
    from kaopu.revolving.models import IssuedStatement, Posting, RevolvingAccount

FIRST_POSTINGS = 30


@dataclass(frozen=True, slots=True)
class BucketRow:
    """One part of what is owed."""

    words: str
    amount: str


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One statement as the account tells it now; `sent` is what it said when it differs."""

    statement_on: date
    due_on: date
    address: str
    number: int
    opening: str
    purchases: str
    payments: str
    interest: str
    fees: str
    closing: str
    minimum_due: str
    paid_by_due: str
    days_past_due: book_words.Tag
    sent: str
    correction: str


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One posting."""

    posting_id: int
    on: date
    recorded: str
    what: str
    amount: str
    note: str
    gone: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The page as shown."""

    account: RevolvingAccount
    name: str
    as_of: date
    before: str
    after: str
    answer: str
    days: book_words.Tag
    class_: book_words.Tag
    buckets: tuple[BucketRow, ...]
    total: str
    facts: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, str], ...]
    cycles: tuple[CycleRow, ...]
    postings: tuple[PostingRow, ...]
    more_postings: int
    form: post_form.PostForm | None
    may_export: bool


@needs(SEE_BOOK)
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """The page of a day; today where the address names none."""
    return show(request, account_id)


def show(
    request: HttpRequest, account_id: int, form: post_form.PostForm | None = None, status: int = 200
) -> HttpResponse:
    """The page with `form` in place of the empty one."""
    row = store.find(account_id)
    if row is None:
        raise Http404
    known = store.history(row)
    as_of = _day(request.GET.get("as_of", ""), system_clock().now().date())
    page = build(request, known, max(as_of, row.opened_on), form)
    return render(request, "revolving/account.html", {"page": page}, status=status)


def build(request: HttpRequest, known: store.History, as_of: date, form: post_form.PostForm | None) -> AccountPage:
    """The page value of one day."""
    row, now = known.account, known.standing(as_of)
    cycles = known.walked(as_of).told_on(as_of)
    issued = {each.statement_on: each for each in known.issued}
    whole = request.GET.get("postings") == "all"
    lines = sorted((p for p in known.postings if p.on <= as_of), key=lambda p: (p.on, p.posting_id), reverse=True)
    shown = lines if whole else lines[:FIRST_POSTINGS]
    person = party_store.masked([row.party_id]).get(row.party_id)
    may_post = request.user.has_perm(POST_TO_ACCOUNT.permission)
    return AccountPage(
        account=row,
        name=person_words(person, row.party_id),
        as_of=as_of,
        before=_step(as_of - timedelta(days=1)) if as_of > row.opened_on else "",
        after=_step(as_of + timedelta(days=1)),
        answer=account_words.answer(now, row.currency),
        days=book_words.days_tag(now.days_past_due),
        class_=book_words.class_tag(book_words.CLASS_KEYS.index(now.class_)),
        buckets=tuple(
            BucketRow(str(words.BUCKETS[name]), figures.money(minor, row.currency))
            for name, minor in now.outstanding.items()
        ),
        total=figures.money(now.total, row.currency),
        facts=account_words.facts(now, row.currency),
        terms=account_words.terms(known),
        cycles=tuple(_cycle(nr, cycle, issued.get(cycle.statement_on), row) for nr, cycle in enumerate(cycles, 1))[
            ::-1
        ],
        postings=tuple(_posting(each, known) for each in shown),
        more_postings=len(lines) - len(shown),
        form=(form or post_form.filled(known, {"on": as_of.isoformat()})) if may_post else None,
        may_export=request.user.has_perm(EXPORT_BOOK.permission),
    )


def _cycle(number: int, cycle: Cycle, sent: IssuedStatement | None, row: RevolvingAccount) -> CycleRow:
    def money(minor: int) -> str:
        return figures.money(minor, row.currency)

    differs = sent is not None and (sent.closing, sent.minimum_due) != (cycle.closing, cycle.minimum_due)
    return CycleRow(
        statement_on=cycle.statement_on,
        due_on=cycle.due_on,
        address=reverse("revolving_statement", args=[row.account_id, cycle.statement_on.isoformat()]),
        number=number,
        opening=money(cycle.opening),
        purchases=money(cycle.purchases),
        payments=money(cycle.payments),
        interest=money(cycle.interest),
        fees=money(cycle.fees),
        closing=money(cycle.closing),
        minimum_due=money(cycle.minimum_due),
        paid_by_due=money(cycle.paid_by_due),
        days_past_due=book_words.days_tag(cycle.days_past_due),
        sent=_("as sent %(amount)s") % {"amount": money(sent.closing)} if sent and differs else "",
        correction=_("with a correction of %(amount)s") % {"amount": money(sent.corrections)}
        if sent and sent.corrections
        else "",
    )


def _posting(row: Posting, known: store.History) -> PostingRow:
    currency = known.account.currency
    gone = row.posting_id in known.reversed_ids()
    notes = []
    if row.kind == REVERSAL:
        notes.append(_("undoes T-%(n)d") % {"n": row.refers_to_id})
    elif row.refers_to_id:
        notes.append(_("of T-%(n)d") % {"n": row.refers_to_id})
    if row.payload and "months" in row.payload:
        notes.append(_("in %(n)d parts") % {"n": row.payload["months"]})
    if gone:
        notes.append(_("counts as never posted"))
    return PostingRow(
        posting_id=row.posting_id,
        on=row.on,
        recorded=figures.instant(row.recorded_at),
        what=str(words.KINDS[row.kind]),
        amount=figures.money(row.amount, currency) if row.amount else "",
        note=_(", ").join(notes),
        gone=gone,
    )


def _day(text: str, default: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default


def _step(day: date) -> str:
    return f"?{urlencode({'as_of': day.isoformat()})}"
