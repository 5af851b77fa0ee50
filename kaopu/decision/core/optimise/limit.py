"""A limit for each band of scores: the most expected profit under ceilings of loss and exposure and floors of fairness.

A band takes one limit of a menu, and no better band of its segment a lower one. Limit 0 is a decline. What is expected
of a limit is worked out before (`engines/limit_bands.py`) and is linear in the choice, so the best choice is an integer
program (`scipy.optimize.milp`, HiGHS).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SLACK = 1e-9
INFEASIBLE = 2  # scipy's status


@dataclass(frozen=True, slots=True)
class LimitBand:
    """Applications of one segment with scores from `score` up to the next band.

    Args:
        rows: how many, by group (one nameless group where none is compared).
        exposure, loss, profit: expected sums at each limit of the menu, minor units.
    """

    segment: str
    score: float
    rows: Mapping[str, int]
    exposure: tuple[float, ...]
    loss: tuple[float, ...]
    profit: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LimitConstraints:
    """None is none. Ceilings in minor units; floors are shares (`impact_floor` 0.8: the four fifths rule)."""

    loss_ceiling: float | None = None
    exposure_ceiling: float | None = None
    approval_floor: float | None = None
    impact_floor: float | None = None

    def without(self, name: str) -> LimitConstraints:
        """The same but for one."""
        return LimitConstraints(**{each: getattr(self, each) for each in NAMES if each != name})


NAMES = ("loss_ceiling", "exposure_ceiling", "approval_floor", "impact_floor")


@dataclass(frozen=True, slots=True)
class LimitChoice:
    """`limits`: segment, least score of the band, limit. `conflicts` as for cut-offs; then the rest is empty."""

    limits: tuple[tuple[str, float, int], ...]
    approval_rate: float | None
    exposure: float | None
    loss: float | None
    profit: float | None
    impact_ratio: float | None
    conflicts: tuple[str, ...] = ()


def best_limits(bands: Sequence[LimitBand], menu: Sequence[int], limits: LimitConstraints) -> LimitChoice:
    """The most profitable limits that keep the constraints, or which of these conflict.

    Raises:
        BadInput: nothing to choose over, or a menu that does not begin with 0 and rise.
    """
    if not any(sum(band.rows.values()) for band in bands):
        raise BadInput("no applications to choose limits over, expected at least one")
    if len(menu) < 2 or menu[0] != 0 or any(low >= high for low, high in itertools.pairwise(menu)):
        raise BadInput("limits: expected at least two, rising, the first 0 (a decline)")
    found = _solved(bands, menu, limits)
    if found is not None:
        return found
    asked = [name for name in NAMES if getattr(limits, name) is not None]
    room = tuple(name for name in asked if _solved(bands, menu, limits.without(name)) is not None)
    return LimitChoice((), None, None, None, None, None, room or tuple(asked))


def outcome_of_limits(bands: Sequence[LimitBand], menu: Sequence[int], picked: Sequence[int]) -> LimitChoice:
    """What given places in the menu, one a band, do."""
    total = _by_group(bands)
    inside = _by_group([band for band, place in zip(bands, picked, strict=True) if place > 0])
    rates = [inside.get(group, 0) / rows for group, rows in total.items() if rows]
    highest = max(rates, default=0.0)
    chosen = list(zip(bands, picked, strict=True))
    return LimitChoice(
        tuple((band.segment, band.score, menu[place]) for band, place in chosen),
        sum(inside.values()) / sum(total.values()),
        sum(band.exposure[place] for band, place in chosen),
        sum(band.loss[place] for band, place in chosen),
        sum(band.profit[place] for band, place in chosen),
        min(rates) / highest if highest else None,
    )


def _by_group(bands: Iterable[LimitBand]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for band in bands:
        for group, rows in band.rows.items():
            found[group] += rows
    return found


def _solved(bands: Sequence[LimitBand], menu: Sequence[int], limits: LimitConstraints) -> LimitChoice | None:
    """One binary a band and limit, exactly one chosen in each band."""
    places, size = len(menu), len(bands) * len(menu)
    rows = [*_one_a_band(len(bands), places), *_rising(bands, menu), *_constraints(bands, places, limits)]
    matrix = np.array([each for each, _, _ in rows])
    found = milp(
        c=-np.concatenate([band.profit for band in bands]),
        constraints=LinearConstraint(matrix, np.array([low for _, low, _ in rows]), np.array([up for *_, up in rows])),
        integrality=np.ones(size),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        if found.status != INFEASIBLE:
            raise BadInput(f"the limits could not be worked out: {found.message}")
        return None
    picked = [int(np.argmax(part)) for part in np.asarray(found.x).reshape(len(bands), places)]
    return outcome_of_limits(bands, menu, picked)


Row = tuple["np.ndarray", float, float]


def _one_a_band(count: int, places: int) -> list[Row]:
    each = np.repeat(np.eye(count), places, axis=1)
    return [(row, 1.0, 1.0) for row in each]


def _rising(bands: Sequence[LimitBand], menu: Sequence[int]) -> list[Row]:
    """The limit of a band is not below that of the worse band before it in its segment."""
    found: list[Row] = []
    by_place = sorted(range(len(bands)), key=lambda number: (bands[number].segment, bands[number].score))
    for worse, better in itertools.pairwise(by_place):
        if bands[worse].segment == bands[better].segment:
            row = np.zeros((len(bands), len(menu)))
            row[better], row[worse] = np.asarray(menu, float), -np.asarray(menu, float)
            found.append((row.ravel() / menu[-1], -SLACK, np.inf))
    return found


def _constraints(bands: Sequence[LimitBand], places: int, limits: LimitConstraints) -> list[Row]:
    found: list[Row] = []
    for ceiling, name in ((limits.loss_ceiling, "loss"), (limits.exposure_ceiling, "exposure")):
        if ceiling is not None:
            found.append((np.concatenate([getattr(band, name) for band in bands]), -np.inf, ceiling))
    groups = _by_group(bands)
    approved = {group: _approved(bands, places, group) for group in groups}
    if limits.approval_floor is not None:
        every = np.sum(list(approved.values()), axis=0)
        found.append((every, limits.approval_floor * sum(groups.values()) - SLACK, np.inf))
    if limits.impact_floor is not None:
        rates = {group: approved[group] / rows for group, rows in groups.items() if rows}
        found += [(rates[a] - limits.impact_floor * rates[b], -SLACK, np.inf) for a in rates for b in rates if a != b]
    return found


def _approved(bands: Sequence[LimitBand], places: int, group: str) -> np.ndarray:
    """How many of `group` each choice lets in: none at the first place of the menu, which is a decline."""
    return np.concatenate([[0.0, *[float(band.rows.get(group, 0))] * (places - 1)] for band in bands])
