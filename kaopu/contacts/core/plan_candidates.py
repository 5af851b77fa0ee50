"""What could be re-checked, and what each re-check saves as the plan stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kaopu.contacts.core.evidence import POINT_KINDS
from kaopu.contacts.core.plan_channels import ASK_BORROWER
from kaopu.contacts.core.plan_value import outlook, survival

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from kaopu.contacts.core.borrower_reach import Pooling
    from kaopu.contacts.core.hazard import Hazard
    from kaopu.contacts.core.plan_channels import Channel
    from kaopu.contacts.core.plan_value import Worth
    from kaopu.contacts.core.reached import Reached

# Below this a point is as good as known to be dead: nothing is sent there again, the borrower is asked.
KNOWN_DEAD = 0.2
FRESH_US = 30 * 86_400 * 10**6
# A change of a chance below this is what rounding leaves of none.
NOTHING = 1e-12
CONTACT = 1
PHONE = POINT_KINDS.index("phone")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All that a plan is made from besides what the filter found."""

    hazards: Mapping[str, Hazard]
    channels: Mapping[str, tuple[Channel, ...]]
    pooling: Pooling
    worth: Worth

    @property
    def value_share(self) -> float:
        """Loss if lost, less the share in which all points stand or fall together."""
        apart = (1 - self.pooling.own_together) * (1 - self.pooling.contacts_together)
        return self.worth.loss_if_lost * apart


class Columns(NamedTuple):
    """Candidates by place: link, channel, cost, and what is left of its borrower's products once it is taken."""

    link: NDArray[np.int64]
    channel: NDArray[np.int64]
    cost: NDArray[np.int64]
    keeps_u: NDArray[np.float64]
    keeps_b: NDArray[np.float64]


@dataclass(eq=False)
class Candidates:
    """Pairs of link and channel; `u` and `b`: each borrower's products of plan_value, as the plan stands."""

    reached: Reached
    exposure_yuan: NDArray[np.float64]
    assumed: Assumptions
    channels: tuple[Channel, ...]
    columns: Columns
    u: NDArray[np.float64]
    b: NDArray[np.float64]
    goes_first: NDArray[np.bool_]  # by link: own phones that go before contacts
    waiting: NDArray[np.int64] = field(init=False)  # by borrower: how many of those are not in the plan yet
    version: dict[int, int] = field(default_factory=dict)
    taken_points: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        first = self.reached.link_borrower[self.goes_first]
        self.waiting = np.bincount(first, minlength=len(self.reached.borrower_id))
        self.borrower = self.reached.link_borrower[self.columns.link]
        self._order = np.argsort(self.borrower, kind="stable")
        self._starts = np.searchsorted(self.borrower[self._order], np.arange(len(self.reached.borrower_id) + 1))

    def gains(self) -> NDArray[np.float64]:
        """Yuan of loss that each saves, were it the first of the plan."""
        whole = self.u[self.borrower] * (1 - self.columns.keeps_u)
        blocked = self.b[self.borrower] * (1 - self.columns.keeps_b)
        less = whole - (1 - self.assumed.worth.found_anyway) * blocked
        less = np.where(less > NOTHING, less, 0.0)
        return np.asarray(self.exposure_yuan[self.borrower] * self.assumed.value_share * less)

    def gain(self, place: int) -> float:
        """The same of one, as the plan stands."""
        borrower, columns = self.borrower[place], self.columns
        blocked = self.b[borrower] * (1 - columns.keeps_b[place])
        less = self.u[borrower] * (1 - columns.keeps_u[place]) - (1 - self.assumed.worth.found_anyway) * blocked
        return float(self.exposure_yuan[borrower] * self.assumed.value_share * less) if less > NOTHING else 0.0

    def waits(self) -> NDArray[np.bool_]:
        """Which are of contacts whose borrower has an own phone that goes first."""
        return np.asarray((self.reached.link_role[self.columns.link] == CONTACT) & (self.waiting[self.borrower] > 0))

    def is_open(self, place: int) -> bool:
        """Whether its point is not in the plan yet, for this borrower or another, and nothing goes before it."""
        link = self.columns.link[place]
        waits = self.reached.link_role[link] == CONTACT and self.waiting[self.borrower[place]] > 0
        return not waits and int(self.reached.link_point[link]) not in self.taken_points

    def take(self, place: int) -> None:
        """Put it into the plan."""
        link, borrower = self.columns.link[place], int(self.borrower[place])
        self.taken_points.add(int(self.reached.link_point[link]))
        self.u[borrower] *= self.columns.keeps_u[place]
        self.b[borrower] *= self.columns.keeps_b[place]
        self.waiting[borrower] -= int(self.goes_first[link])
        self.version[borrower] = self.version.get(borrower, 0) + 1

    def of_borrower(self, borrower: int) -> list[int]:
        """Places of a borrower's candidates that are open."""
        places = self._order[self._starts[borrower] : self._starts[borrower + 1]]
        return [int(each) for each in places if self.is_open(each)]


def candidates_of(
    reached: Reached, exposure_yuan: NDArray[np.float64], assumed: Assumptions, as_of_us: int
) -> Candidates:
    """All that could be re-checked: points that may count, each by the channels of its kind.

    Nothing is sent to a point that is a stranger's or as good as dead: there the borrower is asked, and only there.
    """
    channels = tuple(dict.fromkeys(each for held in assumed.channels.values() for each in held))
    point = reached.link_point
    reach = np.where(reached.suppress[point], 0.0, reached.reach[point])
    passes_on = np.where(reached.link_role == CONTACT, assumed.pooling.passes_on, 1.0)
    lives = np.array([survival(assumed.hazards[kind], assumed.worth) for kind in POINT_KINDS])[reached.kind[point]].T
    plain_u, plain_b = _outlook(reach, passes_on, lives, 0.0)
    found = []
    for number, way in enumerate(channels):
        kinds = [place for place, kind in enumerate(POINT_KINDS) if way in assumed.channels[kind]]
        asks = (reach < KNOWN_DEAD) == (way.name == ASK_BORROWER)
        link = np.flatnonzero(reached.link_counts & asks & np.isin(reached.kind[point], kinds))
        u, b = _outlook(reach[link], passes_on[link], lives[:, link], way.detects * assumed.worth.renews)
        same = np.full(len(link), number), np.full(len(link), way.cost)
        found.append(Columns(link, *same, u / plain_u[link], b / plain_b[link]))
    columns = Columns(*(np.concatenate(each) for each in zip(*found, strict=True)))
    of_u, of_b = _product(reached, plain_u), _product(reached, plain_b)
    goes_first = _stale_own_phones(reached, as_of_us)
    held = Candidates(reached, exposure_yuan, assumed, channels, columns, of_u, of_b, goes_first)
    worth_it = np.zeros(len(point), bool)
    worth_it[columns.link[held.gains() > 0]] = True
    return Candidates(reached, exposure_yuan, assumed, channels, columns, held.u, held.b, goes_first & worth_it)


def _outlook(
    reach: NDArray[np.float64], passes_on: NDArray[np.float64], lives: NDArray[np.float64], renewed: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    found = outlook(reach, passes_on, (lives[0], lives[1]), renewed)  # type: ignore[arg-type]
    # A product that is exactly 0 could not be taken apart again.
    return np.maximum(found.u, 1e-12), np.maximum(found.b, 1e-12)


def _product(reached: Reached, column: NDArray[np.float64]) -> NDArray[np.float64]:
    """By borrower, over the links that may count."""
    product = np.ones(len(reached.borrower_id))
    np.multiply.at(product, reached.link_borrower[reached.link_counts], column[reached.link_counts])
    return product


def _stale_own_phones(reached: Reached, as_of_us: int) -> NDArray[np.bool_]:
    """Links of own phones that were not confirmed lately."""
    own = (reached.link_role != CONTACT) & (reached.kind[reached.link_point] == PHONE)
    return np.asarray(own & (reached.confirmed_us[reached.link_point] < as_of_us - FRESH_US))
