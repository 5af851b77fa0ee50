"""The audit chain as a page: what happened, newest first, and whether the chain is whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.shortcuts import render
from django.utils.translation import gettext as _

from kaopu.kernel import audit
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import SEE_AUDIT, needs
from kaopu.kernel.models import AuditRow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the chain."""

    at: datetime
    act: str
    subject: str
    actor: str
    details: str
    sequence: int | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class State:
    """What reading the whole chain found, in a sentence."""

    whole: bool
    words: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The page as shown. `older` leads to the rows before the last one shown."""

    answer: str
    rows: tuple[Act, ...]
    subject: str
    actor: str
    act: str
    older: str
    state: State | None


@needs(SEE_AUDIT)
def audit_page(request: HttpRequest) -> HttpResponse:
    """The list; `?verify=1` reads the chain from its start and says what it found."""
    asked = {name: request.GET.get(name, "").strip()[:120] for name in ("subject", "actor", "act")}
    found = AuditRow.objects.filter(**{name: value for name, value in asked.items() if value}).order_by("-id")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(id__lt=int(before))
    lines = list(found[: PAGE_ROWS + 1])
    older = (
        urlencode({**{k: v for k, v in asked.items() if v}, "before": lines[PAGE_ROWS - 1].pk})
        if len(lines) > PAGE_ROWS
        else ""
    )
    page = AuditPage(
        answer=_("Every act with its actor, newest first. Rows hold numbers and codes, never names."),
        rows=_acts(lines[:PAGE_ROWS]),
        older=f"?{older}" if older else "",
        state=_state() if request.GET.get("verify") == "1" else None,
        **asked,
    )
    return render(request, "web/audit.html", {"page": page})


def _acts(lines: Iterable[AuditRow]) -> tuple[Act, ...]:
    lines = list(lines)
    names = _staff({line.actor for line in lines})
    return tuple(
        Act(
            at=line.at,
            act=line.act,
            subject=line.subject,
            actor=names.get(line.actor, line.actor),
            details=json.dumps(line.details, ensure_ascii=False) if line.details else "",
            sequence=line.sequence,
            fingerprint=bytes(line.row_hash or b"").hex()[:12],
        )
        for line in lines
    )


def _staff(actors: set[str]) -> dict[str, str]:
    numbers = [int(actor.removeprefix("staff:")) for actor in actors if actor.removeprefix("staff:").isdecimal()]
    people = get_user_model().objects.filter(pk__in=numbers)
    return {f"staff:{person.pk}": person.email or person.get_username() for person in people}


def _state() -> State:
    verdict = audit.verify()
    if verdict.first_broken:
        broken = verdict.first_broken
        return State(False, _("The chain is broken at row %(n)s: %(why)s") % {"n": broken.sequence, "why": broken.why})
    numbers = {"sealed": figures.number(verdict.sealed), "unsealed": figures.number(verdict.unsealed)}
    return State(True, _("The chain is whole: %(sealed)s rows sealed, %(unsealed)s too young to be sealed.") % numbers)
