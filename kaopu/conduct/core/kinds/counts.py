"""Counting what was done before: caps, and whether the person called."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kaopu.conduct.core.case import Case, Moment, Selection
from kaopu.conduct.core.facts import CHANNELS, PENDING, PURPOSES, REPLY, ROLES
from kaopu.conduct.core.kinds.kind import EACH_DAY, STEADY, Edges, Finding, Kind, Look, always
from kaopu.conduct.core.kinds.parameters import one_of, outcomes, parameter, some_of, whole

if TYPE_CHECKING:
    from collections.abc import Callable

INBOUND = frozenset({"inbound"})
WHOSE = ("person", "debtor", "number", "others")
TODAY = 1
REPLIES = {whose: Selection(whose, REPLY) for whose in ("person", "debtor")}
CALLS = Selection("person", INBOUND)


@dataclass(frozen=True, kw_only=True)
class Cap(Kind):
    """At least `at_least` entries of a kind, in `days` local days of the person to be reached (today is 1) or ever.

    A permit whose outcome is not known counts as whatever is counted here. `since` takes only entries later than the
    last conversation or inbound call of the person (`reply`), or than their latest inbound call in these days
    (`inbound`).
    """

    name = "cap"
    of: str = parameter(one_of(WHOSE))
    count: frozenset[str] = parameter(outcomes)
    at_least: int = parameter(whole(1))
    days: int | None = parameter(whole(1), default=None)
    on_channels: frozenset[str] | None = parameter(some_of(CHANNELS), default=None)
    for_purposes: frozenset[str] | None = parameter(some_of(PURPOSES), default=None)
    with_roles: frozenset[str] | None = parameter(some_of(ROLES), default=None)
    episode: str = parameter(one_of(("any", "this", "other")), default="any")
    since: str = parameter(one_of(("ever", "reply", "inbound")), default="ever")
    distinct: str = parameter(one_of(("entries", "persons")), default="entries")

    @property
    def needs(self) -> tuple[str, ...]:
        """History; the zone for days; the number or the episode where entries are told apart by them."""
        return (
            "history",
            *(["person.timezone"] if self.days else []),
            *(["number"] if self.of == "number" else []),
            *(["episode.id"] if self.episode != "any" else []),
        )

    @cached_property
    def selection(self) -> Selection:
        """The entries that are counted."""
        return Selection(
            self.of, self.count | {PENDING}, self.on_channels, self.for_purposes, self.with_roles, self.episode
        )

    def prepare(self, case: Case) -> Look:
        """Count once what the moment does not change."""
        places = case.selected(self.selection, None if self.since == "inbound" else self.days)
        if self.since == "inbound":
            return self._answer(self._after_inbound(case, places))
        if self.since == "reply":
            reply = replied_at(case, "person")
            places = places if reply is None else [place for place in places if case.micros[place] > reply]
        if self.days is None:
            found = self._size(case, places)
            return always(Finding(found >= self.at_least, "cap", (found, self.at_least, self)))
        return self._answer(self._in_days(case, places, self.days))

    def edges(self, case: Case) -> Edges:  # noqa: ARG002 - the same for all
        """At the person's midnight, where days are counted."""
        return EACH_DAY if self.days else STEADY

    def _answer(self, counted: Callable[[Moment], int]) -> Look:
        limit, values = self.at_least, (self,)

        def look(moment: Moment) -> Finding:
            found = counted(moment)
            return Finding(found >= limit, "cap", (found, limit, *values))

        return look

    def _in_days(self, case: Case, places: list[int], length: int) -> Callable[[Moment], int]:
        days = case.days(case.person_clock, places)
        if self.distinct == "entries":
            # Sorted once more: where a clock goes back over midnight, a later entry may show the earlier day.
            days.sort()
            return lambda moment: _within(days, moment.person.day, length)

        def counted(moment: Moment) -> int:
            today = moment.person.day
            dated = zip(places, days, strict=True)
            return self._size(case, [place for place, day in dated if today - length < day <= today])

        return counted

    def _after_inbound(self, case: Case, places: list[int]) -> Callable[[Moment], int]:
        length = self.days or TODAY
        calls = case.selected(CALLS, length)
        days = case.days(case.person_clock, calls)

        def counted(moment: Moment) -> int:
            today = moment.person.day
            dated = zip(reversed(calls), reversed(days), strict=True)
            call = next((place for place, day in dated if today - length < day <= today), None)
            if call is None:
                return 0
            return self._size(case, [place for place in places if case.micros[place] > case.micros[call]])

        return counted

    def _size(self, case: Case, places: list[int]) -> int:
        return len(places) if self.distinct == "entries" else len({case.entries[place].person for place in places})


@dataclass(frozen=True, kw_only=True)
class NoInbound(Kind):
    """The person did not call in so many local days, today included. A pending permit is no call."""

    name = "no_inbound"
    days: int = parameter(whole(1))

    @property
    def needs(self) -> tuple[str, ...]:
        """History and the person's zone."""
        return ("history", "person.timezone")

    def prepare(self, case: Case) -> Look:
        """Look for a call."""
        length = self.days
        days = sorted(case.days(case.person_clock, case.selected(CALLS, length)))

        def look(moment: Moment) -> Finding:
            found = _within(days, moment.person.day, length)
            return Finding(found == 0, "no_inbound", (found, length))

        return look

    def edges(self, case: Case) -> Edges:  # noqa: ARG002 - the same for all
        """At the person's midnight."""
        return EACH_DAY


def replied_at(case: Case, whose: str) -> int | None:
    """The instant of the last conversation with a person or call from them; None if there was none."""
    replies = case.selected(REPLIES[whose])
    return case.micros[replies[-1]] if replies else None


def _within(days: list[int], today: int, length: int) -> int:
    return bisect_right(days, today) - bisect_left(days, today - length + 1)
