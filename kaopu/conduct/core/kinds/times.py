"""Questions about single instants: reached, not reached yet, too long ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.conduct.core.instants import SECOND, micros
from kaopu.conduct.core.kinds.gates import OfField
from kaopu.conduct.core.kinds.kind import EACH_DAY, Edges, Finding, Look, always
from kaopu.conduct.core.kinds.parameters import parameter, whole
from kaopu.conduct.core.kinds.paths import field_of, value_of

if TYPE_CHECKING:
    from kaopu.conduct.core.case import Case


@dataclass(frozen=True, kw_only=True)
class OfInstant(OfField):
    """A question about one instant, which may be null."""

    def edges(self, case: Case) -> Edges:
        """At the instant."""
        found = self._instant(case)
        return Edges(instants=() if found is None else (found,))

    def _instant(self, case: Case) -> int | None:
        at = value_of(case, self.path)
        return None if at is None else micros(at)


@dataclass(frozen=True, kw_only=True)
class Reached(OfInstant):
    """The instant is set and not later than the moment."""

    name = "reached"
    field: str = parameter(field_of("instant"))

    def prepare(self, case: Case) -> Look:
        """Compare."""
        found = self._instant(case)
        if found is None:
            return always(Finding(False, "reached", (self.field, None)))
        at = value_of(case, self.field)
        return lambda moment: Finding(found <= moment.micros, "reached", (self.field, at))


@dataclass(frozen=True, kw_only=True)
class NotReached(OfInstant):
    """The instant is absent, null or later than the moment."""

    name = "not_reached"
    field: str = parameter(field_of("instant"))

    def prepare(self, case: Case) -> Look:
        """Compare."""
        found = self._instant(case)
        if found is None:
            return always(Finding(True, "not_reached", (self.field, None)))
        at = value_of(case, self.field)
        return lambda moment: Finding(found > moment.micros, "not_reached", (self.field, at))


@dataclass(frozen=True, kw_only=True)
class OlderThan(OfInstant):
    """The local day of the instant lies more than `days` days before today, by the person's clock. Null is not old."""

    name = "older_than"
    field: str = parameter(field_of("instant"))
    days: int = parameter(whole(0))

    @property
    def needs(self) -> tuple[str, ...]:
        """The instant and the person's zone."""
        return (self.field, "person.timezone")

    def prepare(self, case: Case) -> Look:
        """Count the days since."""
        found, limit = self._instant(case), self.days
        if found is None:
            return always(Finding(False, "older_than", (self.field, None, limit)))
        day = case.person_clock.local(found // SECOND).day
        return lambda moment: Finding(
            moment.person.day - day > limit, "older_than", (self.field, moment.person.day - day, limit)
        )

    def edges(self, case: Case) -> Edges:  # noqa: ARG002 - the same for all
        """At the person's midnight."""
        return EACH_DAY
