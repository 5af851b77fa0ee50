"""The borrower's page of people they named: who stands where, a link to forward, a name taken back. All optional."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.contacts import links, store
from kaopu.contacts.actions.judge_code import TypedCode, judge_code
from kaopu.contacts.actions.nominate import Invited, invite, nominate
from kaopu.contacts.actions.remove import remove
from kaopu.contacts.actions.send_code import CodeSent, send_people_code
from kaopu.contacts.core.contact_state import AGREED, WAITING, State
from kaopu.contacts.core.invitation import LinkKind, LinkState
from kaopu.contacts.core.nomination import LIVE_MAX, Refusal
from kaopu.contacts.core.one_time_code import CodePurpose, Verdict
from kaopu.contacts.core.relation import Relation
from kaopu.contacts.lender import lender
from kaopu.contacts.portal import drafts, words
from kaopu.contacts.portal.agree import CodePage, Option
from kaopu.contacts.portal.door import Problem, language, opened_by, show
from kaopu.contacts.portal.picture import Picture, picture
from kaopu.contacts.promise import Promise, promise
from kaopu.kernel.clock import system_clock
from kaopu.party import store as party
from kaopu.party.actions.add_point import add_point
from kaopu.party.actions.show_party import Refusal as RevealRefusal
from kaopu.party.actions.show_party import reveal
from kaopu.party.core.party import RevealReason
from kaopu.party.core.points import PointKind, Source

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link
    from kaopu.party.core.points import PointView

SIGNED_IN_SECONDS = 1_800
SHOWN = WAITING | AGREED | {State.REFUSED, State.DOES_NOT_KNOW, State.WITHDRAWN, State.EXPIRED}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody they named, by relation alone: we know no more before the person agreed, and show no more after."""

    id: int
    relation: str
    glyph: str
    tone: str
    state: str
    since: datetime
    may_forward: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The list. `may_add`: fewer than the most that is kept."""

    people: tuple[Person, ...]
    may_add: bool
    most: int


@dataclass(frozen=True, slots=True)
class AddPage:
    """What is asked of the borrower, what the other person is told, and two buttons of one size."""

    relations: tuple[Option, ...]
    shows_last_four: bool
    promise: Promise


@dataclass(frozen=True, slots=True)
class ForwardPage:
    """The link, as words to forward and as a picture to show."""

    address: str
    message: str
    picture: Picture
    check_code: str


def _signed_in(request: HttpRequest, link: Link) -> bool:
    until = drafts.load(request, link).get("until", 0)
    return bool(until > system_clock().now().timestamp())


@opened_by(LinkKind.PEOPLE)
def door(request: HttpRequest, link: Link) -> HttpResponse:
    """The list, once a code to the borrower's own number was typed; before that, only the offer to send one."""
    if not _signed_in(request, link):
        point = _own_point(link, system_clock().now())
        return show(request, "people_enter", point.masked_value if point else "")
    now = system_clock().now()
    views = [view for view in store.contacts_of(link.borrower_id, now) if view.state in SHOWN | {State.RECHECK_DUE}]
    live = sum(view.standing.state in WAITING | AGREED for view in views)
    return show(request, "people", PeoplePage(tuple(map(_person, views)), live < LIVE_MAX, LIVE_MAX))


@require_POST
@opened_by(LinkKind.PEOPLE)
def ask_code(request: HttpRequest, link: Link) -> HttpResponse:
    """Send a code to the number that the borrower gave themselves."""
    now, here = system_clock().now(), request.path.removesuffix("send")
    point = _own_point(link, now)
    if point is None:
        return show(request, "people_enter", "", problems=(Problem("send", _no_number()),), status=422)
    sent = send_people_code(link, point, language=language(), now=now)
    if not isinstance(sent, CodeSent):
        problems = (Problem("send", words.not_sent(sent)),)
        return show(request, "people_enter", point.masked_value, problems=problems, status=422)
    response = HttpResponseRedirect(f"{here}code")
    drafts.save(response, request, link, {"code": str(sent.code_id), "ticket": sent.ticket})
    return response


@opened_by(LinkKind.PEOPLE)
def code(request: HttpRequest, link: Link) -> HttpResponse:
    """The code; right, and the list opens for half an hour."""
    draft, here = drafts.load(request, link), request.path.removesuffix("code")
    if "code" not in draft:
        return HttpResponseRedirect(here)
    page = CodePage("", here, request.POST.get("code", "")[:20])
    if request.method != "POST":
        return show(request, "code", page)
    now = system_clock().now()
    outcome = judge_code(link, CodePurpose.PEOPLE, TypedCode(UUID(draft["code"]), draft["ticket"], page.typed), now=now)
    if isinstance(outcome, Verdict):
        problem = Problem("code", str(words.CODE_WRONG[outcome]))
        return show(request, "code", page, problems=(problem,), status=422)
    response = HttpResponseRedirect(here)
    drafts.save(response, request, link, {"until": now.timestamp() + SIGNED_IN_SECONDS})
    drafts.mark_device(response, request, link.borrower_id)
    return response


@opened_by(LinkKind.PEOPLE)
def add(request: HttpRequest, link: Link) -> HttpResponse:
    """Name one more, or skip: both are buttons of one size, and skipping changes nothing."""
    here = request.path.removesuffix("add")
    if not _signed_in(request, link) or request.POST.get("act") == "skip":
        return HttpResponseRedirect(here)
    relation, last_four = request.POST.get("relation", ""), request.POST.get("last_four") == "yes"
    page = _add_page(relation, shows_last_four=last_four)
    if request.method != "POST":
        return show(request, "people_add", page)
    if relation not in list(Relation):
        return show(
            request, "people_add", page, problems=(Problem("relation", _("Choose who they are to you.")),), status=422
        )
    outcome = nominate(
        link.borrower_id, Relation(relation), shows_last_four=last_four, actor=f"party:{link.borrower_id}",
        now=system_clock().now(),
    )  # fmt: skip
    if isinstance(outcome, Refusal):
        return show(request, "people_add", page, problems=(Problem("relation", _refused(outcome)),), status=422)
    return HttpResponseRedirect(f"{here}{outcome.contact_id}/link")


@opened_by(LinkKind.PEOPLE)
def forward(request: HttpRequest, link: Link, contact_id: int) -> HttpResponse:
    """The link of one contact; a press makes a new one, and the old one ends."""
    here = request.path.removesuffix(f"{contact_id}/link")
    view = store.contact(contact_id, system_clock().now())
    if not _signed_in(request, link) or view is None or view.borrower_id != link.borrower_id:
        return HttpResponseRedirect(here)
    now = system_clock().now()
    waiting = links.newest(contact_id, LinkKind.INVITATION)
    if request.method == "POST" or waiting is None or links.state(waiting, now) != LinkState.OPEN:
        outcome = invite(contact_id, actor=f"party:{link.borrower_id}", now=now)
        return HttpResponseRedirect(request.path if isinstance(outcome, Invited) else here)
    address = f"{lender().address or request.build_absolute_uri('/')[:-1]}/c/{links.token(waiting)}/"
    asked = _("Would you be my emergency contact? This page says what it means, and you decide: %(link)s")
    return show(
        request, "people_link", ForwardPage(address, asked % {"link": address}, picture(address), view.check_code)
    )


@require_POST
@opened_by(LinkKind.PEOPLE)
def take_out(request: HttpRequest, link: Link, contact_id: int) -> HttpResponse:
    """Remove one of the borrower's own contacts."""
    if _signed_in(request, link):
        remove(contact_id, link.borrower_id, actor=f"party:{link.borrower_id}", now=system_clock().now())
    return HttpResponseRedirect(request.path.removesuffix(f"{contact_id}/remove"))


def _person(view: store.ContactView) -> Person:
    glyph, tone, state = words.STATES[view.state]
    return Person(
        view.id, str(words.RELATIONS[Relation(view.relation)]), glyph, tone, str(state),
        view.standing.since or view.nominated_at, view.standing.state in WAITING | {State.EXPIRED},
        view.standing.state in WAITING | AGREED | {State.EXPIRED},
    )  # fmt: skip


def _add_page(relation: str, **more: Any) -> AddPage:
    options = tuple(Option(code, str(text), code == relation) for code, text in words.RELATIONS.items())
    return AddPage(options, promise=promise(), **more)


def _own_point(link: Link, now: datetime) -> PointView | None:
    """The borrower's own phone. Of one who came with the book, the number of the contract becomes a point first."""
    borrower_id = link.borrower_id
    live = [point for point in party.points(borrower_id) if point.kind == PointKind.PHONE and not point.ended_at]
    if not live and party.masked([borrower_id])[borrower_id].phone:
        actor = f"link:{link.pk}"
        shown = reveal(borrower_id, reason=RevealReason.CUSTOMER_REQUEST, actor=actor, now=now)
        if not isinstance(shown, RevealRefusal) and shown.phone:
            add_point(borrower_id, PointKind.PHONE, shown.phone, Source.CONTRACT, actor=actor, now=now)
            live = [point for point in party.points(borrower_id) if point.kind == PointKind.PHONE]
    return live[0] if live else None


def _no_number() -> str:
    return _("We have no number of yours to send a code to. Please ring us.")


def _refused(outcome: Refusal) -> str:
    if outcome == Refusal.ENOUGH_CONTACTS:
        return _("You have named enough people. Remove one before you add another.")
    return _("This did not work. Please ring us.")
