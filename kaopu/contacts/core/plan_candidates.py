"""What could be re-checked, its first worth in columns, and its worth worked out anew once others are chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kaopu.contacts.core.evidence import POINT_KINDS
from kaopu.contacts.core.plan_channels import ASK_BORROWER, Channel
from kaopu.contacts.core.plan_value import Outlook, lost_then, outlook, survival

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.contacts.core.plan import Assumptions
    from kaopu.contacts.core.reached import Reached

# Below this a point is as good as known to be dead: nothing is sent there again, the borrower is asked.
KNOWN_DEAD = 0.2
FRESH_US = 30 * 86_400 * 10**6
CONTACT = 1
PHONE = POINT_KINDS.index("phone")


@dataclass(eq=False)
class Candidates:
    """Pairs of link and channel with what they save (`ratio` per ten-thousandth of a yuan), and what was taken."""

    reached: Reached
    exposure_yuan: NDArray[np.float64]
    assumed: Assumptions
    as_of_us: int
    channels: tuple[Channel, ...]
    link: NDArray[np.int64]
    channel: NDArray[np.int64]
    ratio: NDArray[np.float64]
    cost: NDArray[np.int64]
    own_waiting: NDArray[np.int32]  # own phones of each borrower that are to go first
    goes_first: NDArray[np.bool_]  # by link
    version: dict[int, int] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)  # link: channel
    taken_points: set[int] = field(default_factory=set)

    @cached_property
    def cheapest(self) -> int:
        """The least that any candidate costs."""
        return int(self.cost.min()) if len(self.cost) else 0

    @cached_property
    def links_by_borrower(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Links sorted by borrower, and where each borrower's begin."""
        order = np.argsort(self.reached.link_borrower, kind="stable")
        starts = np.searchsorted(self.reached.link_borrower[order], np.arange(len(self.reached.borrower_id) + 1))
        return order, starts

    @property
    def waits_first(self) -> NDArray[np.bool_]:
        """Candidates of contacts whose borrower has an own phone that goes first."""
        borrower = self.reached.link_borrower[self.link]
        return np.asarray((self.reached.link_role[self.link] == CONTACT) & (self.own_waiting[borrower] > 0))

    def sorted_first(self) -> NDArray[np.int64]:
        """Places by falling ratio; equal ones in the order of the file."""
        return np.argsort(-self.ratio, kind="stable")

    def must_wait(self, link: int) -> bool:
        """Whether an own phone of the borrower goes first."""
        return bool(self.reached.link_role[link] == CONTACT and self.own_waiting[self.reached.link_borrower[link]] > 0)

    def is_taken(self, link: int) -> bool:
        """Whether the link's point is in the plan, for this borrower or another."""
        return int(self.reached.link_point[link]) in self.taken_points

    def take(self, link: int, channel: int) -> None:
        """Put it into the plan."""
        borrower = int(self.reached.link_borrower[link])
        self.taken[link] = channel
        self.taken_points.add(int(self.reached.link_point[link]))
        self.version[borrower] = self.version.get(borrower, 0) + 1
        if self.goes_first[link]:
            self.own_waiting[borrower] -= 1

    def links_of(self, borrower: int) -> list[int]:
        """All links of a borrower, those that count or not."""
        order, starts = self.links_by_borrower
        return [int(each) for each in order[starts[borrower] : starts[borrower + 1]]]

    def gain(self, link: int, channel: int) -> float:
        """Yuan of loss that re-checking it saves, given what is in the plan."""
        borrower = int(self.reached.link_borrower[link])
        before = self.lost_with({}, borrower)
        return self.loss_of(borrower) * max(0.0, before - self.lost_with({link: channel}, borrower))

    def lost_with(self, more: dict[int, int], borrower: int) -> float:
        """The chance of being lost at the horizon with the plan and `more`, points independent."""
        chosen = self.taken | more if borrower in self.version else more
        held = [self.outlook(each, chosen.get(each)) for each in self.links_of(borrower) if self.may_count(each)]
        return lost_then(held, self.assumed.worth)

    def loss_of(self, borrower: int) -> float:
        """Yuan that being lost would cost, less the share in which all points stand or fall together."""
        return float(self.exposure_yuan[borrower]) * value_share(self.assumed)

    def may_count(self, link: int) -> bool:
        """Whether the point is the borrower's own or of a contact who agreed."""
        return bool(self.reached.link_counts[link])

    def outlook(self, link: int, channel: int | None) -> Outlook:
        """The point's outlook, re-checked by a channel or not."""
        point, worth = int(self.reached.link_point[link]), self.assumed.worth
        reach = 0.0 if self.reached.suppress[point] else float(self.reached.reach[point])
        passes_on = self.assumed.pooling.passes_on if self.reached.link_role[link] == CONTACT else 1.0
        hazard = self.assumed.hazards[POINT_KINDS[self.reached.kind[point]]]
        renewed = 0.0 if channel is None else self.channels[channel].detects * worth.renews
        return outlook(reach, passes_on, survival(hazard, worth), renewed)

    def anew(self, borrower: int) -> list[tuple[int, int, float]]:
        """(link, channel, gain) of what is left of a borrower."""
        links = [each for each in self.links_of(borrower) if self.may_count(each) and not self.is_taken(each)]
        ways = [(link, way) for link in links if not self.must_wait(link) for way in self.ways_of(link)]
        return [(link, way, gain) for link, way in ways if (gain := self.gain(link, way)) > 0]

    def ways_of(self, link: int) -> list[int]:
        """Channels of a link's point: nothing is sent to one that is a stranger's or as good as dead."""
        point = int(self.reached.link_point[link])
        dead = bool(self.reached.suppress[point]) or self.reached.reach[point] < KNOWN_DEAD
        kind = POINT_KINDS[self.reached.kind[point]]
        return [
            place
            for place, each in enumerate(self.channels)
            if each in self.assumed.channels[kind] and (each.name == ASK_BORROWER) == dead
        ]


def value_share(assumed: Assumptions) -> float:
    """Loss if lost, less the share of common failure."""
    apart = (1 - assumed.pooling.own_together) * (1 - assumed.pooling.contacts_together)
    return assumed.worth.loss_if_lost * apart


def candidates_of(
    reached: Reached, exposure_yuan: NDArray[np.float64], assumed: Assumptions, as_of_us: int
) -> Candidates:
    """All that could be re-checked, with first gains: the formula of `plan_value`, in columns."""
    channels = tuple(dict.fromkeys(each for held in assumed.channels.values() for each in held))
    point = reached.link_point
    reach = np.where(reached.suppress[point], 0.0, reached.reach[point])
    dead = reach < KNOWN_DEAD
    passes_on = np.where(reached.link_role == CONTACT, assumed.pooling.passes_on, 1.0)
    lives = np.array([survival(assumed.hazards[kind], assumed.worth) for kind in POINT_KINDS])[reached.kind[point]]
    plain = outlook(reach, passes_on, (lives[:, 0], lives[:, 1]), 0.0)  # type: ignore[arg-type]
    others_u, others_b = (_of_others(reached, np.asarray(each)) for each in (plain.u, plain.b))
    found = []
    for number, way in enumerate(channels):
        kinds = [place for place, kind in enumerate(POINT_KINDS) if way in assumed.channels[kind]]
        able = reached.link_counts & np.isin(reached.kind[point], kinds) & (dead == (way.name == ASK_BORROWER))
        links = np.flatnonzero(able)
        if not len(links):
            continue
        renewed = way.detects * assumed.worth.renews
        changed = outlook(reach[links], passes_on[links], (lives[links, 0], lives[links, 1]), renewed)  # type: ignore[arg-type]
        less_u = np.asarray(plain.u)[links] - np.asarray(changed.u)
        less_b = np.asarray(plain.b)[links] - np.asarray(changed.b)
        less = others_u[links] * less_u - (1 - assumed.worth.found_anyway) * others_b[links] * less_b
        gain = exposure_yuan[reached.link_borrower[links]] * value_share(assumed) * less
        worth_it = gain > 0
        found.append((links[worth_it], np.full(int(worth_it.sum()), number), gain[worth_it] / way.cost, way.cost))
    link = np.concatenate([np.empty(0, np.int64), *(each[0] for each in found)]).astype(np.int64)
    channel = np.concatenate([np.empty(0, np.int64), *(each[1] for each in found)]).astype(np.int64)
    ratio = np.concatenate([np.empty(0), *(each[2] for each in found)])
    cost = np.concatenate([np.empty(0, np.int64), *(np.full(len(each[0]), each[3]) for each in found)]).astype(np.int64)
    goes_first = _own_phones(reached, link, as_of_us)
    waiting = np.bincount(reached.link_borrower[goes_first], minlength=len(reached.borrower_id)).astype(np.int32)
    return Candidates(
        reached, exposure_yuan, assumed, as_of_us, channels, link, channel, ratio, cost, waiting, goes_first
    )


def _own_phones(reached: Reached, candidates: NDArray[np.int64], as_of_us: int) -> NDArray[np.bool_]:
    """Links of own phones that are worth a re-check and were not confirmed lately."""
    worth = np.zeros(len(reached.link_point), bool)
    worth[candidates] = True
    point = reached.link_point
    stale = reached.confirmed_us[point] < as_of_us - FRESH_US
    return np.asarray(worth & stale & (reached.link_role != CONTACT) & (reached.kind[point] == PHONE))


def _of_others(reached: Reached, column: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each link the product over its borrower's other links that may count."""
    # A chance of exactly 0 has no logarithm; one so small is as good as 0.
    logs = np.where(reached.link_counts, np.log(np.maximum(column, 1e-300)), 0.0)
    whole = np.bincount(reached.link_borrower, weights=logs, minlength=len(reached.borrower_id))
    return np.exp(whole[reached.link_borrower] - logs)
