"""One lost-contact episode: is this person truly lost, and what is the least intrusive lawful next step?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kaopu.conduct.console import words as permit_words
from kaopu.contacts.actions.close_episode import close_episode
from kaopu.contacts.actions.next_step import NextStep, next_step, preview_step
from kaopu.contacts.actions.note_step import note_step
from kaopu.contacts.actions.take_way import take_way
from kaopu.contacts.console import episode_words as words
from kaopu.contacts.console.rights import SEE_EPISODES, WORK_EPISODES
from kaopu.contacts.core.episode import End, NextAct, Step
from kaopu.contacts.lender import MAINLAND_TIME
from kaopu.contacts.models import Episode
from kaopu.decision.console import policy_words
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.outreach.actions.send_message import Refused
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.episode_ways import Offered

ZONE = ZoneInfo(MAINLAND_TIME)


@dataclass(frozen=True, slots=True)
class WayLine:
    """One way as shown. `key` says which to the form; `best` is the policy's choice."""

    key: str
    own: bool
    who: str
    channel: str
    point: str
    tone: str
    sign: str
    verdict: str
    rules: str
    earliest: str
    tried: int
    best: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what happened."""

    at: str
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class EpisodePage:
    """The page's facts."""

    row: Episode
    name: str
    answer: str
    act: str
    reasons: tuple[str, ...]
    tone: str
    sign: str
    ways: tuple[WayLine, ...]
    told: tuple[Told, ...]
    evidence: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]
    ends: tuple[tuple[str, str], ...]
    contacts: tuple[tuple[int, str], ...]
    may_work: bool


@needs(SEE_EPISODES)
def episode(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """The case. Looking at it counts nothing and decides nothing."""
    row = _row(episode_id)
    now = system_clock().now()
    page = _page(row, preview_step(row, now) if row.closed_at is None else None, now, request)
    return render(request, "contacts/episode.html", {"page": page})


@require_POST
@needs(WORK_EPISODES)
def episode_way(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Take one way: the decision is recorded, the permit asked for at this moment."""
    row, clock = _row(episode_id), system_clock()
    back = HttpResponseRedirect(reverse("contact_episode", args=[episode_id]))
    if row.closed_at is not None:
        messages.info(request, _("This episode is closed."))
        return back
    actor = f"staff:{request.user.pk}"
    found = next_step(row, clock=clock, actor=actor)
    chosen = next((each for each in found.ways if _key(each) == request.POST.get("way")), None)
    if chosen is None:
        messages.error(request, _("This way is not there any more: the person may have withdrawn."))
        return back
    sent = take_way(row, chosen, actor=actor, now=clock.now(), clock=clock)
    if isinstance(sent, Refused):
        messages.error(request, _("Not now: %(why)s.") % {"why": ", ".join(sent.why)})
        return back
    if sent.carrier == "agent":
        return HttpResponseRedirect(reverse("outreach_call", args=[sent.message_id]))
    messages.success(request, _("Sent."))
    return back


@require_POST
@needs(WORK_EPISODES)
def episode_note(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Write down what a contact said, or that a source was asked."""
    step, person = request.POST.get("step", ""), request.POST.get("person", "")
    if step not in {str(each) for each in words.NOTED}:
        messages.error(request, _("Choose what happened."))
    elif note_step(
        episode_id, Step(step), actor=f"staff:{request.user.pk}", now=system_clock().now(),
        person=int(person) if person.isdecimal() else None,
    ):  # fmt: skip
        messages.success(request, _("Written down."))
    else:
        messages.info(request, _("This episode is closed."))
    return HttpResponseRedirect(reverse("contact_episode", args=[episode_id]))


@require_POST
@needs(WORK_EPISODES)
def episode_close(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """End it, with an outcome."""
    end = request.POST.get("end", "")
    if end not in set(End):
        messages.error(request, _("Choose how it ends."))
    elif close_episode(episode_id, End(end), actor=f"staff:{request.user.pk}", now=system_clock().now()):
        messages.success(request, _("Closed. No contact is asked any more."))
    return HttpResponseRedirect(reverse("contact_episode", args=[episode_id]))


def _row(episode_id: UUID) -> Episode:
    row = Episode.objects.filter(pk=episode_id).first()
    if row is None:
        raise Http404
    return row


def _page(row: Episode, step: NextStep | None, now: datetime, request: HttpRequest) -> EpisodePage:
    name = party.masked([row.borrower_id])[row.borrower_id].name or f"party:{row.borrower_id}"
    ways = tuple(_way(each, step) for each in step.ways) if step else ()
    calm = step is not None and step.act in {NextAct.OWN_POINT, NextAct.ASK_CONTACT}
    return EpisodePage(
        row=row,
        name=name,
        answer=_answer(row, now),
        act=words.word(words.ACTS, step.act) if step else words.word(words.ENDS, row.end),
        reasons=_reasons(step),
        tone="allowed" if calm else "refer" if step else "info",
        sign="✓" if calm else "?" if step else "●",
        ways=ways,
        told=_told(row),
        evidence=tuple((rule, why) for rule, _verdict, why in row.evidence),
        notes=tuple((str(each), words.word(words.STEPS, each)) for each in words.NOTED),
        ends=tuple((str(end), str(said)) for end, said in words.ENDS.items()),
        contacts=_contacts(step),
        may_work=row.closed_at is None and request.user.has_perm(WORK_EPISODES.permission),
    )


def _answer(row: Episode, now: datetime) -> str:
    days = ((row.closed_at or now) - row.opened_at).days + 1
    late = ngettext("%(n)s day late when it was opened", "%(n)s days late when it was opened", row.days_past_due)
    return _("Day %(day)s · %(late)s") % {"day": days, "late": late % {"n": row.days_past_due}}


def _reasons(step: NextStep | None) -> tuple[str, ...]:
    if step is None:
        return ()
    return tuple(policy_words.reason(code, step.manifest) for code in step.reasons)


def _contacts(step: NextStep | None) -> tuple[tuple[int, str], ...]:
    if step is None:
        return ()
    people = sorted({each.way.person for each in step.ways if not each.way.own})
    names = party.masked(people)
    return tuple((person, names[person].name or _("contact %(n)s") % {"n": person}) for person in people)


def _way(each: Offered, step: NextStep | None) -> WayLine:
    way = each.way
    point = party.point(way.point)
    best = step.best if step else None
    who = _("borrower") if way.own else _("contact %(n)s") % {"n": way.person}
    return WayLine(
        key=_key(each),
        own=way.own,
        who=who,
        channel=permit_words.word(permit_words.CHANNELS, way.channel),
        point=point.masked_value if point else "",
        tone="allowed" if way.allowed else "refused",
        sign="✓" if way.allowed else "✕",
        verdict=_("may be used now") if way.allowed else _("not at this moment"),
        rules=", ".join(way.refused_by),
        earliest=_local(way.next_allowed_at) if way.next_allowed_at else "",
        tried=way.tried,
        best=best is not None and _key(best) == _key(each),
    )


def _key(each: Offered) -> str:
    return f"{each.way.point}-{each.way.channel}"


def _told(row: Episode) -> tuple[Told, ...]:
    steps = [
        Told(_local(each.at), words.word(words.STEPS, each.step), each.by) for each in row.steps.order_by("-at", "-pk")
    ]
    opened = Told(_local(row.opened_at), _("opened, on the evidence below"), row.opened_by)
    closed = [Told(_local(row.closed_at), words.word(words.ENDS, row.end), row.closed_by)] if row.closed_at else []
    return (*closed, *steps, opened)


def _local(instant: datetime) -> str:
    """By the clock of the people it is about: the mainland has one."""
    return f"{instant.astimezone(ZONE):%Y-%m-%d %H:%M}"
