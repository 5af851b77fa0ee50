"""A call in an agent's hands: the number, what to say, and the outcome, which takes effect at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kaopu.conduct.console import words
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.outreach import addresses, store
from kaopu.outreach.actions.end_call import CallOutcome, Refusal, end_call
from kaopu.outreach.console.rights import MAKE_CALLS
from kaopu.outreach.models import Message

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

OUTCOMES: dict[CallOutcome, Any] = {
    CallOutcome.TALKED: gettext_lazy("talked"),
    CallOutcome.NO_ANSWER: gettext_lazy("no answer"),
    CallOutcome.WRONG_NUMBER: gettext_lazy("wrong number"),
    CallOutcome.ASKED_TO_STOP: gettext_lazy("asked to stop"),
    CallOutcome.HARD_TIMES: gettext_lazy("hard times"),
    CallOutcome.DISPUTES: gettext_lazy("disputes it"),
    CallOutcome.MESSAGE_LEFT: gettext_lazy("message left"),
    CallOutcome.NOT_IN_SERVICE: gettext_lazy("number not in service"),
}


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call as shown. `number` is there for who made it, until the outcome."""

    row: Message
    number: str
    script: tuple[str, ...]
    purpose: str
    role: str
    ended: str
    choices: tuple[tuple[int, str, str], ...]


@needs(MAKE_CALLS)
def call(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The call of the agent who got its permit; nobody else sees the number."""
    row = Message.objects.filter(pk=message_id, carrier="agent", by=f"staff:{request.user.pk}").first()
    if row is None:
        raise Http404
    ended = row.steps.filter(state__in=list(CallOutcome)).values_list("state", flat=True).first()
    address = None if ended else addresses.open_address(row.point, actor=row.by, now=system_clock().now())
    page = CallPage(
        row=row,
        number=address.value if address else "",
        script=tuple((store.body_of(row) or "").split("\n\n")[1:]),
        purpose=words.word(words.PURPOSES, row.purpose),
        role=words.word(words.ROLES, row.role),
        ended=str(OUTCOMES[CallOutcome(ended)]) if ended else "",
        choices=tuple((n, code.value, str(said)) for n, (code, said) in enumerate(OUTCOMES.items(), 1)),
    )
    response = render(request, "outreach/call.html", {"page": page})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs(MAKE_CALLS)
def call_end(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The outcome: counted, told, obeyed."""
    if not Message.objects.filter(pk=message_id, carrier="agent", by=f"staff:{request.user.pk}").exists():
        raise Http404
    if request.POST.get("outcome") not in set(CallOutcome):
        messages.error(request, _("Choose what came of the call."))
        return HttpResponseRedirect(reverse("outreach_call", args=[message_id]))
    outcome = CallOutcome(request.POST["outcome"])
    refusal = end_call(message_id, outcome, actor=f"staff:{request.user.pk}", now=system_clock().now())
    if refusal is Refusal.ALREADY_ENDED:
        messages.info(request, _("This call was ended already."))
    else:
        messages.success(request, _("Recorded: %(outcome)s.") % {"outcome": OUTCOMES[outcome]})
    return HttpResponseRedirect(reverse("outreach_call", args=[message_id]))
