"""The trial balance: every account on its side, by day and currency, with the postings behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import export, figures, staff
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.money import to_major
from kaopu.ledger import posting_progress, statements, store
from kaopu.ledger.console.rights import POST_LEDGER, SEE_LEDGER
from kaopu.ledger.console.words import account_words
from kaopu.ledger.models import PostingRun

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.ledger.core.trial_balance import TrialBalance
    from kaopu.ledger.posting_progress import Progress

RUNS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account. The side that it does not stand on is empty."""

    code: str
    words: str
    debit: str
    credit: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One posting."""

    id: int
    as_of: date
    from_on: date | None
    debts: int
    corrections: int
    by: str
    chart: int


@dataclass(frozen=True, slots=True)
class BalancePage:
    """The page as shown. `running`: a posting is under way."""

    answer: str
    tone: str
    as_of: date
    posted_to: date | None
    currency: str
    currencies: tuple[str, ...]
    rows: tuple[AccountRow, ...]
    debit: str
    credit: str
    runs: tuple[RunRow, ...]
    today: date
    may_post: bool
    running: bool
    progress: Progress | None


def asked_day(request: HttpRequest, name: str, default: date) -> date:
    """A day of the address; the default where it is none."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return default


@needs(SEE_LEDGER)
def ledger(request: HttpRequest) -> HttpResponse:
    """The page, or its changing part alone for a fragment."""
    last = store.last_run()
    today = system_clock().now().date()
    as_of = asked_day(request, "as_of", last.as_of if last else today)
    running, progress = under_way()
    found = _found(as_of, request.GET.get("currency", ""))
    page = BalancePage(
        today=today,
        as_of=as_of,
        may_post=request.user.has_perm(POST_LEDGER.permission),
        running=running,
        progress=progress,
        runs=_runs(),
        **found,
    )
    fragment = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    return render(request, "ledger/balance_part.html" if fragment else "ledger/balance.html", {"page": page})


def _found(as_of: date, asked: str) -> dict[str, object]:
    run = store.run_at(as_of)
    if run is None:
        nothing = _("Nothing is posted up to this day. Post the ledger, or choose a later day.")
        return {
            "answer": nothing, "tone": "info", "posted_to": None, "currency": "CNY", "currencies": (), "rows": (),
            "debit": "", "credit": "",
        }  # fmt: skip
    sums = statements.sums_to(as_of)
    currency = asked if asked in sums.currencies else sums.currency(None)
    balance = statements.trial_balance_of(sums, currency)
    return {
        "answer": _answer(balance, currency),
        "tone": "allowed" if balance.balanced else "refused",
        "posted_to": run.as_of,
        "currency": currency,
        "currencies": sums.currencies,
        "rows": tuple(
            AccountRow(
                line.account.code,
                account_words(line.account),
                figures.money(line.debit, currency) if line.debit else "",
                figures.money(line.credit, currency) if line.credit else "",
            )
            for line in balance.lines
        ),
        "debit": figures.money(balance.debit, currency),
        "credit": figures.money(balance.credit, currency),
    }


def _answer(balance: TrialBalance, currency: str) -> str:
    sides = {
        "debit": figures.big_money(balance.debit, currency),
        "credit": figures.big_money(balance.credit, currency),
    }
    if balance.balanced:
        return _("Balanced: %(debit)s on both sides.") % sides
    return _("Not balanced: debit %(debit)s, credit %(credit)s. Run kaopu book verify to find the posting.") % sides


def _runs() -> tuple[RunRow, ...]:
    rows = list(PostingRun.objects.order_by("-pk")[:RUNS_SHOWN])
    names = staff.names(run.posted_by for run in rows)
    return tuple(
        RunRow(
            run.pk, run.as_of, run.from_on, run.debts, run.corrections, names.get(run.posted_by, run.posted_by),
            run.chart_id,
        )
        for run in rows
    )  # fmt: skip


def under_way() -> tuple[bool, Progress | None]:
    """Whether a posting waits or runs in the background, and how far it is; else why the last one could not."""
    running = ProcrastinateJob.objects.filter(task_name="ledger.post", status__in=("todo", "doing")).exists()
    progress = posting_progress.read()
    return running, progress if running or (progress and progress.problem) else None


@require_POST
@needs(POST_LEDGER)
def post(request: HttpRequest) -> HttpResponse:
    """Queue a posting to the day asked for; a day that cannot be is refused at once."""
    last = store.last_run()
    try:
        as_of = date.fromisoformat(request.POST.get("as_of", ""))
    except ValueError:
        as_of = system_clock().now().date()
    if last and as_of < last.as_of:
        words = _("Not posted: the ledger stands at %(day)s. Choose that day or a later one; corrections go there too.")
        messages.success(request, words % {"day": figures.day(last.as_of)}, "refused")
        return HttpResponseRedirect(reverse("ledger"))
    try:
        job = app.configure_task("ledger.post", queueing_lock="ledger.post", lock="ledger.post")
        job.defer(as_of=as_of.isoformat(), actor=f"staff:{request.user.pk}")
        messages.success(request, _("Posting to %(day)s has begun.") % {"day": figures.day(as_of)}, "info")
    except AlreadyEnqueued:
        messages.success(request, _("A posting waits already. It will be shown here."), "info")
    return HttpResponseRedirect(reverse("ledger"))


@needs(SEE_LEDGER)
def balance_export(request: HttpRequest) -> HttpResponse:
    """The trial balance as a table."""
    as_of = asked_day(request, "as_of", system_clock().now().date())
    if store.run_at(as_of) is None:
        raise Http404
    sums = statements.sums_to(as_of)
    asked = request.GET.get("currency", "")
    currency = asked if asked in sums.currencies else sums.currency(None)
    rows = (
        (
            line.account.code, line.account.name_zh, line.account.name_en, line.account.kind, currency,
            to_major(line.debit, currency), to_major(line.credit, currency),
        )
        for line in statements.trial_balance_of(sums, currency).lines
    )  # fmt: skip
    head = ("code", "name_zh", "name_en", "kind", "currency", "debit", "credit")
    return export.csv_file(f"trial-balance-{as_of.isoformat()}", head, rows)
