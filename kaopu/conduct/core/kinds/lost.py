"""Is the debtor lost? The evidence that opens the way to a contact (CN-CBA-03 and the stricter X-DEF-08).

A permit whose outcome is not known is no evidence: these kinds read the history without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.conduct.core.case import Case, Moment, Selection
from kaopu.conduct.core.facts import FAILED, OUTCOMES, PENDING, REPLY
from kaopu.conduct.core.kinds.counts import replied_at
from kaopu.conduct.core.kinds.kind import EACH_DAY_OF_DEBTOR, Edges, Finding, Kind, Look, always
from kaopu.conduct.core.kinds.parameters import flag, parameter, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kaopu.conduct.core.facts import Entry

KNOWN = frozenset(OUTCOMES) - {PENDING}
DEBTOR_KNOWN = Selection("debtor", KNOWN)
DEBTOR_FAILED = Selection("debtor", FAILED)
NOT_REACHED_BY_VOICE = frozenset({"no-answer", "invalid"})
NOTHING = -(2**63)


@dataclass(frozen=True, kw_only=True)
class DebtorReachable(Kind):
    """The debtor is neither dead nor incapacitated nor lost.

    Lost: every number that voice entries show is invalid; or a run of failed voice attempts whose last needed one lies
    on an earlier day; or so many days before today with nothing but failures.
    """

    name = "debtor_reachable"
    invalid_numbers: bool = parameter(flag, default=True)
    failures_in_a_run: int = parameter(whole(1))
    failed_days: int = parameter(whole(1))

    @property
    def needs(self) -> tuple[str, ...]:
        """The two states, and history in the debtor's days."""
        return ("debtor.dead", "debtor.incapacitated", "history", "debtor.timezone")

    def prepare(self, case: Case) -> Look:
        """Gather the evidence once; only the days move with the clock."""
        if case.facts.debtor.dead or case.facts.debtor.incapacitated:
            return always(Finding(False, "debtor_cannot_act"))
        since = replied_at(case, "debtor")
        later_than = NOTHING if since is None else since
        if self.invalid_numbers and _all_numbers_invalid(case, later_than):
            return always(Finding(False, "lost_numbers"))
        run_day = self._run_day(case, later_than)
        length = self.failed_days
        failed, spoilt, replied = _days_by_result(case, length + 1)

        def look(moment: Moment) -> Finding:
            today = moment.debtor.day
            if run_day is not None and run_day < today:
                return Finding(False, "lost_run", (self.failures_in_a_run,))
            before = set(range(today - length, today))
            if before <= failed and not before & spoilt and today not in replied:
                return Finding(False, "lost_days", (length,))
            return Finding(True, "debtor_reachable")

        return look

    def edges(self, case: Case) -> Edges:  # noqa: ARG002 - the same for all
        """At the debtor's midnight."""
        return EACH_DAY_OF_DEBTOR

    def _run_day(self, case: Case, later_than: int) -> int | None:
        # The local day of the attempt that completed the run: the third from its start, not the latest.
        run = []
        for place, entry in _voice_backwards(case):
            if case.micros[place] <= later_than or entry.outcome not in NOT_REACHED_BY_VOICE:
                break
            run.append(place)
        if len(run) < self.failures_in_a_run:
            return None
        return case.days(case.debtor_clock, [run[-self.failures_in_a_run]])[0]


@dataclass(frozen=True, kw_only=True)
class TooFewFailedDays(Kind):
    """Fewer than `days` local days of the debtor with a failed attempt since they were last heard of."""

    name = "too_few_failed_days"
    days: int = parameter(whole(1))

    @property
    def needs(self) -> tuple[str, ...]:
        """History in the debtor's days."""
        return ("history", "debtor.timezone")

    def prepare(self, case: Case) -> Look:
        """Count the days; later days add none, because later entries are not seen."""
        since = replied_at(case, "debtor")
        later_than = NOTHING if since is None else since
        failed = [place for place in case.selected(DEBTOR_FAILED) if case.micros[place] > later_than]
        found = len(set(case.days(case.debtor_clock, failed)))
        return always(Finding(found < self.days, "too_few_failed_days", (found, self.days)))


def _all_numbers_invalid(case: Case, later_than: int) -> bool:
    seen = set()
    for place, entry in _voice_backwards(case):
        if entry.number not in seen:
            if entry.outcome != "invalid" or case.micros[place] <= later_than:
                return False
            seen.add(entry.number)
    return bool(seen)


def _voice_backwards(case: Case) -> Iterator[tuple[int, Entry]]:
    """The debtor's voice entries whose outcome is known, newest first: mostly one or two are looked at."""
    debtor, entries = case.facts.debtor.id, case.entries
    for place in range(case.count - 1, -1, -1):
        entry = entries[place]
        if entry.person == debtor and entry.channel == "voice" and entry.outcome != PENDING:
            yield place, entry


def _days_by_result(case: Case, length: int) -> tuple[set[int], set[int], set[int]]:
    """Days with a failed attempt, with anything else, and with a conversation or inbound call; only the last ones."""
    places = case.selected(DEBTOR_KNOWN, length)
    failed: set[int] = set()
    spoilt: set[int] = set()
    replied: set[int] = set()
    for place, day in zip(places, case.days(case.debtor_clock, places), strict=True):
        outcome = case.entries[place].outcome
        (failed if outcome in FAILED else spoilt).add(day)
        if outcome in REPLY:
            replied.add(day)
    return failed, spoilt, replied
