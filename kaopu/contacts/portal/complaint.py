"""Something was wrong: what it was, in one's own words, and by when there is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kaopu.contacts.actions.complain import Complained
from kaopu.contacts.actions.complain import complain as take_in
from kaopu.contacts.core.complaint import WORDS_MAX, About
from kaopu.contacts.core.invitation import LinkKind
from kaopu.contacts.portal import words
from kaopu.contacts.portal.agree import Option
from kaopu.contacts.portal.door import Problem, opened_by, show
from kaopu.kernel.clock import system_clock

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """The form, and once it was sent, its number and the day of the answer."""

    abouts: tuple[Option, ...]
    typed: str
    done: Complained | None = None


@opened_by(LinkKind.INVITATION, LinkKind.OWN, used=True)
def complain(request: HttpRequest, link: Link) -> HttpResponse:
    """From any link of a contact, answered or not."""
    about, typed = request.POST.get("about", ""), request.POST.get("words", "")[:WORDS_MAX]
    page = ComplaintPage(tuple(Option(code, str(text), code == about) for code, text in words.ABOUT.items()), typed)
    if request.method != "POST":
        return show(request, "complaint", page)
    if about not in list(About):
        return show(request, "complaint", page, problems=(Problem("about", _("Choose what it is about.")),), status=422)
    done = take_in(link.contact_id, About(about), typed, now=system_clock().now())
    return show(request, "complaint", ComplaintPage((), "", done))
