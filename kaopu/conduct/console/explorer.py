"""The permit explorer: may we reach this person now; if not, when; what would change it? It only reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kaopu.conduct import packs, rulebooks
from kaopu.conduct.console import rule_words, words
from kaopu.conduct.console.explorer_examples import TITLES
from kaopu.conduct.console.explorer_page import Answer, answered
from kaopu.conduct.console.explorer_record import record_wish
from kaopu.conduct.console.explorer_wish import LONGEST_PASTE, RECORD, Wish, wish_of, zone_of
from kaopu.conduct.console.rights import SEE_FACTS, SEE_PERMITS, SEE_RULES
from kaopu.conduct.core import facts as known
from kaopu.conduct.core.instants import instant
from kaopu.conduct.models import RulebookVersion
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console.access import denied, needs

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse, QueryDict

    from kaopu.conduct.core.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a choice."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ExplorerPage:
    """The page as shown."""

    answer: Answer
    source: str
    pasted: str
    case: str
    cases: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    purposes: tuple[Choice, ...]
    channels: tuple[Choice, ...]
    contents: tuple[Choice, ...]
    profiles: tuple[Choice, ...]
    places: tuple[Choice, ...]
    at: str
    zone: str
    person: str
    debtor: str
    number: str
    rulebook: str
    consulted: int
    refusing: int
    passing: int
    json: str
    moved: bool
    may_see_people: bool
    error: str


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SEE_RULES)
def explorer(request: HttpRequest) -> HttpResponse:
    """The page, or the verdict alone for a fragment. A POST carries pasted facts; nothing is written either way."""
    data = request.POST if request.method == "POST" else request.GET
    if data.get("debtor", "").strip() and not request.user.has_perm(SEE_PERMITS.permission):
        return denied(request, SEE_PERMITS)
    upload, error = _upload(request)
    page = _page(request, data, upload, error)
    part = request.htmx and not request.htmx.boosted and request.htmx.target == "verdict"
    response = render(request, "conduct/explorer_verdict.html" if part else "conduct/explorer.html", {"page": page})
    if page.source == RECORD:
        response["Cache-Control"] = "no-store"
    return response


def rulebook_in_force(now: datetime) -> tuple[Rulebook, str]:
    """The rules that outreach judges by now, and which version they are. Unlike outreach it never writes a version."""
    row = (
        RulebookVersion.objects.filter(shipped=False, effective_from__lte=now)
        .order_by("-effective_from", "-id")
        .first()
    )
    if row is None:
        return packs.load_packs(), _("as shipped")
    return rulebooks.rules_of(row), row.digest[:12]


def _upload(request: HttpRequest) -> tuple[str, str]:
    file = request.FILES.get("file") if request.method == "POST" else None
    if file is None:
        return "", ""
    if file.size is None or file.size > LONGEST_PASTE:
        return "", _("The file is larger than 2 MB; give one line of facts.")
    try:
        return file.read().decode(), ""
    except UnicodeDecodeError:
        return "", _("The file is not text in UTF-8.")


def _page(request: HttpRequest, data: QueryDict, upload: str, error: str) -> ExplorerPage:
    now = system_clock().now()
    rulebook, version = rulebook_in_force(now)
    of_record = bool(data.get("debtor", "").strip())
    wish, why = record_wish(data, now) if of_record else (wish_of(data, upload), "")
    masked = of_record and not request.user.has_perm(SEE_FACTS.permission)
    answer = answered(wish, rulebook, why=why, masked=masked)
    return ExplorerPage(
        answer=answer,
        source=wish.source,
        pasted=wish.pasted,
        case=wish.example,
        cases=_choices(TITLES, wish.example),
        **_form(wish),
        person=str(wish.part("person").get("id", "")) if of_record else "",
        debtor=data.get("debtor", "").strip() if of_record else "",
        number=wish.text("number") if of_record else "",
        rulebook=version,
        consulted=len(answer.refused) + len(answer.passed) + len(answer.folded),
        refusing=len(answer.refused),
        passing=len(answer.passed) + len(answer.folded),
        json=json.dumps(answer.verdict_json, ensure_ascii=False, indent=1, default=str),
        moved="to" in data,
        may_see_people=request.user.has_perm(SEE_PERMITS.permission),
        error=error,
    )


def _form(wish: Wish) -> dict[str, Any]:
    places = wish.line.get("jurisdictions") if isinstance(wish.line, dict) else None
    zone = zone_of(wish.line)
    try:
        at = (given := instant(wish.text("at"))) and given.astimezone(zone)
    except OverflowError:  # the last hours of the calendar
        at = None
    return {
        "roles": _choices(words.ROLES, wish.part("person").get("role")),
        "purposes": _choices(words.PURPOSES, wish.text("purpose")),
        "channels": _choices(words.CHANNELS, wish.text("channel")),
        "contents": _choices(words.CONTENTS, wish.text("content")),
        "profiles": _choices(rule_words.PROFILES, wish.text("profile")),
        "places": tuple(
            Choice(code, str(words.JURISDICTIONS[code]), isinstance(places, list) and code in places)
            for code in known.JURISDICTIONS
        ),
        "at": at.strftime("%Y-%m-%dT%H:%M") if at else "",
        "zone": zone.key,
    }


def _choices(all_words: dict[str, Any], chosen: object) -> tuple[Choice, ...]:
    return tuple(Choice(code, str(each), code == chosen) for code, each in all_words.items())
