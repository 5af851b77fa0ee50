"""The number typed again: back to one's own page, still right after half a year, or never to be named by anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from kaopu.contacts.actions import verify as verifying
from kaopu.contacts.actions.judge_code import TypedCode
from kaopu.contacts.actions.refuse import never_again
from kaopu.contacts.actions.send_code import CodeSent, send_code
from kaopu.contacts.actions.verify import enter, recheck
from kaopu.contacts.core.contact_state import WhyNot
from kaopu.contacts.core.invitation import LinkKind
from kaopu.contacts.core.one_time_code import CodePurpose, Verdict
from kaopu.contacts.portal import drafts, words
from kaopu.contacts.portal.agree import CodePage, NumberPage
from kaopu.contacts.portal.door import Problem, for_agreed, language, opened_by, show
from kaopu.kernel.clock import system_clock
from kaopu.party.core.points import PointKind

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link


ACTS = {"never": never_again, "enter": enter, "recheck": recheck}


@dataclass(frozen=True, slots=True)
class Way:
    """One reason to type a number here."""

    name: str
    purpose: CodePurpose
    heading: str
    why: str


def _way(name: str) -> Way:
    if name == "never":
        return Way(
            name, CodePurpose.NEVER_AGAIN, _("So that nobody can name you"),
            _("We send one code to your number. Then we keep a fingerprint of it that nobody can read, and no more."),
        )  # fmt: skip
    if name == "recheck":
        return Way(
            name, CodePurpose.RECHECK, _("Is your number still right?"),
            _("Type the number that you agreed with. We send one code to it."),
        )  # fmt: skip
    return Way(
        name, CodePurpose.ENTER, _("Back to your own page"),
        _("Type the number that you agreed with. We send one code to it."),
    )  # fmt: skip


@opened_by(LinkKind.INVITATION, used=True)
def number(request: HttpRequest, link: Link, way: str) -> HttpResponse:
    """The number, for the way back or for "nobody shall name me"."""
    return _number(request, link, way)


@opened_by(LinkKind.INVITATION, used=True)
def code(request: HttpRequest, link: Link, way: str) -> HttpResponse:
    """The code, and what it opens or closes."""
    return _code(request, link, way)


@opened_by(LinkKind.OWN)
@for_agreed
def own_number(request: HttpRequest, link: Link) -> HttpResponse:
    """The number once more, half a year later."""
    return _number(request, link, "recheck")


@opened_by(LinkKind.OWN)
@for_agreed
def own_code(request: HttpRequest, link: Link) -> HttpResponse:
    """The code that says it is still right."""
    return _code(request, link, "recheck")


def _number(request: HttpRequest, link: Link, way: str) -> HttpResponse:
    chosen, here = _way(way), request.path.removesuffix(way)
    page = NumberPage(chosen.heading, chosen.why, here, request.POST.get("number", "")[:40])
    if request.method != "POST":
        return show(request, "number", page)
    now = system_clock().now()
    sent = send_code(link, chosen.purpose, PointKind.PHONE, page.typed, language=language(), now=now)
    if not isinstance(sent, CodeSent):
        return show(request, "number", page, problems=(Problem("number", words.not_sent(sent)),), status=422)
    response = HttpResponseRedirect(f"{here}{way}-code")
    drafts.save(response, request, link, {"code": str(sent.code_id), "ticket": sent.ticket})
    return response


def _code(request: HttpRequest, link: Link, way: str) -> HttpResponse:
    draft, here = drafts.load(request, link), request.path.removesuffix(f"{way}-code")
    if "code" not in draft:
        return HttpResponseRedirect(f"{here}{way}")
    page = CodePage("", f"{here}{way}", request.POST.get("code", "")[:20])
    if request.method != "POST":
        return show(request, "code", page)
    typed = TypedCode(UUID(draft["code"]), draft["ticket"], page.typed)
    outcome = ACTS[way](link, typed, now=system_clock().now())
    if isinstance(outcome, Verdict | verifying.Refusal | WhyNot):
        return show(request, "code", page, problems=(Problem("code", _why(outcome)),), status=422)
    # `enter` alone answers with a token.
    leads_to = f"/c/{outcome}/" if isinstance(outcome, str) else f"{here}?saved=1"
    response = show(request, "never", None) if way == "never" else HttpResponseRedirect(leads_to)
    drafts.clear(response, request)
    return response


def _why(outcome: Verdict | verifying.Refusal | WhyNot) -> str:
    if isinstance(outcome, Verdict):
        return str(words.CODE_WRONG[outcome])
    return _("This is not the number that was used with this link.")
