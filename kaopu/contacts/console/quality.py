"""How many of our contacts are real, independent and agreed, and where is the rot?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from procrastinate.exceptions import AlreadyEnqueued

from kaopu.contacts import jobs
from kaopu.contacts.console import quality_charts, quality_words
from kaopu.contacts.console.rights import SEE_QUALITY, SEE_RING
from kaopu.contacts.models import ContactEvent
from kaopu.contacts.quality_file import Look, read_look
from kaopu.decision.core.backtest.intervals import wilson
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from kaopu.contacts.core.quality import Group, LowContact
    from kaopu.kernel.console.chart import Chart

GROUPS_SHOWN, LOW_SHOWN = 50, 50
OLD_AFTER = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Why:
    """One signal and how many low contacts it counts for."""

    words: str
    count: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One ring or shared contact. What is at stake is of all its people together."""

    code: str
    kind: str
    people: int
    at_stake: str


@dataclass(frozen=True, slots=True)
class LowRow:
    """A contact by number, and why."""

    contact_id: int
    score: int
    tone: str
    outcome: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QualityPage:
    """The page as shown. `charts` is empty where nobody has agreed yet."""

    at: datetime | None
    old: bool
    answer: str
    charts: tuple[Chart, ...]
    why: tuple[Why, ...]
    groups: tuple[GroupRow, ...]
    groups_in_all: int
    low: tuple[LowRow, ...]
    low_in_all: int
    version: str
    may_open: bool


@needs(SEE_QUALITY)
def quality(request: HttpRequest) -> HttpResponse:
    """The last look at all contacts."""
    found = read_look()
    may_open = request.user.has_perm(SEE_RING.permission)
    return render(request, "contacts/quality.html", {"page": _page(found, may_open=may_open)})


@require_POST
@needs(SEE_QUALITY)
def look(request: HttpRequest) -> HttpResponse:
    """Ask for a new look; it runs beside the pages."""
    try:
        jobs.look_at_all_contacts.defer(timestamp=int(system_clock().now().timestamp()))
        messages.success(request, _("Contacts are being looked at. Open this page again in a moment."))
    except AlreadyEnqueued:
        messages.info(request, _("A look at the contacts waits already."))
    return HttpResponseRedirect(reverse("contact_quality"))


def _page(found: Look | None, *, may_open: bool) -> QualityPage:
    if found is None:
        return QualityPage(None, False, "", (), (), (), 0, (), 0, "", may_open)
    seen, words = found.quality, quality_words.signals()
    return QualityPage(
        at=found.at,
        old=_is_old(found.at),
        answer=_answer(found),
        charts=_charts(found),
        why=tuple(Why(words.get(name, name), count) for name, count in seen.reasons.items()),
        groups=tuple(_group(each, found.currency) for each in seen.groups[:GROUPS_SHOWN]),
        groups_in_all=seen.groups_in_all,
        low=tuple(_low(each, words) for each in seen.low[:LOW_SHOWN]),
        low_in_all=_flagged(found),
        version=seen.version,
        may_open=may_open,
    )


def _is_old(at: datetime) -> bool:
    """Something happened since, and the look is not of the last night."""
    newest = ContactEvent.objects.order_by("-at").values_list("at", flat=True).first()
    return newest is not None and newest > at and system_clock().now() - at > OLD_AFTER


def _flagged(found: Look) -> int:
    return found.quality.outcomes["ask_another"] + found.quality.outcomes["review"]


def _answer(found: Look) -> str:
    scored = found.quality.scored
    interval = wilson(_flagged(found), scored)
    if interval is None:
        return _("Nobody who was named has agreed yet.")
    return _("Suspected not genuine: %(share)s of %(n)s who agreed (%(low)s to %(high)s with 95%% confidence).") % {
        "share": figures.percent(_flagged(found) / scored, 1),
        "n": figures.number(scored),
        "low": figures.percent(interval[0], 1),
        "high": figures.percent(interval[1], 1),
    }


def _charts(found: Look) -> tuple[Chart, ...]:
    steps = [(str(words), sum(found.states.get(state, 0) for state in states)) for words, states in quality_words.STEPS]
    charts = [quality_charts.standing_chart(steps)] if any(count for _words, count in steps) else []
    if found.quality.scored:
        charts.append(quality_charts.trust_chart(found.quality.bins, found.quality.ask_another_below))
    return tuple(charts)


def _group(group: Group, currency: str) -> GroupRow:
    words = str(quality_words.KINDS[group.kind])
    return GroupRow(group.code, words, len(group.people), figures.big_money(group.exposure_minor, currency))


def _low(contact: LowContact, words: dict[str, str]) -> LowRow:
    reasons = tuple(words.get(name, name) for name in contact.reasons)
    outcome = str(quality_words.OUTCOMES[contact.outcome])  # type: ignore[index] - its words are the enum's
    return LowRow(contact.contact_id, contact.score, quality_words.TONES[contact.outcome], outcome, reasons)  # type: ignore[index]
