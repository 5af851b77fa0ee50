"""The contact's own page: what is held, who reached them, and one button that ends it all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.contacts import reached, store
from kaopu.contacts.actions import verify as verifying
from kaopu.contacts.actions.change_choices import change_choices
from kaopu.contacts.actions.judge_code import TypedCode
from kaopu.contacts.actions.send_code import CodeSent, send_code
from kaopu.contacts.actions.verify import verify
from kaopu.contacts.actions.withdraw import withdraw
from kaopu.contacts.core.contact_state import State, WhyNot
from kaopu.contacts.core.held_data import HeldItem, held_items
from kaopu.contacts.core.invitation import LinkKind
from kaopu.contacts.core.one_time_code import CodePurpose, Verdict
from kaopu.contacts.portal import agree, drafts, words
from kaopu.contacts.portal.door import Problem, for_agreed, language, opened_by, show
from kaopu.contacts.portal.ended import ended
from kaopu.contacts.portal.naming import borrower_words
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.party import store as party
from kaopu.party.core.points import PointKind

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.models import Link
    from kaopu.contacts.store import ContactView


WAYS = {**words.CHANNELS, **words.OTHER_CHANNELS}


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One thing that is held, in words."""

    what: str
    value: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ReachedLine:
    """One attempt to reach the person."""

    at: datetime
    local: str
    how: str
    why: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """All that there is about the person."""

    who: str
    held: tuple[HeldLine, ...]
    reached: tuple[ReachedLine, ...]
    has_second_way: bool
    recheck_due: bool
    saved: bool


def own_page(request: HttpRequest, link: Link) -> HttpResponse:
    """Shown by the door, for a link of this kind."""
    now = system_clock().now()
    view = store.contact(link.contact_id, now)
    if view is None or not view.agreed:
        return ended(request, link)
    page = OwnPage(
        who=borrower_words(link.contact),
        held=_held(view),
        reached=_reached(view, now),
        has_second_way=view.standing.state == State.VERIFIED,
        recheck_due=view.state == State.RECHECK_DUE,
        saved=request.GET.get("saved") == "1",
    )
    return show(request, "own", page)


@require_POST
@opened_by(LinkKind.OWN)
def stop(request: HttpRequest, link: Link) -> HttpResponse:
    """One tap: withdrawn, at once and everywhere."""
    outcome = withdraw(link.contact_id, actor=f"contact:{link.contact_id}", now=system_clock().now())
    response = HttpResponseRedirect(request.path.removesuffix("stop"))
    if not isinstance(outcome, WhyNot):
        drafts.save(response, request, link, {"undo": link.contact_id}, drafts.UNDO)
    return response


@opened_by(LinkKind.OWN)
@for_agreed
def change(request: HttpRequest, link: Link) -> HttpResponse:
    """Other channels, hours or language."""
    here = request.path.removesuffix("change")
    if request.method != "POST":
        known = store.choices(link.contact_id)
        now_chosen = (
            {"channels": known[0].channels, "hours": known[0].hours, "language": known[0].language} if known else {}
        )
        return show(request, "choices", agree.choices_page(now_chosen, changing=True))
    chosen, problems = agree.read_choices(request)
    if problems:
        page = agree.choices_page(chosen, changing=True)
        return show(request, "choices", page, problems=problems, status=422)
    change_choices(link.contact_id, agree.as_choices(chosen), proof=f"link:{link.pk}", now=system_clock().now())
    return HttpResponseRedirect(f"{here}?saved=1")


@opened_by(LinkKind.OWN)
@for_agreed
def second(request: HttpRequest, link: Link) -> HttpResponse:
    """A second, independent way: an e-mail address."""
    here = request.path.removesuffix("second")
    page = agree.NumberPage(
        _("A second way to reach you"),
        _("If your number changes, we can ask you here whether you are still the contact. We send one code to it."),
        here, request.POST.get("number", "")[:120], "email",
        _("We keep it only once you have entered the code."),
    )  # fmt: skip
    if request.method != "POST":
        return show(request, "number", page)
    now = system_clock().now()
    sent = send_code(link, CodePurpose.SECOND, PointKind.EMAIL, page.typed, language=language(), now=now)
    if not isinstance(sent, CodeSent):
        return show(request, "number", page, problems=(Problem("number", words.not_sent(sent)),), status=422)
    response = HttpResponseRedirect(f"{here}second-code")
    drafts.save(response, request, link, {"code": str(sent.code_id), "ticket": sent.ticket})
    return response


@opened_by(LinkKind.OWN)
@for_agreed
def second_code(request: HttpRequest, link: Link) -> HttpResponse:
    """The code that came to the second way."""
    draft, here = drafts.load(request, link), request.path.removesuffix("second-code")
    if "code" not in draft:
        return HttpResponseRedirect(f"{here}second")
    page = agree.CodePage("", f"{here}second", request.POST.get("code", "")[:20])
    if request.method != "POST":
        return show(request, "code", page)
    typed = TypedCode(UUID(draft["code"]), draft["ticket"], page.typed)
    outcome = verify(link, PointKind.EMAIL, typed, now=system_clock().now())
    if isinstance(outcome, Verdict | verifying.Refusal | WhyNot):
        return show(request, "code", page, problems=(Problem("code", _why(outcome)),), status=422)
    response = HttpResponseRedirect(f"{here}?saved=1")
    drafts.clear(response, request)
    return response


def _why(outcome: Verdict | verifying.Refusal | WhyNot) -> str:
    if isinstance(outcome, Verdict):
        return str(words.CODE_WRONG[outcome])
    return _("We have this address already. Another one is needed.")


def _held(view: ContactView) -> tuple[HeldLine, ...]:
    ways = tuple(
        (point.masked_value, point.created_at)
        for point in sorted(party.points(view.party_id or 0), key=lambda point: point.kind != "phone")
        if point.ended_at is None
    )
    chosen = store.choices(view.id)
    # Consents are the person's, whoever named them: what was narrowed with one borrower is shown with all.
    allowed = {each.channel for each in party.consents(view.party_id or 0) if each.withdrawn_at is None}
    if chosen and (still := tuple(channel for channel in chosen[0].channels if channel in allowed)):
        chosen = replace(chosen[0], channels=still), chosen[1]
    agreed_at = store.agreed_at(view.id) or view.nominated_at
    items = held_items(view.relation, agreed_at, chosen[0] if chosen else None, chosen[1] if chosen else None, ways)
    return tuple(HeldLine(str(words.HELD[item.what]), _value(item), item.since) for item in items)


def _value(item: HeldItem) -> str:
    named = {
        "channels": lambda: _(", ").join(str(words.CHANNELS[code]) for code in item.value.split(",")),
        "hours": lambda: str(words.HOURS[item.value]),
        "language": lambda: words.LANGUAGES[item.value],
        "relation": lambda: str(words.RELATIONS[item.value]),
        "agreement": lambda: _("yes, with a code to your number"),
    }
    return named[item.what]() if item.what in named else item.value


def _reached(view: ContactView, now: datetime) -> tuple[ReachedLine, ...]:
    zone = ZoneInfo(party.person_facts(view.party_id or 0).timezone or "UTC")
    return tuple(
        ReachedLine(each.at, _local(each.at, zone), str(WAYS[each.channel]), str(words.PURPOSES[each.purpose]))
        for each in reached.attempts(view, now)
        if each.outcome != "inbound"
    )


def _local(at: datetime, zone: ZoneInfo) -> str:
    here = at.astimezone(zone)
    return f"{figures.day(here.date())} {here:%H:%M}"
