"""The life of a version on its page: waive or propose, schedule, retire, roll back; stop at once, and ask to go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.decision.actions.place_policy import roll_back, schedule, stop_policy
from kaopu.decision.actions.propose_policy import PROPOSAL_KIND, RESUME_KIND, propose_policy, propose_resume
from kaopu.decision.actions.register_policy import record_backtest
from kaopu.decision.console import policy_shelf as shelf
from kaopu.decision.console import policy_words as words
from kaopu.decision.console.backtest_words import summary
from kaopu.decision.console.policy_rights import PROPOSE_POLICY, STOP_POLICY
from kaopu.decision.models import Policy, PolicyVersion
from kaopu.decision.policy_store import is_stopped
from kaopu.kernel import approval
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.kernel.console.staff import names
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

REASON_MOST = 120


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the version's life."""

    words: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Life:
    """Where the version stands, and what may be done with it now."""

    version: int
    state: str
    state_words: str
    tone: str
    stopped: bool
    steps: tuple[StepLine, ...]
    may_waive: bool
    may_propose: bool
    may_schedule: bool
    may_roll_back: bool
    may_stop: bool
    may_resume: bool
    waits: UUID | None
    today: str


def life_of(request: HttpRequest, kept: shelf.Kept, versions: tuple[shelf.Kept, ...], now: datetime) -> Life:
    """The card beside the studio."""
    policy = Policy.objects.filter(name=kept.name).first()
    stopped = is_stopped(None) or (policy is not None and is_stopped(policy))
    steps = list(PolicyVersion.objects.get(pk=kept.id).steps.order_by("-id")) if kept.id else []
    people = names({step.actor for step in steps})
    maker, stopper = (request.user.has_perm(right.permission) for right in (PROPOSE_POLICY, STOP_POLICY))
    waits = _waiting(kept, policy, now)
    tone, state_words = words.state(kept.state)
    return Life(
        version=kept.number,
        state=kept.state,
        state_words=state_words,
        tone=tone,
        stopped=stopped,
        steps=tuple(
            StepLine(words.state(step.state)[1], people.get(step.actor, step.actor), step.at, _note(step.details))
            for step in steps
        ),
        may_waive=maker and kept.state == "checked",
        may_propose=maker and kept.state in {"back-tested", "proposed"} and waits is None,
        may_schedule=maker and kept.state == "approved",
        may_roll_back=maker and kept.state == "live" and len(versions) > 1,
        may_stop=stopper and policy is not None and not is_stopped(policy),
        may_resume=maker and policy is not None and is_stopped(policy) and waits is None,
        waits=waits,
        today=now.date().isoformat(),
    )


def _waiting(kept: shelf.Kept, policy: Policy | None, now: datetime) -> UUID | None:
    for one in approval.waiting(now):
        if one.kind == PROPOSAL_KIND and one.value["version"] == kept.id:
            return one.id
        if one.kind == RESUME_KIND and policy is not None and one.value["policy"] == policy.pk:
            return one.id
    return None


def _note(details: dict[str, Any]) -> str:
    if "waiver" in details or "result" in details:
        return summary(details)
    return str(details.get("reason", ""))


@require_POST
@needs(PROPOSE_POLICY)
def policy_step(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """`act`: waive, propose, schedule, roll-back or resume."""
    version = PolicyVersion.objects.select_related("policy").filter(policy__name=name, number=number).first()
    if version is None:
        raise Http404
    actor, now = f"staff:{request.user.pk}", system_clock().now()
    reason = request.POST.get("reason", "").strip()[:REASON_MOST]
    back = f"{reverse('policy', args=[name])}?version={number}"
    try:
        back, done = _stepped(
            version, request.POST.get("act", ""), reason, request.POST.get("on", ""), actor, now, back
        )
        messages.success(request, done, "allowed")
    except BadInput as wrong:
        messages.error(request, str(wrong), "refused")
    return HttpResponseRedirect(back)


def _stepped(  # noqa: PLR0917 - one act with what was typed
    version: PolicyVersion, act: str, reason: str, on: str, actor: str, now: datetime, back: str
) -> tuple[str, str]:
    if act in {"waive", "roll-back", "resume"} and not reason:
        raise BadInput(_("Enter a reason."))
    if act == "waive":
        record_backtest(version, actor=actor, now=now, waiver=reason)
        return back, _("Kept: no back-test, with your reason. The version may be proposed.")
    if act == "propose":
        made = propose_policy(version, actor=actor, now=now)
        return reverse("approval", args=[made]), _("Proposed. It takes effect once another person approves it.")
    if act == "schedule":
        day = _day(on)
        row = schedule(version, actor=actor, now=now, valid_from=day, replace=True)
        live = row.valid_from <= now
        return back, _("The version decides from now on.") if live else _("Scheduled. It decides from that day on.")
    if act == "roll-back":
        row = roll_back(version.policy, reason=reason, actor=actor, now=now)
        return back, _("Version %(n)d decides again from now on.") % {"n": row.version.number}
    if act == "resume":
        made = propose_resume(version.policy, reason=reason, actor=actor, now=now)
        return reverse("approval", args=[made]), _("Proposed. It takes effect once another person approves it.")
    raise BadInput(_("Choose what to do."))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise BadInput(_("Enter a real date.")) from wrong


@require_POST
@needs(STOP_POLICY)
def policy_stop(request: HttpRequest, name: str) -> HttpResponse:
    """The kill switch: confirmed with a box and a reason, it works at once."""
    policy = Policy.objects.filter(name=name).first()
    if policy is None:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:REASON_MOST]
    if not reason or request.POST.get("sure") != "yes":
        messages.error(request, _("Enter a reason and confirm that every decision is to be referred."), "refused")
        return HttpResponseRedirect(reverse("policy", args=[name]))
    try:
        stop_policy(policy, reason=reason, actor=f"staff:{request.user.pk}", now=system_clock().now())
        messages.success(request, _("Stopped. Every decision of this policy is referred from now on."), "refer")
    except BadInput as wrong:
        messages.error(request, str(wrong), "refused")
    return HttpResponseRedirect(reverse("policy", args=[name]))
