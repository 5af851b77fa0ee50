"""One wish laid out for judging: which entries count, in whose local days, and what the clocks show at a moment."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from kaopu.conduct.core.history import History
from kaopu.conduct.core.instants import DAY_SECONDS, SECOND
from kaopu.conduct.core.zones import LocalTime, clock_of

if TYPE_CHECKING:
    from kaopu.conduct.core.facts import Entry, Facts, Request
    from kaopu.conduct.core.zones import LocalClock

NO_HISTORY = History(())
DAY = DAY_SECONDS * SECOND


class Selection(NamedTuple):
    """Which entries a rule takes; None takes all.

    `whose` is person, debtor, number or others; `episode` is any, this or other.
    """

    whose: str
    outcomes: frozenset[str]
    channels: frozenset[str] | None = None
    purposes: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    episode: str = "any"


class Moment:
    """An instant in microseconds, with what the clocks of the person and of the debtor show then."""

    __slots__ = ("_case", "_debtor", "_person", "micros")

    def __init__(self, case: Case, micros: int) -> None:
        self.micros = micros
        self._case = case
        self._person: LocalTime | None = None
        self._debtor: LocalTime | None = None

    @property
    def person(self) -> LocalTime:
        """Local time of the person to be reached."""
        if self._person is None:
            self._person = self._case.person_clock.local(self.micros // SECOND)
        return self._person

    @property
    def debtor(self) -> LocalTime:
        """Local time of the debtor."""
        if self._debtor is None:
            # The person's zone may be missing where only the debtor's is asked for: the names are compared first.
            same = self._case.facts.person.timezone == self._case.facts.debtor.timezone
            self._debtor = self.person if same else self._case.debtor_clock.local(self.micros // SECOND)
        return self._debtor

    def at(self, place: str) -> LocalTime:
        """Local time of the `person` or of the `debtor`."""
        return self.person if place == "person" else self.debtor


class Case:
    """A request and its facts, cut at an instant: later entries are never seen, wherever the clock is moved."""

    __slots__ = ("_selected", "count", "cut", "entries", "facts", "history", "micros", "request")

    def __init__(self, request: Request, facts: Facts, cut: int) -> None:
        self.request = request
        self.facts = facts
        self.cut = cut
        self.history = facts.history or NO_HISTORY
        self.count = self.history.until(cut)
        self.entries: tuple[Entry, ...] = self.history.entries
        self.micros = self.history.micros
        self._selected: dict[tuple[Selection, int | None], list[int]] = {}

    @property
    def person_clock(self) -> LocalClock:
        """The clock of the person to be reached; asked for only by rules that need their time zone."""
        return _clock(self.facts.person.timezone)

    @property
    def debtor_clock(self) -> LocalClock:
        """The clock of the debtor."""
        return _clock(self.facts.debtor.timezone)

    def selected(self, selection: Selection, days: int | None = None) -> list[int]:
        """Places of the entries that a rule takes, oldest first.

        With `days`, at least those of that many local days up to the cut or to any later moment, and few others: the
        caller still asks for each entry's day.
        """
        found = self._selected.get((selection, days))
        if found is None:
            found = self._selected[selection, days] = self._select(selection, days)
        return found

    def days(self, clock: LocalClock, places: list[int]) -> list[int]:
        """The local days of entries."""
        return clock.days([self.micros[place] for place in places])

    def _select(self, wanted: Selection, days: int | None) -> list[int]:
        # A local day begins at most 24 hours before its last instant; one more day for clocks that go back.
        start = 0 if days is None else bisect_left(self.micros, self.cut - (days + 2) * DAY)
        entries = self.entries
        found = self._places(wanted.whose, wanted.outcomes, start)
        if (channels := wanted.channels) is not None:
            found = [place for place in found if entries[place].channel in channels]
        if (purposes := wanted.purposes) is not None:
            found = [place for place in found if entries[place].purpose in purposes]
        if (roles := wanted.roles) is not None:
            found = [place for place in found if entries[place].role in roles]
        return found if wanted.episode == "any" else self._in_episode(found, wanted.episode)

    def _in_episode(self, places: list[int], which: str) -> list[int]:
        # An entry without an episode is under none: neither this one nor another.
        mine = self.facts.episode.id if self.facts.episode else None
        if mine is None:
            return []
        if which == "this":
            return [place for place in places if self.entries[place].episode == mine]
        return [place for place in places if self.entries[place].episode not in {mine, None}]

    def _places(self, whose: str, outcomes: frozenset[str], start: int) -> list[int]:
        if whose == "number":
            number = self.request.number
            seen = enumerate(self.entries[start : self.count], start)
            return [place for place, entry in seen if entry.number == number and entry.outcome in outcomes]
        groups = self.history.groups
        if whose == "others":
            mine = self.facts.person.id
            lists = [places for (who, what), places in groups.items() if who != mine and what in outcomes]
        else:
            who = self.facts.person.id if whose == "person" else self.facts.debtor.id
            lists = [groups[who, outcome] for outcome in outcomes if (who, outcome) in groups]
        if start or self.count < len(self.entries):
            lists = [places[bisect_left(places, start) : bisect_left(places, self.count)] for places in lists]
        return lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists))


def _clock(name: str | None) -> LocalClock:
    clock = None if name is None else clock_of(name)
    if clock is None:
        raise LookupError(f"{name!r} is no time zone; the facts should have been refused")
    return clock
