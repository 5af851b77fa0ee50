"""The chart of accounts: what is in force, the lender's own proposed from a file, taken in by a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaopu.kernel import approval
from kaopu.kernel.actions.propose_change import propose
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures, proposals
from kaopu.kernel.console.access import needs
from kaopu.kernel.console.proposals import Line, Presented
from kaopu.kernel.core.errors import BadInput
from kaopu.ledger import store
from kaopu.ledger.actions.install_chart import install_chart
from kaopu.ledger.console.rights import APPROVE_CHART, PROPOSE_CHART, SEE_LEDGER
from kaopu.ledger.console.words import KINDS, account_words
from kaopu.ledger.core.chart import CLASSES, chart_from_json
from kaopu.ledger.core.chart_file import read_chart
from kaopu.ledger.core.rates import MILLION, TAXED

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest

    from kaopu.kernel.approval import Proposal
    from kaopu.ledger.core.chart import Chart

KIND = "ledger.chart"
DAYS_TO_DECIDE = 14
FILE_MAX = 500_000

RATES = {
    "interest": gettext_lazy("VAT in interest"),
    "fee": gettext_lazy("VAT in fees"),
    "penalty": gettext_lazy("VAT in penalty"),
    "subsidy": gettext_lazy("VAT in subsidy"),
    "normal": gettext_lazy("Allowance, normal"),
    "special_mention": gettext_lazy("Allowance, special mention"),
    "substandard": gettext_lazy("Allowance, substandard"),
    "doubtful": gettext_lazy("Allowance, doubtful"),
    "loss": gettext_lazy("Allowance, loss"),
}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account and the causes that move it."""

    code: str
    words: str
    kind: str
    cash: bool
    roles: str


@dataclass(frozen=True, slots=True)
class ChartPage:
    """The chart in force, and what waits."""

    answer: str
    rows: tuple[AccountRow, ...]
    rates: tuple[tuple[str, str], ...]
    waits: tuple[tuple[UUID, str], ...]
    may_propose: bool
    wrong: str


@needs(SEE_LEDGER)
def chart(request: HttpRequest) -> HttpResponse:
    """The page; a posted file is checked and proposed."""
    wrong = ""
    if request.method == "POST":
        if not request.user.has_perm(PROPOSE_CHART.permission):
            from kaopu.kernel.console.access import denied

            return denied(request, PROPOSE_CHART)
        made = _propose(request)
        if not isinstance(made, str):
            messages.success(request, _("Proposed. It takes effect once another person approves it."), "info")
            return HttpResponseRedirect(reverse("approval", args=[made]))
        wrong = made
    row, now = store.newest_chart(), system_clock().now()
    known = store.chart_in_force()
    words = {"name": known.name, "n": len(known.accounts)}
    page = ChartPage(
        answer=_("In force: %(name)s, %(n)d accounts.") % words
        if row
        else _("In force: the packaged chart, %(n)d accounts. Propose your own below.") % words,
        rows=tuple(
            AccountRow(
                account.code, account_words(account), str(KINDS[account.kind]), account.cash,
                ", ".join(role for role, code in known.roles.items() if code == account.code),
            )
            for account in known.accounts
        ),
        rates=_rates(known),
        waits=tuple((one.id, one.value["name"]) for one in approval.waiting(now, KIND)),
        may_propose=request.user.has_perm(PROPOSE_CHART.permission),
        wrong=wrong,
    )  # fmt: skip
    return render(request, "ledger/chart.html", {"page": page}, status=422 if wrong else 200)


def _rates(known: Chart) -> tuple[tuple[str, str], ...]:
    pairs = [
        *zip(TAXED, known.rates.vat_ppm, strict=True),
        *zip(CLASSES, known.rates.allowance_ppm, strict=True),
    ]
    return tuple((str(RATES[name]), figures.percent(ppm / MILLION)) for name, ppm in pairs)


def _propose(request: HttpRequest) -> UUID | str:
    """The proposal, or why the file cannot be one."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > FILE_MAX:
        return _("Choose a chart of accounts, TOML or CSV.")
    known = store.chart_in_force()
    try:
        new = read_chart(file.read().decode("utf-8-sig"), file.name or "chart.toml", known.rates)
    except UnicodeDecodeError:
        return _("The file is not in UTF-8.")
    except BadInput as problem:
        return str(problem)
    if new.as_json() == known.as_json():
        return _("Nothing differs from the chart in force.")
    now = system_clock().now()
    return propose(
        kind=KIND, subject="ledger:chart", value=new.as_json(), proposer=f"staff:{request.user.pk}", now=now,
        expires_at=now + timedelta(days=DAYS_TO_DECIDE),
    )  # fmt: skip


@needs(SEE_LEDGER)
def chart_file(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the caller's signature
    """The packaged chart, to be edited."""
    response = HttpResponse(store.DEFAULT_CHART.read_bytes(), content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="chart.toml"'
    return response


def present(proposal: Proposal) -> Presented:
    """What changes against the chart in force: accounts, who plays which role, rates."""
    old, new = store.chart_in_force(), chart_from_json(proposal.value)
    before, after = (
        {account.code: f"{account_words(account)} ({KINDS[account.kind]})" for account in one.accounts}
        for one in (old, new)
    )
    lines = [
        Line(code, before.get(code, ""), after.get(code, _("gone")))
        for code in sorted({*before, *after})
        if before.get(code) != after.get(code)
    ]
    lines += [
        Line(role.replace("_", " "), old.roles.get(role, ""), code)
        for role, code in sorted(new.roles.items())
        if old.roles.get(role) != code
    ]
    lines += [
        Line(words, was, now) for (words, was), (_same, now) in zip(_rates(old), _rates(new), strict=True) if was != now
    ]
    return Presented(
        title=_("Chart of accounts %(name)s") % {"name": new.name},
        lines=tuple(lines),
        address=reverse("ledger_chart"),
        address_words=_("The chart in force"),
    )


def carry_out(proposal: Proposal, actor: str, now: datetime) -> str:
    """Take the chart in."""
    row = install_chart(chart_from_json(proposal.value), actor, now)
    return _("The chart %(name)s is in force from the next posting.") % {"name": row.name}


proposals.register(KIND, words=gettext_lazy("chart of accounts"), present=present, apply=carry_out, right=APPROVE_CHART)
