"""The invitation: who asks, what for, what never, and three answers that weigh the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.contacts import store
from kaopu.contacts.actions.open_invitation import open_invitation
from kaopu.contacts.actions.refuse import refuse
from kaopu.contacts.actions.undo import undo
from kaopu.contacts.core.contact_state import WhyNot
from kaopu.contacts.core.invitation import LinkKind, LinkState
from kaopu.contacts.links import state
from kaopu.contacts.portal import drafts, own
from kaopu.contacts.portal.door import Problem, opened_by, show
from kaopu.contacts.portal.ended import ended
from kaopu.contacts.portal.naming import borrower_words, last_four
from kaopu.contacts.promise import Promise, promise
from kaopu.kernel.clock import system_clock

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link

ANSWERS = ("yes", "no", "unknown")


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """What the person needs to decide. No figure, no date and no word of why somebody names a contact."""

    who: str
    last_four: str
    check_code: str
    promise: Promise


@opened_by(LinkKind.INVITATION, LinkKind.OWN, used=True)
def door(request: HttpRequest, link: Link) -> HttpResponse:
    """What a link shows: the invitation, what came of it, or the person's own page."""
    now = system_clock().now()
    if link.kind == LinkKind.OWN:
        return own.own_page(request, link)
    view = store.contact(link.contact_id, now)
    if view is None or view.standing.said_no:
        return ended(request, link)
    if state(link, now) == LinkState.USED:
        return show(request, "answered", None)
    # Only a browser's own navigation counts: previews in messengers fetch the address too.
    if request.headers.get("Sec-Fetch-Dest") == "document":
        open_invitation(view.id, now=now)
    return invitation_page(request, link)


def invitation_page(
    request: HttpRequest, link: Link, problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    """The question itself."""
    page = InvitationPage(borrower_words(link.contact), last_four(link.contact), link.contact.check_code, promise())
    return show(request, "invitation", page, problems=problems, status=status)


@require_POST
@opened_by(LinkKind.INVITATION)
def answer(request: HttpRequest, link: Link) -> HttpResponse:
    """Yes goes on to the choices; no and "I do not know them" are final, here and now."""
    now, given = system_clock().now(), request.POST.get("answer")
    if given not in ANSWERS:
        return invitation_page(request, link, (Problem("answer", _("Choose one of the three answers.")),), 422)
    open_invitation(link.contact_id, now=now)
    here = request.path.removesuffix("answer")
    if given == "yes":
        return HttpResponseRedirect(f"{here}choices")
    outcome = refuse(link.contact_id, knows_borrower=given == "no", now=now)
    response = HttpResponseRedirect(here)
    if not isinstance(outcome, WhyNot):
        # Whoever holds the same link, the borrower too, can't undo what was said on this device.
        drafts.save(response, request, link, {"undo": link.contact_id}, drafts.UNDO)
    return response


@require_POST
@opened_by(LinkKind.INVITATION, LinkKind.OWN)
def take_back(request: HttpRequest, link: Link) -> HttpResponse:
    """Undo a no, on the device that said it, within ten minutes."""
    if drafts.load(request, link, drafts.UNDO).get("undo") == link.contact_id:
        undo(link.contact_id, now=system_clock().now())
    return HttpResponseRedirect(request.path.removesuffix("undo"))
