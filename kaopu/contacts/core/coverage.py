"""How far contacts get, from nomination to a point that still reaches half a year on, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

STEPS = ("nominated", "opened", "accepted", "verified", "alive_180")
NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Journey:
    """One nomination: when it came to each step, if it did, and what it cost in minor units.

    `reach_180`: the chance that the contact is still reached 180 days after verification; None before that day.
    """

    nominated_at: datetime
    opened_at: datetime | None = None
    accepted_at: datetime | None = None
    verified_at: datetime | None = None
    reach_180: float | None = None
    cost_minor: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts by step; of those verified 180 days ago or more, how many are expected to be reached still."""

    nominated: int
    opened: int
    accepted: int
    verified: int
    verified_180_days: int
    alive_180: float
    cost_minor: int

    @property
    def cost_per_verified_minor(self) -> float | None:
        """Everything spent, also on those who never came so far, by verified contact; None without one."""
        return self.cost_minor / self.verified if self.verified else None

    @property
    def shares(self) -> dict[str, float | None]:
        """Each step as a share of the one before it; the last of those verified long enough ago."""
        chain = ((self.opened, self.nominated), (self.accepted, self.opened), (self.verified, self.accepted))
        shares = [part / whole if whole else None for part, whole in chain]
        last = self.alive_180 / self.verified_180_days if self.verified_180_days else None
        return dict(zip(STEPS[1:], [*shares, last], strict=True))


def coverage(journeys: Iterable[Journey]) -> Coverage:
    """The funnel of these nominations."""
    known: Sequence[Journey] = list(journeys)
    ripe = [each.reach_180 for each in known if each.verified_at is not None and each.reach_180 is not None]
    return Coverage(
        len(known),
        sum(each.opened_at is not None for each in known),
        sum(each.accepted_at is not None for each in known),
        sum(each.verified_at is not None for each in known),
        len(ripe),
        sum(ripe),
        sum(each.cost_minor for each in known),
    )


@dataclass(frozen=True, slots=True)
class DropOff:
    """Applications given up with the contact step less those without it, with its 95 % interval."""

    with_step: float
    without_step: float
    difference: float
    low: float
    high: float


def drop_off(with_step: tuple[int, int], without_step: tuple[int, int]) -> DropOff:
    """From (begun, completed) of both; groups drawn by lot, or the difference means nothing.

    Newcombe's interval of two independent shares (Statistics in Medicine 17, 1998, method 10).
    """
    for begun, completed in (with_step, without_step):
        if not 0 <= completed <= begun or begun == 0:
            raise BadInput(
                f"applications: {completed} completed of {begun} begun, expected some, and no more than begun"
            )
    one, other = (1 - completed / begun for begun, completed in (with_step, without_step))
    (low, high), (other_low, other_high) = wilson(one, with_step[0]), wilson(other, without_step[0])
    difference = one - other
    return DropOff(
        one,
        other,
        difference,
        difference - sqrt((one - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - one) ** 2 + (other - other_low) ** 2),
    )


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of `count`."""
    square = NORMAL_95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = NORMAL_95 / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count**2))
    return middle - half, middle + half


def usable_share(episodes: Iterable[Sequence[float]], usable_from: float = 0.5) -> float | None:
    """Share of lost-contact episodes in which some consenting contact's reach was at least `usable_from`.

    One entry an episode: the reaches of the borrower's consenting contacts when it opened. None without an episode.
    """
    known = [max(reaches, default=0.0) >= usable_from for reaches in episodes]
    return sum(known) / len(known) if known else None
