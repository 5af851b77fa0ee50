"""Pages of bulk pauses: what a filter would touch, what was proposed, how far it came, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaopu.book.actions.carry_out_pause import standing
from kaopu.book.actions.pause_selection import PauseAsked, select
from kaopu.book.actions.propose_pause import propose_pause, propose_undo
from kaopu.book.console.rights import PROPOSE_PAUSE, SEE_BOOK
from kaopu.book.core.debt_filter import COLUMNS
from kaopu.book.models import BulkPause
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from kaopu.book.actions.pause_selection import Selected

LISTED_MAX = 100
STATES = {
    "proposed": ("info", "…", gettext_lazy("waits for a second person")),
    "applying": ("info", "…", gettext_lazy("being applied")),
    "applied": ("allowed", "✓", gettext_lazy("applied")),
    "undoing": ("info", "…", gettext_lazy("being taken back")),
    "undone": ("muted", "↩", gettext_lazy("taken back")),
}
REASONS = {
    "settled": gettext_lazy("settled since"),
    "charged_off": gettext_lazy("charged off since"),
    "transferred": gettext_lazy("sold since"),
    "disbursed_later": gettext_lazy("lent later than the first day"),
    "debt_gone": gettext_lazy("taken out with its import"),
    "already_reversed": gettext_lazy("reversed by hand before"),
    "nothing_owed": gettext_lazy("owes nothing"),
}


@dataclass(frozen=True, slots=True)
class Sum:
    """What one currency has in it, in words."""

    currency: str
    count: str
    exposure: str
    overdue: str
    cost: str


@dataclass(frozen=True, slots=True)
class Example:
    """One debt of the list."""

    debt_id: int
    external_id: str
    outstanding: str
    overdue: str
    days_past_due: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a filter finds now."""

    answer: str
    sums: tuple[Sum, ...]
    examples: tuple[Example, ...]
    left_out: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A bulk pause in the list and on its page."""

    id: int
    where: str
    first: date
    last: date
    tone: str
    glyph: str
    state: str
    is_running: bool
    can_undo: bool
    debts: int
    done: int
    applied: int
    skipped: int
    reversed: int
    proposed_at: datetime
    proposal: str
    reasons: tuple[tuple[str, int], ...]
    sums: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class PausesPage:
    """The list and the form."""

    answer: str
    rows: tuple[Listed, ...]
    columns: str
    where: str = ""
    first: str = ""
    last: str = ""
    wrong: str = ""
    preview: Preview | None = None
    may_propose: bool = False


@needs(SEE_BOOK)
def pauses(request: HttpRequest) -> HttpResponse:
    """The list; `where`, `from` and `to` in the address are a look at what they would touch."""
    asked = {name: request.GET.get(name, "").strip() for name in ("where", "from", "to")}
    preview, wrong = None, ""
    if asked["where"]:
        try:
            preview = _preview(select(_asked(asked)))
        except BadInput as fault:
            wrong = str(fault)
    return _answer(request, asked, preview=preview, wrong=wrong)


@require_POST
@needs(PROPOSE_PAUSE)
def pause_propose(request: HttpRequest) -> HttpResponse:
    """Keep the list as it is now and ask a second person."""
    asked = {name: request.POST.get(name, "").strip() for name in ("where", "from", "to")}
    try:
        bulk = propose_pause(select(_asked(asked)), _actor(request), system_clock().now())
    except BadInput as fault:
        return _answer(request, asked, wrong=str(fault), status=422)
    messages.success(request, _("Proposed. Another person agrees under Approvals."), "allowed")
    return HttpResponseRedirect(reverse("bulk_pause", args=[bulk.pk]))


@needs(SEE_BOOK)
def bulk_pause(request: HttpRequest, pause_id: int) -> HttpResponse:
    """One bulk pause and how far it is; the page looks again while it runs."""
    row = BulkPause.objects.filter(pk=pause_id).first()
    if row is None:
        raise Http404
    context = {"page": _listed(row), "may_propose": request.user.has_perm(PROPOSE_PAUSE.permission)}
    return render(request, "book/pause_part.html" if request.htmx else "book/pause.html", context)


@require_POST
@needs(PROPOSE_PAUSE)
def pause_undo(request: HttpRequest, pause_id: int) -> HttpResponse:
    """Ask a second person to take it back whole."""
    try:
        propose_undo(pause_id, _actor(request), system_clock().now())
    except BadInput as fault:
        messages.success(request, str(fault), "refused")
    else:
        messages.success(request, _("Proposed to take it back. Another person agrees under Approvals."), "allowed")
    return HttpResponseRedirect(reverse("bulk_pause", args=[pause_id]))


def _actor(request: HttpRequest) -> str:
    return f"staff:{request.user.pk}"


def _asked(typed: Mapping[str, str]) -> PauseAsked:
    try:
        return PauseAsked(typed["where"], date.fromisoformat(typed["from"]), date.fromisoformat(typed["to"]))
    except ValueError:
        raise BadInput(_("Enter the first and the last day.")) from None


def _answer(
    request: HttpRequest,
    asked: Mapping[str, str],
    *,
    preview: Preview | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = tuple(_listed(row) for row in BulkPause.objects.order_by("-pk")[:LISTED_MAX])
    today = system_clock().now().date().isoformat()
    page = PausesPage(
        answer=_("%(n)d bulk pauses.") % {"n": len(rows)} if rows else _("No debts were paused together yet."),
        rows=rows,
        columns=", ".join(COLUMNS),
        where=asked["where"],
        first=asked["from"] or today,
        last=asked["to"] or today,
        wrong=wrong,
        preview=preview,
        may_propose=request.user.has_perm(PROPOSE_PAUSE.permission),
    )
    return render(request, "book/pauses.html", {"page": page}, status=status)


def _preview(found: Selected) -> Preview:
    told = found.as_json()
    examples = tuple(
        Example(each["debt"], each["external_id"], figures.money(each["outstanding"], each["currency"]),
                figures.money(each["overdue"], each["currency"]), each["days_past_due"])
        for each in told["examples"]
    )  # fmt: skip
    values = {"n": figures.number(told["count"]), "days": told["days"], "on": figures.day(found.as_of)}
    answer = _("%(n)s debts for %(days)d days, by their positions of %(on)s.") % values
    return Preview(answer, _sums(told["by_currency"]), examples, _words(told["left_out"]))


def _sums(by_currency: Mapping[str, Mapping[str, int]]) -> tuple[Sum, ...]:
    return tuple(
        Sum(currency, figures.number(part["count"]), *(figures.money(part[name], currency)
                                                      for name in ("exposure", "overdue", "cost")))
        for currency, part in by_currency.items()
    )  # fmt: skip


def _words(reasons: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((str(REASONS.get(name, name)), count) for name, count in reasons.items())


def _listed(row: BulkPause) -> Listed:
    stands, (tone, glyph, words) = standing(row), STATES[row.state]
    shown: dict[str, Any] = row.preview
    is_undo = row.state in {"undoing", "undone"}
    return Listed(
        id=row.pk,
        where=row.where,
        first=row.from_on,
        last=row.to_on,
        tone=tone,
        glyph=glyph,
        state=str(words),
        is_running=row.state in {"applying", "undoing"},
        can_undo=row.state == "applied",
        debts=row.debts,
        done=stands.reversed if is_undo else stands.applied + stands.skipped,
        applied=stands.applied,
        skipped=stands.skipped,
        reversed=stands.reversed,
        proposed_at=row.proposed_at,
        proposal=str(row.proposal) if row.state == "proposed" and row.proposal else "",
        reasons=_words(stands.reasons),
        sums=_sums(shown["by_currency"]),
    )
