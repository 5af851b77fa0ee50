"""What re-checking a point is worth: how much less likely its borrower is lost some time from now.

A re-check by itself changes nothing; what helps is that a dead point is found while the borrower can still be asked
for a new one through something else. So the chance of being lost at the horizon, with a set S of re-checks now, is

    lost(S) = product u(S) - (1 - f) * (product b(S) - product b(no re-check)).

u: a point does not lead to the borrower at the horizon, renewals counted. b: nor does it now, so that through it
nobody can be asked; where nothing leads to the borrower now, new points come with chance f alone (found anyway: at
the next payment, in a branch). Points are independent here; the share of common failure gets no value, because where
all stand or fall together there is either nothing to renew or nobody to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from kaopu.contacts.core.reach_step import DAYS_IN_YEAR, after
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kaopu.contacts.core.hazard import Hazard


@dataclass(frozen=True, slots=True)
class Worth:
    """What a plan assumes; from judgement, to be replaced by the lender's own.

    `renews`: a borrower who is asked gives a new point. `loss_if_lost`: share of the exposure that being lost costs
    over the horizon: the chance of default times what is recovered less from somebody who cannot be found.
    """

    horizon_days: float = 180.0
    renews: float = 0.6
    found_anyway: float = 0.2
    loss_if_lost: float = 0.02

    def __post_init__(self) -> None:
        for name in ("renews", "found_anyway", "loss_if_lost"):
            if not 0 <= getattr(self, name) <= 1:
                raise BadInput(f"plan: {name} of {getattr(self, name)}, expected 0 to 1")
        if not self.horizon_days > 0:
            raise BadInput(f"plan: horizon of {self.horizon_days} days, expected above 0")


@dataclass(frozen=True, slots=True)
class Outlook:
    """One point: the chances u and b of the formula, as it stands (`plain`) and as a re-check would make them."""

    u: float
    b: float
    plain_b: float


def survival(hazard: Hazard, worth: Worth) -> tuple[float, float]:
    """Chances of being alive at the horizon for a point that is alive now, and for one that is dead now."""
    years = worth.horizon_days / DAYS_IN_YEAR
    return (
        after(1.0, years, hazard.churn_per_year, hazard.return_per_year),
        after(0.0, years, hazard.churn_per_year, hazard.return_per_year),
    )


def outlook(reach: float, passes_on: float, lives: tuple[float, float], renewed: float) -> Outlook:
    """Chances u and b of one point: `passes_on` is 1 for an own one, `renewed` that a dead one is found and replaced.

    Works on numbers and on columns alike.
    """
    if_alive, if_dead = lives
    dead_then = renewed * if_alive + (1 - renewed) * if_dead
    leads = passes_on * (reach * if_alive + (1 - reach) * dead_then)
    neither = (1 - passes_on) + passes_on * (1 - reach) * (1 - dead_then)
    return Outlook(1 - leads, neither, (1 - passes_on) + passes_on * (1 - reach) * (1 - if_dead))


def lost_then(outlooks: Sequence[Outlook], worth: Worth) -> float:
    """The chance of being lost at the horizon, points independent."""
    blocked = prod(each.b for each in outlooks) - prod(each.plain_b for each in outlooks)
    return prod(each.u for each in outlooks) - (1 - worth.found_anyway) * blocked
