"""How what was learnt wears off: call counts that halve with age, and reach by the age of the last confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaopu.contacts.core.reach_step import DAYS_IN_YEAR, after

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kaopu.contacts.core.hazard import Hazard


@dataclass(frozen=True, slots=True)
class BetaBelief:
    """How often a person answers: a Beta distribution over the share of calls answered."""

    answered: float = 1.0
    missed: float = 1.0

    def with_calls(self, calls: Iterable[tuple[float, bool]], half_life_days: float | None = None) -> BetaBelief:
        """After these calls of (age in days, answered); each counts 0.5 ** (age / half-life), or 1 without one."""
        weighed = [(decay_weight(age, half_life_days), answered) for age, answered in calls]
        return BetaBelief(
            self.answered + sum(weight for weight, answered in weighed if answered),
            self.missed + sum(weight for weight, answered in weighed if not answered),
        )

    @property
    def mean(self) -> float:
        """Expected share answered."""
        return self.answered / (self.answered + self.missed)

    @property
    def mode(self) -> float:
        """The most likely share; needs both counts above 1."""
        return (self.answered - 1) / (self.answered + self.missed - 2)

    def above(self, share: float) -> float:
        """The chance that more than `share` is answered: 1 - I_share(answered, missed)."""
        from scipy.special import betainc

        return float(1 - betainc(self.answered, self.missed, share))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The central interval that holds the share with this chance."""
        from scipy.special import betaincinv

        tail = (1 - level) / 2
        return tuple(float(betaincinv(self.answered, self.missed, at)) for at in (tail, 1 - tail))  # type: ignore[return-value]


def decay_weight(age_days: float, half_life_days: float | None) -> float:
    """What a call of this age still counts."""
    return 1.0 if half_life_days is None else 0.5 ** (age_days / half_life_days)


def decay_curve(hazard: Hazard, ages_days: Iterable[float], confirmed: float = 1.0) -> tuple[float, ...]:
    """Reach of a point by the days since it was confirmed, when nothing was seen of it since."""
    return tuple(
        after(confirmed, days / DAYS_IN_YEAR, hazard.churn_per_year, hazard.return_per_year) for days in ages_days
    )


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Points whose last confirmation is this old: how many, believed to reach, and found to reach."""

    from_days: int
    count: int
    believed: float
    found: float


def observed_decay(
    points: Iterable[tuple[float, float, bool]], band_starts_days: Sequence[int] = (0, 30, 90, 180, 365)
) -> tuple[AgeBand, ...]:
    """Belief beside truth by age, from (days since confirmed, reach, alive); bands without a point are left out."""
    found: dict[int, list[tuple[float, bool]]] = {start: [] for start in sorted(band_starts_days)}
    for days, reach, alive in points:
        start = max((each for each in found if each <= days), default=min(found))
        found[start].append((reach, alive))
    return tuple(
        AgeBand(
            start, len(held), sum(reach for reach, _ in held) / len(held), sum(alive for _, alive in held) / len(held)
        )
        for start, held in found.items()
        if held
    )
