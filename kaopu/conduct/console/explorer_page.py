"""Page values of the explorer: the verdict, the rules, the week, what would change it, the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kaopu.conduct.console import rule_words, words
from kaopu.conduct.console.explorer_facts import FactRow, fact_rows
from kaopu.conduct.console.explorer_ifs import WhatIf, what_ifs
from kaopu.conduct.core.next_allowed import next_allowed_at
from kaopu.conduct.core.outlook import outlook
from kaopu.conduct.core.parse import FactsProblem, ParsedLine, read_facts
from kaopu.conduct.core.permit import Permit, Refusal, no_facts, permit
from kaopu.conduct.core.words import clock_text, say
from kaopu.conduct.core.zones import clock_of
from kaopu.kernel.console import figures

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.console.explorer_wish import Wish
    from kaopu.conduct.core.outlook import Hour
    from kaopu.conduct.core.permit import RuleVerdict
    from kaopu.conduct.core.rulebook import Rulebook

DAYS = 7
HOURS = range(7, 23)
FOLDED_AFTER = 5


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule that was consulted."""

    id: str
    tone: str
    sign: str
    verdict: str
    why: str
    says: str
    confidence: str
    confidence_words: str
    known: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the strip."""

    tone: str
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip, and the rules that refuse first on it."""

    words: str
    cells: tuple[Cell, ...]
    rules: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the explorer says."""

    tone: str
    sign: str
    verdict: str
    reason: str
    at: str
    earlier: str
    later: str
    next_at: str
    next_words: str
    refused: tuple[RuleRow, ...]
    passed: tuple[RuleRow, ...]
    folded: tuple[RuleRow, ...]
    days: tuple[Day, ...]
    hours: tuple[int, ...]
    ifs: tuple[WhatIf, ...]
    facts: tuple[FactRow, ...]
    verdict_json: dict[str, Any]


def answered(wish: Wish, rulebook: Rulebook, *, why: str = "", masked: bool = False) -> Answer:
    """Judge the line of a wish. `why` says what a source could not tell: no rule can be asked then."""
    parsed = read_facts(wish.line)
    if why or isinstance(parsed, FactsProblem):
        refusal = no_facts(why or (parsed.why if isinstance(parsed, FactsProblem) else ""))
        return _answer(wish, refusal, rulebook, parsed if isinstance(parsed, ParsedLine) else None, None, (), ())
    request, facts = parsed.request, parsed.facts
    verdict = permit(request, facts, rulebook, request.at)
    later = None if verdict.allowed else next_allowed_at(request, facts, rulebook, request.at)
    week = outlook(request, facts, rulebook, request.at, days=DAYS, hours=HOURS)
    ifs = () if _without_facts(verdict) else tuple(what_ifs(wish.line, rulebook, later or request.at))
    rows = tuple(fact_rows(wish, parsed, rulebook, masked=masked))
    return _answer(wish, verdict, rulebook, parsed, later, tuple(_day(day) for day in week), ifs, rows)


def _answer(  # noqa: PLR0917 - the parts of one page
    wish: Wish, verdict: Permit | Refusal, rulebook: Rulebook, parsed: ParsedLine | None, later: datetime | None,
    days: tuple[Day, ...], ifs: tuple[WhatIf, ...], facts: tuple[FactRow, ...] = (),
) -> Answer:  # fmt: skip
    rows = [rule_row(rule, rulebook) for rule in verdict.rules]
    refused = tuple(row for row in rows if row.tone == "refused")
    passed = tuple(row for row in rows if row.tone != "refused")
    shown = max(FOLDED_AFTER - len(refused), 0)
    tone, sign, said = _verdict_words(verdict)
    return Answer(
        tone=tone, sign=sign, verdict=said, reason=_reason(verdict, refused),
        at=_at_words(parsed), earlier=_moved(parsed, -1), later=_moved(parsed, 1),
        next_at=later.isoformat() if later else "", next_words=_next_words(parsed, verdict, later),
        refused=refused, passed=passed[:shown], folded=passed[shown:], days=days, hours=tuple(HOURS), ifs=ifs,
        facts=facts, verdict_json=_json(wish, verdict, later),
    )  # fmt: skip


def rule_row(rule: RuleVerdict, rulebook: Rulebook) -> RuleRow:
    """A verdict of a rule in the reader's words."""
    known = rulebook.by_id.get(rule.id)
    passed = rule.verdict == "pass"
    return RuleRow(
        id=rule.id,
        tone="allowed" if passed else "refused",
        sign="✓" if passed else "✕",
        verdict=_("passes") if passed else _("refuses"),
        why=rule.why_in(language()),
        says=(known.source.zh if figures.chinese() else known.source.en) if known else "",
        confidence=known.source.confidence if known else "",
        confidence_words=str(rule_words.CONFIDENCE[known.source.confidence]) if known else "",
        known=known is not None,
    )


def language() -> str:
    """The language that rules speak to this reader."""
    return "zh" if figures.chinese() else "en"


def local_words(at: datetime, zone: str | None) -> str:
    """An instant by the clock of a zone, as the wall shows it."""
    clock = clock_of(zone) if zone else None
    if clock is None:
        return at.isoformat()
    return clock_text(clock.local(int(at.timestamp() // 1)), 1 if figures.chinese() else 0)


def _verdict_words(verdict: Permit | Refusal) -> tuple[str, str, str]:
    if verdict.allowed:
        return "allowed", "✓", _("Yes, now")
    if _without_facts(verdict):
        return "refer", "?", _("No: a fact is missing")
    return "refused", "✕", _("Not now")


def _without_facts(verdict: Permit | Refusal) -> bool:
    return isinstance(verdict, Refusal) and verdict.for_want_of_facts


def _reason(verdict: Permit | Refusal, refused: tuple[RuleRow, ...]) -> str:
    if verdict.allowed:
        return _("It may reveal: %(content)s.") % {"content": words.word(words.CONTENTS, verdict.disclosure)}
    return _("; ").join(_("%(why)s (%(rule)s)") % {"why": row.why, "rule": row.id} for row in refused)


def _next_words(parsed: ParsedLine | None, verdict: Permit | Refusal, later: datetime | None) -> str:
    if verdict.allowed or parsed is None or _without_facts(verdict):
        return ""
    if later is None:
        return _("Waiting does not help within 60 days.")
    return _("Earliest: %(when)s.") % {"when": local_words(later, parsed.facts.person.timezone)}


def _at_words(parsed: ParsedLine | None) -> str:
    return local_words(parsed.request.at, parsed.facts.person.timezone) if parsed else ""


def _moved(parsed: ParsedLine | None, hours: int) -> str:
    if parsed is None:
        return ""
    try:
        return (parsed.request.at + timedelta(hours=hours)).isoformat()
    except OverflowError:
        return ""


def _day(hours: list[Hour]) -> Day:
    place = 1 if figures.chinese() else 0
    rules = dict.fromkeys(hour.first[0] for hour in hours if hour.first)
    day, _space, _clock = clock_text(hours[0].local, place).rpartition(" ")
    return Day(day, tuple(_cell(hour, place) for hour in hours), _(", ").join(rules))


def _cell(hour: Hour, place: int) -> Cell:
    when = clock_text(hour.local, place)
    if hour.at is None:
        return Cell("past", "·", _("%(when)s: past") % {"when": when})
    if hour.first is None:
        return Cell("allowed", "✓", _("%(when)s: allowed") % {"when": when})
    name, finding = hour.first
    return Cell("refused", "✕", f"{when}{_(': ')}{name} {say(finding, ('en', 'zh')[place])}")


def _json(wish: Wish, verdict: Permit | Refusal, later: datetime | None) -> dict[str, Any]:
    return {
        "id": wish.text("id") or None,
        "allowed": verdict.allowed,
        "disclosure": verdict.disclosure,
        "rules": [{"id": rule.id, "verdict": rule.verdict, "why": rule.why} for rule in verdict.rules],
        "next_allowed_at": None if later is None else later.isoformat(),
    }
