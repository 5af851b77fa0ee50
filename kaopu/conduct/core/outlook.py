"""The hours ahead: at each, may the person be reached, and which rule refuses first. Facts stay as they are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from kaopu.conduct.core.case import Case, Moment
from kaopu.conduct.core.instants import EPOCH_ORDINAL, SECOND, from_micros, micros
from kaopu.conduct.core.judging import facts_problem, ready
from kaopu.conduct.core.zones import LocalTime, clock_of

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.conduct.core.facts import Facts, Request
    from kaopu.conduct.core.kinds.kind import Finding
    from kaopu.conduct.core.rulebook import Rulebook

HOUR = 3600
LAST_DAY = date.max.toordinal() - EPOCH_ORDINAL


class Hour(NamedTuple):
    """One hour of a person's wall clock. `first` is the rule that refuses first, with its finding; None when allowed.

    `at` is the instant at which the hour begins; None when the clock never shows it (put forward) or it lies before the
    instant asked about.
    """

    local: LocalTime
    at: datetime | None
    first: tuple[str, Finding] | None


def outlook(
    request: Request, facts: Facts, rulebook: Rulebook, at: datetime, *, days: int, hours: range
) -> list[list[Hour]]:
    """The hours of some days, beginning with the local day of `at`; empty when facts are missing."""
    play = rulebook.play(request, facts)
    zone = facts.person.timezone
    clock = None if zone is None else clock_of(zone)
    if clock is None or facts_problem(request, facts, rulebook, play.needs) is not None:
        return []
    start = micros(at)
    case = Case(request, facts, start)
    rules = ready(case, play.rules)
    today = clock.local(start // SECOND).day
    found = []
    for day in range(today, min(today + days, LAST_DAY)):
        row = []
        for hour in hours:
            local = LocalTime(day, hour * HOUR)
            second = clock.second_of(local)
            if second is None or second * SECOND <= start - HOUR * SECOND:
                row.append(Hour(local, None, None))
                continue
            # The hour that has begun is judged at the instant asked about.
            moment = Moment(case, max(second * SECOND, start))
            refusing = ((rule.rule.id, rule.finding(moment)) for rule in rules)
            first = next(((name, finding) for name, finding in refusing if finding and finding.holds), None)
            row.append(Hour(local, from_micros(moment.micros, at), first))
        found.append(row)
    return found
