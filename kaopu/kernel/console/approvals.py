"""Proposals that wait for a second person: the list, one proposal with everything that it says, and the decision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaopu.kernel import approval
from kaopu.kernel.actions.decide_proposal import reject
from kaopu.kernel.approval import Proposal, Refusal
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import proposals, staff
from kaopu.kernel.console.access import SEE_APPROVALS, denied, needs
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.models import Approval

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kaopu.kernel.console.proposals import Presented

DECIDED_SHOWN = 50
STATES = {
    "proposed": ("info", "…", gettext_lazy("waits")),
    "approved": ("allowed", "✓", gettext_lazy("approved")),
    "rejected": ("refused", "✕", gettext_lazy("rejected")),
    "expired": ("refer", "⌛", gettext_lazy("expired")),
}
REFUSALS = {
    Refusal.NO_SUCH_PROPOSAL: gettext_lazy("This proposal does not exist."),
    Refusal.PROPOSER_CANNOT_DECIDE: gettext_lazy("You proposed this yourself. Another person has to decide."),
    Refusal.ALREADY_DECIDED: gettext_lazy("Somebody else has decided already. What they decided is shown below."),
    Refusal.EXPIRED: gettext_lazy("The time to decide has run out. It can be proposed again."),
    Refusal.DIFFERS_FROM_WHAT_WAS_PROPOSED: gettext_lazy("This is not what was shown to you. Please read it again."),
    Refusal.NOT_APPROVED: gettext_lazy("This was not approved."),
    Refusal.ALREADY_USED: gettext_lazy("This was carried out already."),
}
REASONS = {
    "figures_wrong": gettext_lazy("the figures are wrong"),
    "not_needed": gettext_lazy("it is not needed"),
    "not_allowed": gettext_lazy("it is not allowed"),
    "needs_more": gettext_lazy("more has to be known first"),
    "later": gettext_lazy("not now"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One proposal in the list."""

    id: UUID
    kind: str
    title: str
    proposer: str
    proposed_at: datetime
    expires_at: datetime
    tone: str
    glyph: str
    state: str
    own: bool
    decider: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApprovalsPage:
    """What waits, and what was decided lately."""

    answer: str
    waiting: tuple[Shown, ...]
    decided: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """One proposal. `value` is all that was proposed, `fingerprint` the hash of it that is agreed to."""

    shown: Shown
    presented: Presented
    value: str
    fingerprint: str
    reason: str
    may_decide: bool
    why_not: str
    reasons: tuple[tuple[str, Any], ...]


@needs(SEE_APPROVALS)
def approvals(request: HttpRequest) -> HttpResponse:
    """What this person may decide, what they proposed themselves, and the latest decisions on both."""
    now = system_clock().now()
    waiting = _list(request, approval.waiting(now), now)
    decided = _list(request, approval.past(now, DECIDED_SHOWN), now)
    mine = sum(shown.own for shown in waiting)
    values = {"n": len(waiting) - mine, "mine": mine}
    answer = (
        _("%(n)d proposals wait for your decision; %(mine)d of your own wait for another person.") % values
        if waiting
        else _("Nothing waits for a decision.")
    )
    return render(request, "kernel/approvals.html", {"page": ApprovalsPage(answer, waiting, decided)})


def _list(request: HttpRequest, found: list[Proposal], now: datetime) -> tuple[Shown, ...]:
    visible = [proposal for proposal in found if _may_see(request, proposal)]
    rows = {row.pk: row for row in Approval.objects.filter(pk__in=[proposal.id for proposal in visible])}
    people = staff.names([*(row.proposer for row in rows.values()), *(row.decider for row in rows.values())])
    return tuple(_shown(request, proposal, rows[proposal.id], people, now) for proposal in visible)


def _shown(request: HttpRequest, proposal: Proposal, row: Approval, people: dict[str, str], now: datetime) -> Shown:
    kind = proposals.kind_of(proposal)
    late = row.state == "proposed" and row.expires_at <= now
    tone, glyph, state = STATES["expired" if late else row.state]
    return Shown(
        id=proposal.id,
        kind=str(kind.words) if kind else proposal.kind,
        title=_presented(proposal).title,
        proposer=people.get(row.proposer, row.proposer),
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        tone=tone,
        glyph=glyph,
        state=str(state),
        own=row.proposer == _actor(request),
        decider=people.get(row.decider, row.decider),
        decided_at=row.decided_at,
    )


def _presented(proposal: Proposal) -> Presented:
    kind = proposals.kind_of(proposal)
    if kind is None:
        return proposals.Presented(_("%(kind)s about %(what)s") % {"kind": proposal.kind, "what": proposal.subject})
    return kind.present(proposal)


def _actor(request: HttpRequest) -> str:
    return f"staff:{request.user.pk}"


def _may_see(request: HttpRequest, proposal: Proposal) -> bool:
    # A value may hold personal data: it opens to those who decide on its kind, and to whoever wrote it.
    return proposal.proposer == _actor(request) or _may_decide(request, proposal)


def _may_decide(request: HttpRequest, proposal: Proposal) -> bool:
    kind = proposals.kind_of(proposal)
    return kind is not None and request.user.has_perm(kind.right.permission)


@needs(SEE_APPROVALS)
def one_approval(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: what changes, all that it says, and the two buttons for a second person."""
    proposal = approval.read(proposal_id)
    if proposal is None:
        raise Http404
    if not _may_see(request, proposal):
        kind = proposals.kind_of(proposal)
        return denied(request, kind.right if kind else SEE_APPROVALS)
    return _page(request, proposal)


def _page(request: HttpRequest, proposal: Proposal, problem: str = "", status: int = 200) -> HttpResponse:
    now = system_clock().now()
    row = Approval.objects.get(pk=proposal.id)
    people = staff.names([row.proposer, row.decider])
    shown = _shown(request, proposal, row, people, now)
    open_ = row.state == "proposed" and row.expires_at > now
    page = ApprovalPage(
        shown=shown,
        presented=_presented(proposal),
        value=json.dumps(proposal.value, ensure_ascii=False, indent=2, sort_keys=True),
        fingerprint=proposal.fingerprint,
        reason=str(REASONS.get(row.reason, row.reason)),
        may_decide=open_ and not shown.own and _may_decide(request, proposal),
        why_not=str(REFUSALS[Refusal.PROPOSER_CANNOT_DECIDE]) if open_ and shown.own else "",
        reasons=tuple(REASONS.items()),
    )
    return render(request, "kernel/approval.html", {"page": page, "problem": problem}, status=status)


@require_POST
@needs(SEE_APPROVALS)
def decide(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """`act=approve` makes the change at once; `act=reject` needs a reason from the list."""
    proposal = approval.read(proposal_id)
    kind = proposal and proposals.kind_of(proposal)
    if proposal is None or kind is None:
        raise Http404
    if not _may_decide(request, proposal) and proposal.proposer != _actor(request):
        return denied(request, kind.right)
    asked = {"approver": _actor(request), "fingerprint": request.POST.get("fingerprint", ""),
             "now": system_clock().now()}  # fmt: skip
    if request.POST.get("act") == "approve":
        return _approve(request, proposal, asked)
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        return _page(request, proposal, _("Choose why it is rejected."), 422)
    refusal = reject(proposal.id, reason=reason, **asked)
    return _done(request, proposal, refusal, _("Rejected: %(title)s") % {"title": kind.present(proposal).title})


def _approve(request: HttpRequest, proposal: Proposal, asked: dict[str, Any]) -> HttpResponse:
    try:
        outcome = proposals.agree(proposal, **asked)
    except BadInput as problem:
        words = _("It cannot be carried out as it stands: %(why)s") % {"why": problem}
        return _page(request, proposal, words, 422)
    refusal = outcome if isinstance(outcome, Refusal) else None
    return _done(request, proposal, refusal, "" if isinstance(outcome, Refusal) else outcome.words)


def _done(request: HttpRequest, proposal: Proposal, refusal: Refusal | None, words: str) -> HttpResponse:
    if refusal is not None:
        return _page(request, proposal, str(REFUSALS[refusal]), 409)
    messages.success(request, words, "allowed")
    return HttpResponseRedirect(reverse("approval", args=[proposal.id]))
