"""Past attempts in the order in which they count, with their instants worked out once."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from kaopu.conduct.core.instants import EPOCH, MICROSECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kaopu.conduct.core.facts import Entry

# Entries of one instant are taken in this order; all others come last (permit-facts.md, Counting).
ORDER = {"invalid": 0, "no-answer": 1}


class History:
    """Entries, oldest first, their instants, and the places of each person's and outcome's."""

    __slots__ = ("entries", "groups", "micros")

    def __init__(self, entries: Iterable[Entry]) -> None:
        given = list(entries)
        moments = [(entry.at - EPOCH) // MICROSECOND for entry in given]
        if len(set(moments)) == len(moments):
            order = sorted(range(len(given)), key=moments.__getitem__)
        else:
            order = sorted(range(len(given)), key=lambda place: (moments[place], ORDER.get(given[place].outcome, 2)))
        self.entries = tuple([given[place] for place in order])
        self.micros = [moments[place] for place in order]
        self.groups: dict[tuple[str, str], list[int]] = {}
        for place, entry in enumerate(self.entries):
            sort = (entry.person, entry.outcome)
            if sort in self.groups:
                self.groups[sort].append(place)
            else:
                self.groups[sort] = [place]

    def until(self, moment: int) -> int:
        """How many entries there are up to an instant, in microseconds; one exactly at it counts."""
        return bisect_right(self.micros, moment)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, History) and self.entries == other.entries

    def __hash__(self) -> int:
        return hash(self.entries)
