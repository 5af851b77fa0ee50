"""After a no or a withdrawal: what happens now, and for ten minutes the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.contacts import store
from kaopu.contacts.core.invitation import LinkKind
from kaopu.contacts.portal import drafts
from kaopu.contacts.portal.door import show
from kaopu.kernel.clock import system_clock

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link


@dataclass(frozen=True, slots=True)
class EndedPage:
    """What is deleted, said before it is. `may_undo`: this browser may still take the word back."""

    undo_until: datetime | None
    may_undo: bool
    holds_number: bool
    may_say_never: bool


def ended(request: HttpRequest, link: Link) -> HttpResponse:
    """The page; the same for everybody else who holds the link, but for the way back."""
    now = system_clock().now()
    view = store.contact(link.contact_id, now)
    until = view.standing.undo_until() if view else None
    mine = drafts.load(request, link, drafts.UNDO).get("undo") == link.contact_id
    held = bool(view and view.party_id)
    page = EndedPage(until, bool(until and now < until and mine), held, link.kind == LinkKind.INVITATION and not held)
    return show(request, "ended", page)
