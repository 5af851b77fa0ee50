"""When may this person be reached next? Only the instants at which a verdict can change are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaopu.conduct.core.case import Case, Moment
from kaopu.conduct.core.instants import MINUTE, SECOND, from_micros, micros
from kaopu.conduct.core.judging import ReadyRule, edges, facts_problem, ready

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.core.facts import Facts, Request
    from kaopu.conduct.core.kinds.kind import Edges
    from kaopu.conduct.core.rulebook import Rulebook

HORIZON = 60 * 24 * 60 * MINUTE
LAST = 253_402_300_800 * SECOND  # the year 10000: no instant after it can be written


def next_allowed_at(request: Request, facts: Facts, rulebook: Rulebook, at: datetime) -> datetime | None:
    """The earliest whole minute after `at`, at most 60 x 24 hours later, at which the same wish is allowed.

    None when it is allowed at `at`, never within that time, or when facts are missing. Entries after `at` stay
    ignored. Verdicts change only from an instant on (windows are half open), so between two such instants every
    minute has the verdict of the first: it is enough to try the first whole minute after each.
    """
    play = rulebook.play(request, facts)
    if facts_problem(request, facts, rulebook, play.needs) is not None:
        return None
    start = micros(at)
    case = Case(request, facts, start)
    rules = ready(case, play.rules)
    if not _refusing(rules, Moment(case, start)):
        return None
    found = edges(case, play.rules)
    for candidate in _minutes(case, found, start):
        if not _refusing(rules, Moment(case, candidate)):
            return from_micros(candidate, at)
    return None


def _refusing(rules: list[ReadyRule], moment: Moment) -> bool:
    for place, rule in enumerate(rules):
        finding = rule.finding(moment)
        if finding is not None and finding.holds:
            # Asked first next time: what refuses now mostly still refuses a few hours later.
            rules.insert(0, rules.pop(place))
            return True
    return False


def _minutes(case: Case, found: list[Edges], start: int) -> list[int]:
    until = min(start + HORIZON, LAST - MINUTE)
    mine = frozenset[int]().union(*(edge.person for edge in found))
    debtors = frozenset[int]().union(*(edge.debtor for edge in found))
    instants = {instant for edge in found for instant in edge.instants if start < instant <= until}
    second, last = start // SECOND, until // SECOND
    if mine:
        instants |= {moment * SECOND for moment in case.person_clock.moments(second, last, mine)}
    if debtors:
        instants |= {moment * SECOND for moment in case.debtor_clock.moments(second, last, debtors)}
    minutes = {-(-instant // MINUTE) * MINUTE for instant in instants}
    return sorted(minute for minute in minutes if start < minute <= until)
