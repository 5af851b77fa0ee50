"""Outreach to contacts, place by place: off until two people turned it on, and off again at one person's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.conduct.actions.switch_outreach import PROPOSAL_KIND, propose_switch_on, switch_off
from kaopu.conduct.console import words
from kaopu.conduct.console.rights import SEE_PERMITS, SWITCH_OUTREACH
from kaopu.conduct.models import JURISDICTIONS, OutreachSwitch
from kaopu.conduct.store import switched_on
from kaopu.kernel import approval
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

REASON_LENGTH_MAX = 120


@dataclass(frozen=True, slots=True)
class Place:
    """One jurisdiction. `since` and the people are of the last change."""

    code: str
    words: str
    on: bool
    since: datetime | None
    by: str
    approver: str
    reason: str
    waiting: UUID | None


@dataclass(frozen=True, slots=True)
class SwitchesPage:
    """The switches as shown."""

    answer: str
    places: tuple[Place, ...]
    may_switch: bool
    error: str
    error_place: str
    reason: str


@needs(SEE_PERMITS)
def switches(request: HttpRequest) -> HttpResponse:
    """Where contacts may be reached, since when and by whose leave."""
    return _show(request)


@require_POST
@needs(SWITCH_OUTREACH)
def switch(request: HttpRequest, jurisdiction: str) -> HttpResponse:
    """Turn it off at once, or ask a second person to turn it on. Both take a reason."""
    reason, now, actor = request.POST.get("reason", "").strip(), system_clock().now(), f"staff:{request.user.pk}"
    if not reason or len(reason) > REASON_LENGTH_MAX:
        return _show(request, error=_("Say why, in 120 characters at most."), place=jurisdiction)
    try:
        if request.POST.get("to") == "off":
            switch_off(jurisdiction, reason=reason, actor=actor, now=now)
            messages.success(request, _("Off. Nobody's contacts are reached there any more."))
        else:
            propose_switch_on(jurisdiction, reason=reason, actor=actor, now=now)
            messages.success(request, _("Proposed. Another person decides under Approvals."))
    except BadInput as wrong:
        return _show(request, error=str(wrong), place=jurisdiction)
    return HttpResponseRedirect(reverse("conduct_switches"))


def _show(request: HttpRequest, *, error: str = "", place: str = "") -> HttpResponse:
    now = system_clock().now()
    on = switched_on(now)
    waiting = {each.value["jurisdiction"]: each.id for each in approval.waiting(now, PROPOSAL_KIND)}
    page = SwitchesPage(
        answer=_answer(on),
        places=tuple(_place(code, code in on, waiting.get(code)) for code in JURISDICTIONS),
        may_switch=request.user.has_perm(SWITCH_OUTREACH.permission),
        error=error,
        error_place=place,
        reason=request.POST.get("reason", "") if error else "",
    )
    return render(request, "conduct/switches.html", {"page": page}, status=422 if error else 200)


def _answer(on: list[str]) -> str:
    if not on:
        return _("Contacts are reached nowhere: outreach is off in every place.")
    named = _(", ").join(words.word(words.JURISDICTIONS, code) for code in on)
    return _("Contacts may be reached in: %(places)s.") % {"places": named}


def _place(code: str, on: bool, waiting: UUID | None) -> Place:  # noqa: FBT001 - its one state
    row = OutreachSwitch.objects.filter(jurisdiction=code).order_by("-id").first()
    return Place(
        code, words.word(words.JURISDICTIONS, code), on, row.at if row else None, row.by if row else "",
        row.approver if row else "", row.reason if row else "", waiting,
    )  # fmt: skip
