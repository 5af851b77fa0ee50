"""The rulebook to read: find a rule, see what it says, where it is from, how sure that is, whether it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kaopu.conduct.console import rule_words
from kaopu.conduct.console.explorer import Choice, rulebook_in_force
from kaopu.conduct.console.rights import SEE_RULES
from kaopu.conduct.core.rule_diff import rule_parts
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kaopu.conduct.core.rulebook import Rule, Rulebook

LONGEST = 80


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the list."""

    id: str
    place: str
    says: str
    source: str
    confidence: str
    confidence_words: str
    tone: str
    sign: str
    state: str


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The list as shown."""

    answer: str
    rows: tuple[RuleLine, ...]
    q: str
    places: tuple[Choice, ...]
    confidences: tuple[Choice, ...]
    states: tuple[Choice, ...]
    narrowed: bool
    version: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule as shown."""

    line: RuleLine
    note: str
    force: str
    parts: tuple[tuple[str, str], ...]
    before: str
    after: str
    back: str


@needs(SEE_RULES)
def rules(request: HttpRequest) -> HttpResponse:
    """The list, or its table alone for a fragment."""
    rulebook, version = rulebook_in_force(system_clock().now())
    chosen = {name: request.GET.get(name, "").strip()[:LONGEST] for name in ("q", "place", "confidence", "state")}
    found = [rule for rule in rulebook.rules if _fits(rule, chosen)]
    places = {rule.source.jurisdiction: None for rule in rulebook.rules}
    page = RulesPage(
        answer=_answer(found, rulebook),
        rows=tuple(rule_line(rule) for rule in found),
        q=chosen["q"],
        places=_choices({code: rule_words.PLACES.get(code, code) for code in places}, chosen["place"]),
        confidences=_choices(
            {code: f"{code}{_(': ')}{words}" for code, words in rule_words.CONFIDENCE.items()}, chosen["confidence"]
        ),
        states=_choices(rule_words.STATES, chosen["state"]),
        narrowed=any(chosen.values()),
        version=version,
    )
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "conduct/rules_list.html" if fragment else "conduct/rules.html", {"page": page})


@needs(SEE_RULES)
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule with its questions and their figures."""
    rulebook, _version = rulebook_in_force(system_clock().now())
    found = rulebook.by_id.get(rule_id)
    if found is None:
        raise Http404
    names = [each.id for each in rulebook.rules]
    place = names.index(rule_id)
    asked = rule_parts(found)
    shown = tuple((name, text) for name, text in asked.items() if name not in HIDDEN)
    page = RulePage(
        line=rule_line(found),
        note=found.source.note,
        force=_force(found),
        parts=shown,
        before=names[place - 1] if place else "",
        after=names[place + 1] if place + 1 < len(names) else "",
        back=urlencode({"place": found.source.jurisdiction}),
    )
    return render(request, "conduct/rule.html", {"page": page})


HIDDEN = {
    "position", "jurisdiction", "instrument", "article", "in_force_from", "in_force_to", "confidence", "note", "en",
    "zh", "enforced", "enforced_by",
}  # fmt: skip


def rule_line(found: Rule) -> RuleLine:
    """A rule in the reader's words."""
    source = found.source
    tone, sign = rule_words.TONES[rule_words.state_of(found)]
    return RuleLine(
        id=found.id,
        place=str(rule_words.PLACES.get(source.jurisdiction, source.jurisdiction)),
        says=source.zh if figures.chinese() else source.en,
        source=_(", ").join(text for text in (source.instrument, source.article) if text not in {"", "-"}),
        confidence=source.confidence,
        confidence_words=str(rule_words.CONFIDENCE[source.confidence]),
        tone=tone,
        sign=sign,
        state=rule_words.state_words(found),
    )


def _fits(found: Rule, chosen: dict[str, str]) -> bool:
    source = found.source
    text = f"{found.id} {source.en} {source.zh} {source.instrument} {source.article}".casefold()
    return (
        all(word in text for word in chosen["q"].casefold().split())
        and chosen["place"] in {"", source.jurisdiction}
        and chosen["confidence"] in {"", source.confidence}
        and chosen["state"] in {"", rule_words.state_of(found)}
    )


def _answer(found: list[Rule], rulebook: Rulebook) -> str:
    count = sum(each.enforced for each in found)
    told = ngettext("%(count)s rule of %(all)s", "%(count)s rules of %(all)s", len(found)) % {
        "count": figures.number(len(found)), "all": figures.number(len(rulebook.rules)),
    }  # fmt: skip
    asked = ngettext("permits ask %(count)s of it.", "permits ask %(count)s of them.", len(found)) % {"count": count}
    return f"{told}{_('; ')}{asked}"


def _force(found: Rule) -> str:
    start, end = found.source.in_force_from, found.source.in_force_to
    if start is None and end is None:
        return _("no day is known")
    days = {"start": figures.day(start) if start else "", "end": figures.day(end) if end else ""}
    if end is None:
        return _("in force from %(start)s") % days
    return _("in force until %(end)s") % days if start is None else _("in force from %(start)s until %(end)s") % days


def _choices(words: dict[str, object], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(code, str(each), code == chosen) for code, each in words.items())
