"""Hours in which a person may be reached, by the clock on their wall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.conduct.core.instants import DAY_SECONDS
from kaopu.conduct.core.kinds.kind import Edges, Finding, Kind, Look
from kaopu.conduct.core.kinds.parameters import Window, flag, parameter, some_of, week

if TYPE_CHECKING:
    from kaopu.conduct.core.case import Case, Moment
    from kaopu.conduct.core.zones import LocalTime

THURSDAY = 3  # 1970-01-01, Monday being 0
PLACES = ("person", "debtor")


@dataclass(frozen=True, kw_only=True)
class OutsideHours(Kind):
    """The local time is outside the windows of the week, at any of the places; agreed hours may widen them."""

    name = "outside_hours"
    hours: tuple[Window, ...] = parameter(week)
    places: frozenset[str] = parameter(some_of(PLACES))
    no_holidays: bool = parameter(flag, default=False)
    widened_by_agreed_hours: bool = parameter(flag, default=False)

    @property
    def needs(self) -> tuple[str, ...]:
        """Time zones, and the holidays or agreed hours where they matter."""
        zones = [f"{place}.timezone" for place in PLACES if place in self.places]
        holidays = ["holidays"] if self.no_holidays else []
        return (*zones, *holidays, *(["person.agreed_hours"] if self.widened_by_agreed_hours else []))

    def prepare(self, case: Case) -> Look:
        """Look at each place's clock."""
        holidays = (case.facts.holidays or frozenset()) if self.no_holidays else frozenset()
        agreed = case.facts.person.agreed_hours if self.widened_by_agreed_hours else None
        places = [place for place in PLACES if place in self.places]

        def look(moment: Moment) -> Finding:
            for place in places:
                local = moment.at(place)
                if local.day in holidays:
                    return Finding(True, "holiday", (place, local))
                if not self._inside(local) and not (
                    agreed and place == "person" and agreed.start <= local.second < agreed.end
                ):
                    return Finding(True, "outside_hours", (place, local, self.hours))
            return Finding(False, "outside_hours", (places[0], moment.at(places[0]), self.hours))

        return look

    def edges(self, case: Case) -> Edges:
        """At midnight, and where windows open and close."""
        times = {0} | {time % DAY_SECONDS for window in self.hours if window for time in window}
        agreed = case.facts.person.agreed_hours if self.widened_by_agreed_hours else None
        mine = times | ({agreed.start, agreed.end} if agreed else set())
        return Edges(
            person=frozenset(mine) if "person" in self.places else frozenset(),
            debtor=frozenset(times) if "debtor" in self.places else frozenset(),
        )

    def _inside(self, local: LocalTime) -> bool:
        window = self.hours[(local.day + THURSDAY) % 7]
        return window is not None and window[0] <= local.second < window[1]
