"""The queue of lost-contact episodes, the oldest first, and opening one on its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kaopu.contacts.actions.open_episode import NotOpened, open_episode
from kaopu.contacts.console import episode_words as words
from kaopu.contacts.console.rights import SEE_EPISODES, WORK_EPISODES
from kaopu.contacts.models import Episode
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import needs
from kaopu.party import store as party

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

CLOSED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One episode as a line."""

    id: UUID
    name: str
    borrower: int
    days_open: int
    days_past_due: int
    steps: int
    ended: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queue as shown. `missing`: what each refusing rule said of the borrower who was just asked about."""

    answer: str
    waiting: tuple[Row, ...]
    closed: tuple[Row, ...]
    may_open: bool
    asked: str = ""
    why: str = ""
    missing: tuple[tuple[str, str], ...] = ()


@needs(SEE_EPISODES)
def episodes(request: HttpRequest) -> HttpResponse:
    """Who is lost, and for how long."""
    return render(request, "contacts/episodes.html", {"page": _page(request)})


@require_POST
@needs(WORK_EPISODES)
def episode_open(request: HttpRequest) -> HttpResponse:
    """Open one, or say which rule does not let it be opened."""
    asked = request.POST.get("borrower", "").strip().removeprefix("party:")
    now = system_clock().now()
    if not asked.isdecimal():
        page = _page(request, asked=asked, why=_("Enter the number of a party, as 12 or party:12."))
        return render(request, "contacts/episodes.html", {"page": page}, status=422)
    found = open_episode(int(asked), actor=f"staff:{request.user.pk}", now=now)
    if isinstance(found, NotOpened):
        missing = tuple((rule.id, rule.why) for rule in found.evidence.rules if rule.verdict != "pass")
        why = words.word(words.WHY_NOT, found.why)
        page = _page(request, asked=asked, why=f"{why} {found.evidence.unknown}".strip(), missing=missing)
        return render(request, "contacts/episodes.html", {"page": page}, status=422)
    messages.success(request, _("Opened, on the evidence that the rules name."))
    return HttpResponseRedirect(reverse("contact_episode", args=[found.pk]))


def _page(
    request: HttpRequest, *, asked: str = "", why: str = "", missing: tuple[tuple[str, str], ...] = ()
) -> QueuePage:
    now = system_clock().now()
    waiting = _rows(list(Episode.objects.filter(closed_at=None).order_by("opened_at", "pk")), now)
    closed = _rows(list(Episode.objects.exclude(closed_at=None).order_by("-closed_at")[:CLOSED_SHOWN]), now)
    return QueuePage(
        answer=_answer(waiting), waiting=waiting, closed=closed, asked=asked, why=why, missing=missing,
        may_open=request.user.has_perm(WORK_EPISODES.permission),
    )  # fmt: skip


def _answer(waiting: tuple[Row, ...]) -> str:
    if not waiting:
        return _("Nobody is lost.")
    told = ngettext("%(n)s borrower is lost.", "%(n)s borrowers are lost.", len(waiting)) % {"n": len(waiting)}
    days = max(row.days_open for row in waiting)
    return told + " " + ngettext("The oldest for %(n)s day.", "The oldest for %(n)s days.", days) % {"n": days}


def _rows(found: list[Episode], now: datetime) -> tuple[Row, ...]:
    names = party.masked({row.borrower_id for row in found})
    return tuple(
        Row(
            row.pk, names[row.borrower_id].name or f"party:{row.borrower_id}", row.borrower_id,
            ((row.closed_at or now) - row.opened_at).days, row.days_past_due, row.steps.count(),
            words.word(words.ENDS, row.end) if row.end else "", row.opened_at,
        )
        for row in found
    )  # fmt: skip
