"""The chance that a borrower can still be found: own points, and contacts who agreed and may pass on a word.

Points of one person do not fail independently (one lost handset takes number and app along), so a share of the belief
goes to the case in which all stand or fall together: lost = (1 - s) * product(1 - p) + s * min(1 - p). With s = 0 that
is independence, with s = 1 the best point alone counts; more points never make it worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pooling:
    """How points are pooled: shares of common failure (same handset, same household), and contacts who pass it on.

    The figures are a start from judgement; `passes_on` is the chance that a contact who is reached finds the borrower.
    """

    own_together: float = 0.20
    contacts_together: float = 0.10
    passes_on: float = 0.50

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 <= getattr(self, name) <= 1:
                raise BadInput(f"pooling: {name} of {getattr(self, name)}, expected 0 to 1")


@dataclass(frozen=True, slots=True)
class Consent:
    """What one row says about a contact's agreement, when: yes, no, or unknown."""

    at: datetime
    agreed: bool | None


POOLING = Pooling()


def borrower_lost(own: Iterable[float], contacts: Iterable[float], pooling: Pooling = POOLING) -> float:
    """The chance that nobody and nothing reaches the borrower; 1 without any point.

    `own` and `contacts`: reach of each point that may be used; leave out suppressed points and whoever has not agreed.
    """
    passing = [each * pooling.passes_on for each in contacts]
    return pooled(list(own), pooling.own_together) * pooled(passing, pooling.contacts_together)


def pooled(reaches: Sequence[float], together: float) -> float:
    """The chance that none of these points reaches."""
    product, least = 1.0, 1.0
    for each in reaches:
        product *= 1.0 - each
        least = min(least, 1.0 - each)
    return float(mixed(product, least, together))


def mixed(product: Any, least: Any, together: float) -> Any:
    """Independent and common failure, weighed; works on numbers and on columns of them alike."""
    return (1.0 - together) * product + together * least


def agreed(consents: Iterable[Consent]) -> bool:
    """Whether a contact's point may count: the latest word is yes, and no refusal came at or after a first yes.

    A withdrawal is final; unknown is no.
    """
    known = list(consents)
    if not known:
        return False
    latest = max(each.at for each in known)
    first_yes = min((each.at for each in known if each.agreed is True), default=None)
    last_no = max((each.at for each in known if each.agreed is False), default=None)
    withdrawn = first_yes is not None and last_no is not None and last_no >= first_yes
    return not withdrawn and all(each.agreed is True for each in known if each.at == latest)


def at_least(probabilities: Iterable[float], count: int) -> float:
    """The chance that `count` or more of independent points reach (the Poisson binomial, one point at a time)."""
    exactly = [1.0]
    for each in probabilities:
        missed = [chance * (1.0 - each) for chance in exactly] + [0.0]
        exactly = [miss + hit * each for miss, hit in zip(missed, [0.0, *exactly], strict=True)]
    return sum(exactly[max(count, 0) :])


def exposure_at_risk(lost_and_exposure: Iterable[tuple[float, int]]) -> float:
    """Exposure expected to be with lost borrowers, in minor units: the sum of chance times exposure."""
    return sum(lost * exposure for lost, exposure in lost_and_exposure)
