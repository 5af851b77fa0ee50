"""Rules made ready for one case, and their verdicts at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.conduct.core.instants import DAY_SECONDS, SECOND
from kaopu.conduct.core.kinds.kind import Edges, Finding, Look
from kaopu.conduct.core.kinds.paths import FACTS, MAY_BE_NULL, REQUEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from kaopu.conduct.core.case import Case, Moment
    from kaopu.conduct.core.facts import Facts, Request
    from kaopu.conduct.core.rulebook import Rule, Rulebook

SWITCHES = "switches.contact_outreach"
NOT_KNOWN = f"{SWITCHES} names a jurisdiction that is not known"
NOTHING_ASKED = Finding(False, "nothing_asked")


@dataclass(slots=True)
class ReadyRule:
    """A rule whose questions were prepared for a case."""

    rule: Rule
    in_force: Callable[[Moment], bool] | None
    when: list[Look]
    refuse: list[Look]

    def finding(self, moment: Moment) -> Finding | None:
        """The first question that refuses, else the first that was asked; None when the rule does not apply."""
        if self.in_force is not None and not self.in_force(moment):
            return None
        for look in self.when:
            if not look(moment).holds:
                return None
        first = None
        for look in self.refuse:
            found = look(moment)
            if found.holds:
                return found
            first = first or found
        return first or NOTHING_ASKED


def ready(case: Case, rules: tuple[Rule, ...]) -> list[ReadyRule]:
    """Prepare the rules for a case."""
    return [
        ReadyRule(
            rule,
            _in_force(case, rule) if rule.dated else None,
            [kind.prepare(case) for kind in rule.when],
            [kind.prepare(case) for kind in rule.refuse],
        )
        for rule in rules
    ]


def refuses(case: Case, moment: Moment, rule: Rule) -> bool | None:
    """Whether a rule refuses, None where it does not apply; with as little work as that takes."""
    if rule.dated and not _in_force(case, rule)(moment):
        return None
    for kind in rule.when:
        if not kind.prepare(case)(moment)[0]:
            return None
    for kind in rule.refuse:  # noqa: SIM110 - a generator costs a tenth of the whole
        if kind.prepare(case)(moment)[0]:
            return True
    return False


def edges(case: Case, rules: tuple[Rule, ...]) -> list[Edges]:
    """When the verdicts of the rules may change."""
    found = [kind.edges(case) for rule in rules for kind in (*rule.when, *rule.refuse)]
    return found + [Edges(instants=_force_edges(case, rule)) for rule in rules if rule.dated]


def facts_problem(request: Request, facts: Facts, rulebook: Rulebook, needs: tuple[str, ...]) -> str | None:
    """What of the needed facts is missing or malformed, each field named; None when nothing is."""
    unknown = sorted(request.jurisdictions - rulebook.jurisdictions)
    if unknown:
        return f"jurisdictions has {', '.join(unknown)}, expected {', '.join(sorted(rulebook.jurisdictions))}"
    problems = facts.problems
    if facts.read and not problems and facts.contact_outreach is not None:
        known = facts.contact_outreach <= rulebook.jurisdictions
        return None if known or SWITCHES not in needs else NOT_KNOWN
    bad = [
        problems.get(path) or f"{path} is missing"
        for path in needs
        if path in problems or (path not in MAY_BE_NULL and _value(request, facts, path) is None)
    ]
    if SWITCHES in needs and not (facts.contact_outreach or frozenset()) <= rulebook.jurisdictions:
        bad.append(NOT_KNOWN)
    return "; ".join(bad) or None


def _value(request: Request, facts: Facts, path: str) -> object:
    return REQUEST[path](request) if path in REQUEST else FACTS[path](facts)


def _offset(case: Case) -> int:
    shown = case.request.at.utcoffset()
    return 0 if shown is None else shown.days * DAY_SECONDS + shown.seconds


def _in_force(case: Case, rule: Rule) -> Callable[[Moment], bool]:
    edges_at = _force_edges(case, rule)
    start, end = rule.source.in_force_from, rule.source.in_force_to
    first = edges_at[0] if start else None
    last = edges_at[-1] if end else None
    return lambda moment: (first is None or first <= moment.micros) and (last is None or moment.micros < last)


def _force_edges(case: Case, rule: Rule) -> tuple[int, ...]:
    # Midnights in the offset in which `at` is written: known for every line, whatever zones it names.
    from kaopu.conduct.core.instants import EPOCH_ORDINAL

    days = [day for day in (rule.source.in_force_from, rule.source.in_force_to) if day is not None]
    return tuple(((day.toordinal() - EPOCH_ORDINAL) * DAY_SECONDS - _offset(case)) * SECOND for day in days)
