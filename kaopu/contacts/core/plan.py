"""Where a re-verification budget protects most: points in the order of expected loss saved per yuan."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.contacts.core.plan_candidates import Assumptions, Candidates, candidates_of
from kaopu.contacts.core.plan_channels import TEN_THOUSANDTHS
from kaopu.contacts.core.plan_why import why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

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


def plan(
    reached: Reached, exposure_yuan: NDArray[np.float64], budget_yuan: float, assumed: Assumptions, as_of_us: int
) -> Plan:
    """Greedy by loss saved per yuan. `exposure_yuan` by the borrower's place.

    After each choice the gains of that borrower's other points are worked out anew: two re-checks of one borrower
    protect the same exposure, and count it once. A contact's point waits until every own phone of the borrower that is
    worth it is in the plan. Points of contacts who have not agreed, or withdrew, are never in it.
    """
    held = candidates_of(reached, exposure_yuan, assumed, as_of_us)
    budget = round(budget_yuan * TEN_THOUSANDTHS)
    single = _best_single(held, budget)
    chosen = _greedy(held, budget)
    if single is not None and single[1] > sum(gain for _, gain in chosen):
        chosen = [single]
    spent = sum(int(held.columns.cost[place]) for place, _ in chosen)
    return Plan(budget_yuan, spent / TEN_THOUSANDTHS, tuple(_item(held, *each) for each in chosen))


def _greedy(held: Candidates, left: int) -> list[tuple[int, float]]:
    """(place, gain) of what is taken."""
    chosen: list[tuple[int, float]] = []
    cheapest = int(held.columns.cost.min()) if len(held.columns.cost) else 0
    for place, gain in _in_order(held):
        cost = int(held.columns.cost[place])
        if cost <= left:
            left -= cost
            chosen.append((place, gain))
            held.take(place)
        if left < cheapest:
            break
    return chosen


def _in_order(held: Candidates) -> Iterator[tuple[int, float]]:
    """(place, gain) by falling gain per cost, as gains stand when it is their turn; only what saves something.

    Two sources: all first gains, sorted once; and a heap of those worked out anew since, each with the version of its
    borrower, so that an outdated one is dropped.
    """
    first = held.gains() / held.columns.cost
    order = np.argsort(-first, kind="stable")
    order = order[first[order] > 0]
    anew: list[tuple[float, int, int]] = []
    at = 0
    while at < len(order) or anew:
        if at < len(order) and (not anew or first[order[at]] >= -anew[0][0]):
            place, version = int(order[at]), 0
            at += 1
        else:
            _, place, version = heapq.heappop(anew)
        borrower = int(held.borrower[place])
        if held.version.get(borrower, 0) != version or not held.is_open(place):
            continue
        yield place, held.gain(place)
        if (now := held.version.get(borrower, 0)) != version:
            for other in held.of_borrower(borrower):
                if (gain := held.gain(other)) > 0:
                    heapq.heappush(anew, (-gain / int(held.columns.cost[other]), other, now))


def _best_single(held: Candidates, budget: int) -> tuple[int, float] | None:
    """The one re-check that saves most within the budget: beats the greedy order where it alone nearly fills it."""
    gains = np.where((held.columns.cost <= budget) & ~held.waits(), held.gains(), 0.0)
    if not len(gains) or gains.max() <= 0:
        return None
    place = int(np.argmax(gains))
    return place, float(gains[place])


def _item(held: Candidates, place: int, gain: float) -> PlanItem:
    reached, way = held.reached, held.channels[held.columns.channel[place]]
    return PlanItem(
        _plain(reached.point_id[int(reached.link_point[held.columns.link[place]])]),
        _plain(reached.borrower_id[int(held.borrower[place])]),
        way.name,
        way.cost_yuan,
        gain,
        gain / way.cost_yuan,
        why(held, place, gain),
    )


def _plain(value: object) -> Key:
    found: Key = value.as_py() if hasattr(value, "as_py") else value  # type: ignore[assignment]
    return found
