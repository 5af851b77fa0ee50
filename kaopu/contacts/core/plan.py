"""Where a re-verification budget protects most: points in the order of expected loss saved per yuan."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.contacts.core.plan_candidates import Candidates, candidates_of
from kaopu.contacts.core.plan_channels import TEN_THOUSANDTHS
from kaopu.contacts.core.plan_why import why

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from kaopu.contacts.core.borrower_reach import Pooling
    from kaopu.contacts.core.hazard import Hazard
    from kaopu.contacts.core.plan_channels import Channel
    from kaopu.contacts.core.plan_value import Worth
    from kaopu.contacts.core.reached import Key, Reached


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One re-check: which point, by which channel, what it costs and saves (yuan), and why."""

    point_id: Key
    borrower_id: Key
    channel: str
    cost: float
    loss_saved: float
    value_per_yuan: float
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Re-checks in the order of their worth; `spent` of `budget`, in yuan."""

    budget: float
    spent: float
    items: tuple[PlanItem, ...]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All that a plan is made from besides what the filter found."""

    hazards: Mapping[str, Hazard]
    channels: Mapping[str, tuple[Channel, ...]]
    pooling: Pooling
    worth: Worth


def plan(
    reached: Reached, exposure_yuan: NDArray[np.float64], budget_yuan: float, assumed: Assumptions, as_of_us: int
) -> Plan:
    """Greedy by loss saved per yuan. `exposure_yuan` by the borrower's place.

    After each choice the gains of that borrower's other points are worked out anew: two re-checks of one borrower
    protect the same exposure, and count it once. A contact's point waits until every own phone of the borrower that is
    worth it is in the plan. Points of contacts who have not agreed, or withdrew, are never in it.
    """
    held = candidates_of(reached, exposure_yuan, assumed, as_of_us)
    left, chosen, whole = round(budget_yuan * TEN_THOUSANDTHS), [], 0.0
    for link, channel, gain in _in_order(held):
        cost = held.channels[channel].cost
        if cost > left:
            continue
        left -= cost
        chosen.append((link, channel, gain))
        whole += gain
        held.take(link, channel)
        if left < held.cheapest:
            break
    single = _best_single(held, round(budget_yuan * TEN_THOUSANDTHS))
    if single is not None and single[2] > whole:
        chosen, left = [single], round(budget_yuan * TEN_THOUSANDTHS) - held.channels[single[1]].cost
    items = tuple(_item(held, *each) for each in chosen)
    return Plan(budget_yuan, (round(budget_yuan * TEN_THOUSANDTHS) - left) / TEN_THOUSANDTHS, items)


def _in_order(held: Candidates) -> Iterator[tuple[int, int, float]]:
    """(link, channel, gain) by falling gain per cost, as gains stand when it is their turn.

    Two sources: all first gains, sorted once; and a heap of those worked out anew since.
    """
    first = held.sorted_first()
    renewed: list[tuple[float, int, int, int]] = []
    place = 0
    while place < len(first) or renewed:
        at = first[place] if place < len(first) else -1
        if at >= 0 and (not renewed or held.ratio[at] >= -renewed[0][0]):
            place += 1
            link, channel, version = int(held.link[at]), int(held.channel[at]), 0
        else:
            _, link, channel, version = heapq.heappop(renewed)
        borrower = int(held.reached.link_borrower[link])
        if held.version.get(borrower, 0) != version or held.is_taken(link) or held.must_wait(link):
            continue
        yield link, channel, held.gain(link, channel)
        if held.is_taken(link):
            now = held.version[borrower]
            for other, way, gain in held.anew(borrower):
                heapq.heappush(renewed, (-gain / held.channels[way].cost, other, way, now))


def _best_single(held: Candidates, budget: int) -> tuple[int, int, float] | None:
    """The one re-check that saves most within the budget: beats the greedy order where it alone nearly fills it."""
    fits = held.cost <= budget
    if not fits.any():
        return None
    allowed = fits & ~held.waits_first
    if not allowed.any():
        return None
    at = int(np.flatnonzero(allowed)[np.argmax((held.ratio * held.cost)[allowed])])
    return int(held.link[at]), int(held.channel[at]), float(held.ratio[at] * held.cost[at])


def _item(held: Candidates, link: int, channel: int, gain: float) -> PlanItem:
    reached, way = held.reached, held.channels[channel]
    point, borrower = int(reached.link_point[link]), int(reached.link_borrower[link])
    return PlanItem(
        _plain(reached.point_id[point]),
        _plain(reached.borrower_id[borrower]),
        way.name,
        way.cost_yuan,
        gain,
        gain / way.cost_yuan,
        why(held, link, channel, gain),
    )


def _plain(value: object) -> Key:
    found: Key = value.as_py() if hasattr(value, "as_py") else value  # type: ignore[assignment]
    return found
