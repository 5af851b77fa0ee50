"""From an ask to a verdict: fresh facts are gathered, written as one line of permit facts, and judged by the core.

The line is exactly what `kaopu conduct permit` reads, so that columns, batch and database give the same verdicts.
Call it under the locks of `store.locked`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaopu.conduct import history, holiday_days, sources, store
from kaopu.conduct.core.next_allowed import next_allowed_at
from kaopu.conduct.core.parse import FactsProblem, parse_line
from kaopu.conduct.core.permit import permit
from kaopu.conduct.models import Judgement
from kaopu.conduct.sources import Unknown
from kaopu.conduct.standing import Standing, standing
from kaopu.kernel import ids, vault

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from kaopu.conduct.core.ask import Ask
    from kaopu.conduct.core.rulebook import Rulebook
    from kaopu.conduct.history import Seen

TABLE, COLUMN = "conduct_judgement", "facts_sealed"
FACTS, SUPPRESSED = "FACTS", "SUPPRESSED"


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """One rule that was consulted: pass or refuse, and why."""

    id: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the facts that led to it, not written down yet."""

    allowed: bool
    disclosure: str
    rules: tuple[RuleSaid, ...]
    episode: str
    line: dict[str, Any]
    seen: Seen
    rulebook_id: int
    rulebook: Rulebook = field(repr=False)

    @property
    def refused_by(self) -> tuple[str, ...]:
        """The rules that refuse."""
        return tuple(rule.id for rule in self.rules if rule.verdict == "refuse")


def episode_of(ask: Ask, now: datetime) -> str:
    """The episode in play, "" where there is none or nobody knows."""
    found = sources.facts("episode", ask, now)
    return str(found.get("id") or "") if isinstance(found, dict) else ""


def judge(ask: Ask, now: datetime, episode: str, own_permit: UUID | None = None) -> Judged:
    """The verdict on facts as they are now. `episode` is the one whose lock is held; another one refuses."""
    stands = standing(ask, now)
    line, why = facts_line(ask, now, episode, stands, own_permit=own_permit)
    rules, disclosure = ((RuleSaid(FACTS, "refuse", why),), "") if why else _verdict(line, ask, now, stands)
    return Judged(
        bool(disclosure), disclosure, rules, episode, line, stands.seen, stands.rulebook_id, stands.rulebook
    )  # fmt: skip


def allowed_next(judged: Judged, now: datetime) -> datetime | None:
    """The earliest minute at which the same facts would be allowed; None: it is now, never, or not in sixty days."""
    never = judged.allowed or SUPPRESSED in judged.refused_by
    parsed = None if never else parse_line(json.dumps(judged.line))
    if parsed is None or isinstance(parsed, FactsProblem):
        return None
    return next_allowed_at(parsed.request, parsed.facts, judged.rulebook, now)


def _verdict(line: dict[str, Any], ask: Ask, now: datetime, stands: Standing) -> tuple[tuple[RuleSaid, ...], str]:
    """What each rule said, and the disclosure granted, "" when refused."""
    parsed = parse_line(json.dumps(line))
    if isinstance(parsed, FactsProblem):
        return (RuleSaid(FACTS, "refuse", parsed.why),), ""
    verdict = permit(parsed.request, parsed.facts, stands.rulebook, now)
    suppressed = _suppressed(stands)
    rules = (*(RuleSaid(each.id, str(each.verdict), each.why) for each in verdict.rules), *suppressed)
    return rules, (verdict.disclosure or ask.content) if verdict.allowed and not suppressed else ""


def facts_line(
    ask: Ask, now: datetime, episode: str, stands: Standing, *, own_permit: UUID | None = None
) -> tuple[dict[str, Any], str]:
    """The line of permit facts, and what could not be had ("" when all could)."""
    line: dict[str, Any] = {
        "id": str(own_permit or "ask"), "at": now.isoformat(), "jurisdictions": list(ask.jurisdictions),
        "profile": ask.profile, "product": ask.product, "segment": ask.segment, "purpose": ask.purpose,
        "channel": ask.channel, "content": ask.content, "caller": ask.caller, "number": ask.number or None,
        "switches": {"contact_outreach": stands.switched_on},
        "history": history.history(ask, episode, now, own_permit=own_permit, seen=stands.seen),
    }  # fmt: skip
    if not ask.number:
        del line["number"]
    days = holiday_days.holidays(ask.jurisdictions, now.date())
    if days is not None:
        line["holidays"] = days
    why = _from_sources(line, ask, now, stands) or _episode(line, ask, now, episode)
    return line, why


def _from_sources(line: dict[str, Any], ask: Ask, now: datetime, stands: Standing) -> str:
    person, debtor = (sources.facts(name, ask, now) for name in ("person", "debtor"))
    for name, found in (("person", person), ("debtor", debtor)):
        if isinstance(found, Unknown):
            return found.why
        if found is None:
            return f"no source knows the {name} {ask.person if name == 'person' else ask.debtor}"
    line["person"] = {**person, "id": ask.person, "role": ask.role}  # type: ignore[dict-item]
    line["debtor"] = {**debtor, "id": ask.debtor}  # type: ignore[dict-item]
    since = stands.person_suppressed
    if since and (line["person"].get("refused_at") is None):
        # It is written down, so it has happened: no clock that is behind makes it later.
        line["person"]["refused_at"] = min(since, now).isoformat()
    return ""


def _episode(line: dict[str, Any], ask: Ask, now: datetime, episode: str) -> str:
    found = sources.facts("episode", ask, now)
    if isinstance(found, Unknown):
        # Only contacts are reached within an episode; an obligor's permit reads none.
        return found.why if ask.role == "contact" else ""
    if (str(found.get("id") or "") if found else "") != episode:
        return "episode: it changed while the permit was judged, ask again"
    line["episode"] = found
    return ""


def _suppressed(stands: Standing) -> tuple[RuleSaid, ...]:
    """Who said never again, under whatever law, is not reached: the rulebook's rows only know it of contacts."""
    for kind, since in (("person", stands.person_suppressed), ("number", stands.number_suppressed)):
        if since:
            return (RuleSaid(SUPPRESSED, "refuse", f"{kind} is suppressed since {since:%Y-%m-%d}"),)
    return ()


def write_down(ask: Ask, judged: Judged, *, moment: str, actor: str, now: datetime, reference: str = "") -> Judgement:
    """The judgement as a row that stays. History is not copied: it is rebuilt from rows up to what was seen."""
    row_id = ids.new_id(now)
    facts = {key: value for key, value in judged.line.items() if key != "history"}
    return Judgement.objects.create(
        id=row_id, at=now, moment=moment, **_columns(ask), episode=judged.episode, allowed=judged.allowed,
        disclosure=judged.disclosure, rules=[[each.id, each.verdict, each.why] for each in judged.rules],
        refused_by=list(judged.refused_by), rulebook_id=judged.rulebook_id,
        facts_sealed=vault.ring().seal(json.dumps(facts), TABLE, COLUMN, row_id), seen_entry=judged.seen.entry,
        seen_outcome=judged.seen.outcome, actor=actor, reference=reference,
    )  # fmt: skip


def _columns(ask: Ask) -> dict[str, Any]:
    return ask.words()


def facts_of(row: Judgement, own_permit: UUID | None = None) -> dict[str, Any]:
    """The line that a judgement saw, history and all: judging it again gives the same answer."""
    line: dict[str, Any] = json.loads(vault.ring().open(row.facts_sealed, TABLE, COLUMN, row.pk))
    seen = history.Seen(row.seen_entry, row.seen_outcome)
    line["history"] = history.history(store.ask_of(row), row.episode, row.at, own_permit=own_permit, seen=seen)
    return line
