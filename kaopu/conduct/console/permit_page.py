"""One judgement: the verdict, each rule in words, what came of it, and the facts behind a mask and a reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kaopu.conduct import judging, rulebooks
from kaopu.conduct.console import words
from kaopu.conduct.console.rights import SEE_FACTS, SEE_PERMITS
from kaopu.conduct.core.parse import ParsedLine, parse_line
from kaopu.conduct.core.permit import permit as judge
from kaopu.conduct.models import Judgement, Permit
from kaopu.kernel import audit
from kaopu.kernel.clock import system_clock
from kaopu.kernel.console import figures
from kaopu.kernel.console.access import needs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

MASK = "•••"
# What is shown without a reason: the question itself, which the log shows anyway.
OPEN = {
    "at", "jurisdictions", "profile", "purpose", "channel", "content", "caller", "product", "segment", "number",
    "person.id", "person.role", "debtor.id", "episode.id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule that was consulted."""

    id: str
    tone: str
    sign: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class PermitPage:
    """One judgement as shown. `same`: judged again from its record, the answer is the same."""

    row: Judgement
    tone: str
    sign: str
    verdict: str
    question: str
    rules: tuple[RuleLine, ...]
    refusing: int
    same: bool
    disclosure: str
    permit: Permit | None
    used: bool
    outcome: str
    facts: tuple[tuple[str, str], ...]
    history: tuple[dict[str, Any], ...]
    revealed: bool
    may_reveal: bool
    reasons: tuple[tuple[str, str], ...]
    error: str


@needs(SEE_PERMITS)
def permit(request: HttpRequest, judgement_id: UUID) -> HttpResponse:
    """The page with the mask on."""
    return _show(request, judgement_id)


@require_POST
@needs(SEE_FACTS)
def permit_facts(request: HttpRequest, judgement_id: UUID) -> HttpResponse:
    """The page once without the mask; the reason is written down before anything is shown."""
    reason = request.POST.get("reason", "")
    if reason not in words.FACT_REASONS:
        return _show(request, judgement_id, error=_("Choose a reason."))
    if not Judgement.objects.filter(pk=judgement_id).exists():
        raise Http404
    audit.record(
        act="conduct.facts_shown", subject=f"judgement:{judgement_id}", actor=f"staff:{request.user.pk}",
        at=system_clock().now(), details={"reason": reason},
    )  # fmt: skip
    response = _show(request, judgement_id, revealed=True)
    response["Cache-Control"] = "no-store"
    return response


def _show(request: HttpRequest, judgement_id: UUID, *, revealed: bool = False, error: str = "") -> HttpResponse:
    row = Judgement.objects.select_related("rulebook").filter(pk=judgement_id).first()
    if row is None:
        raise Http404
    made = _permit_of(row)
    line = judging.facts_of(row, own_permit=made.pk if made and row.moment == "use" else None)
    rules, same = _rules(row, line)
    tone, sign, said = words.verdict(allowed=row.allowed, moment=row.moment)
    page = PermitPage(
        row=row,
        tone=tone,
        sign=sign,
        verdict=said,
        question=_question(row),
        rules=rules,
        refusing=sum(each.tone == "refused" for each in rules),
        same=same,
        disclosure=words.word(words.CONTENTS, row.disclosure) if row.disclosure else "",
        permit=made,
        used=made is not None and getattr(made, "use", None) is not None,
        outcome=_outcome(made),
        facts=tuple(_facts(line, masked=not revealed)),
        history=tuple(_entry(entry) for entry in line["history"]) if revealed else (),
        revealed=revealed,
        may_reveal=request.user.has_perm(SEE_FACTS.permission),
        reasons=tuple((code, str(reason)) for code, reason in words.FACT_REASONS.items()),
        error=error,
    )
    return render(request, "conduct/permit.html", {"page": page}, status=422 if error else 200)


def _permit_of(row: Judgement) -> Permit | None:
    rows = Permit.objects.select_related("use", "entry")
    found = rows.filter(judgement=row) if row.moment == "issue" else rows.filter(pk=row.reference or None)
    return found.first()


def _question(row: Judgement) -> str:
    return _("%(purpose)s, %(role)s %(person)s, %(channel)s") % {
        "purpose": words.word(words.PURPOSES, row.purpose), "role": words.word(words.ROLES, row.role),
        "person": row.person, "channel": words.word(words.CHANNELS, row.channel),
    }  # fmt: skip


def _rules(row: Judgement, line: dict[str, Any]) -> tuple[tuple[RuleLine, ...], bool]:
    """The rules as recorded, in the reader's words where judging again gives the same; refusals first."""
    again, allowed = _judged_again(row, line)
    same = all(again.get(rule_id, ("", ""))[0] == verdict for rule_id, verdict, _why in _of_the_rulebook(row))
    lines = [_line(rule_id, verdict, again.get(rule_id, ("", why))[1] or why) for rule_id, verdict, why in row.rules]
    outside = any(rule_id == judging.SUPPRESSED for rule_id, _verdict, _why in row.rules)
    return tuple(sorted(lines, key=lambda each: each.tone != "refused")), same and (outside or allowed == row.allowed)


def _of_the_rulebook(row: Judgement) -> list[tuple[str, str, str]]:
    # A missing source is no row of the rulebook, nor is a suppression: the record is all there is of them.
    return [(a, b, c) for a, b, c in row.rules if a not in {judging.SUPPRESSED, judging.FACTS}]


def _judged_again(row: Judgement, line: dict[str, Any]) -> tuple[dict[str, tuple[str, str]], bool]:
    parsed = parse_line(json.dumps(line))
    if not isinstance(parsed, ParsedLine):
        return {}, False
    verdict = judge(parsed.request, parsed.facts, rulebooks.rules_of(row.rulebook), row.at)
    language = "zh" if figures.chinese() else "en"
    return {each.id: (str(each.verdict), each.why_in(language)) for each in verdict.rules}, verdict.allowed


def _line(rule_id: str, verdict: str, why: str) -> RuleLine:
    passed = verdict == "pass"
    tone, sign = ("allowed", "✓") if passed else ("refused", "✕")
    return RuleLine(rule_id, tone, sign, _("passes") if passed else _("refuses"), why)


def _outcome(made: Permit | None) -> str:
    if made is None or getattr(made, "use", None) is None:
        return ""
    told = list(made.entry.outcomes.order_by("id").values_list("outcome", flat=True))
    return _(", ").join(words.word(words.OUTCOMES, each) for each in told or ["pending"])


def _facts(line: dict[str, Any], *, masked: bool, above: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in line.items():
        name = f"{above}{key}"
        if name in {"history", "id", "holidays"}:
            continue
        if isinstance(value, dict):
            found += _facts(value, masked=masked, above=f"{name}.")
            continue
        shown = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
        found.append((name, MASK if masked and name not in OPEN else shown))
    return found


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    outcomes = {**words.OUTCOMES, "inbound": _("the person called")}
    said = (("outcome", outcomes), ("channel", words.CHANNELS), ("purpose", words.PURPOSES))
    return {**entry, **{name: words.word(known, entry[name]) for name, known in said}}
