"""The cut-offs with the most profit that keep the limits: one by sorting, one a segment by integer programming."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from kaopu.decision.core.optimise.bands import NAMES, Band, Choice, Limits
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

SLACK = 1e-9
INFEASIBLE = 2  # scipy's status


def outcome_of(bands: Sequence[Band], cut_offs: dict[str, float | None]) -> Choice:
    """What given cut-offs do."""
    total: dict[str, int] = defaultdict(int)
    inside: dict[str, int] = defaultdict(int)
    loss = profit = 0.0
    for band in bands:
        total[band.group] += band.rows
        cut = cut_offs.get(band.segment)
        if cut is not None and band.score >= cut:
            inside[band.group] += band.rows
            loss, profit = loss + band.loss, profit + band.profit
    rates = [inside[group] / rows for group, rows in total.items() if rows]
    highest = max(rates, default=0.0)
    ratio = min(rates) / highest if highest else None
    return Choice(dict(cut_offs), sum(inside.values()) / sum(total.values()), loss, profit, ratio)


def keeps(found: Choice, limits: Limits) -> bool:
    """Whether the limits hold. Where nobody is approved, no group is treated worse than another."""
    if limits.loss_ceiling is not None and (found.loss or 0) > limits.loss_ceiling + SLACK * abs(limits.loss_ceiling):
        return False
    if limits.approval_floor is not None and (found.approval_rate or 0) < limits.approval_floor - SLACK:
        return False
    ratio = 1.0 if found.impact_ratio is None else found.impact_ratio
    return limits.impact_floor is None or ratio >= limits.impact_floor - SLACK


def best(bands: Sequence[Band], limits: Limits, *, per_segment: bool) -> Choice:
    """The most profitable cut-offs that keep the limits, or which of these conflict.

    Raises:
        BadInput: there is nothing to choose over.
    """
    if not any(band.rows for band in bands):
        raise BadInput("no applications to choose a cut-off over, expected at least one")
    solve = _per_segment if per_segment else _one
    found = solve(bands, limits)
    if found is not None:
        return found
    asked = [name for name in NAMES if getattr(limits, name) is not None]
    making_room = tuple(name for name in asked if solve(bands, limits.without(name)) is not None)
    return Choice({}, None, None, None, None, making_room or tuple(asked))


def _one(bands: Sequence[Band], limits: Limits) -> Choice | None:
    """Every cut-off that tells applications apart, from the highest: exact."""
    segments = sorted({band.segment for band in bands})
    total: dict[str, int] = defaultdict(int)
    for band in bands:
        total[band.group] += band.rows
    every = sum(total.values())
    inside: dict[str, int] = dict.fromkeys(total, 0)
    loss = profit = 0.0
    by_score: dict[float, list[Band]] = defaultdict(list)
    for band in bands:
        by_score[band.score].append(band)
    chosen: Choice | None = None
    cuts: list[float | None] = [None, *sorted(by_score, reverse=True)]
    for cut in cuts:
        for band in by_score[cut] if cut is not None else ():
            inside[band.group] += band.rows
            loss, profit = loss + band.loss, profit + band.profit
        rates = [inside[group] / rows for group, rows in total.items() if rows]
        ratio = min(rates) / max(rates) if max(rates) else None
        found = Choice(dict.fromkeys(segments, cut), sum(inside.values()) / every, loss, profit, ratio)
        if keeps(found, limits) and (chosen is None or profit > (chosen.profit or 0.0)):
            chosen = found
    return chosen


def _per_segment(bands: Sequence[Band], limits: Limits) -> Choice | None:
    """One binary a segment and cut-off, exactly one chosen in each segment; sums are linear in them."""
    choices = [
        (segment, cut)
        for segment in sorted({band.segment for band in bands})
        for cut in (None, *sorted({band.score for band in bands if band.segment == segment}, reverse=True))
    ]
    parts = [_sums(bands, segment, cut) for segment, cut in choices]
    rows: list[tuple[list[float], float, float]] = [
        ([float(each == segment) for each, _ in choices], 1.0, 1.0) for segment in {segment for segment, _ in choices}
    ]
    if limits.loss_ceiling is not None:
        rows.append(([part["loss"] for part in parts], -np.inf, limits.loss_ceiling))
    if limits.approval_floor is not None:
        floor = limits.approval_floor * sum(band.rows for band in bands)
        rows.append(([part["rows"] for part in parts], floor - SLACK, np.inf))
    if limits.impact_floor is not None:
        rows += _impact_rows(bands, parts, limits.impact_floor)
    matrix = np.array([each for each, _, _ in rows])
    found = milp(
        c=-np.array([part["profit"] for part in parts]),
        constraints=LinearConstraint(matrix, np.array([low for _, low, _ in rows]), np.array([up for *_, up in rows])),
        integrality=np.ones(len(choices)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        if found.status != INFEASIBLE:
            raise BadInput(f"the cut-offs could not be worked out: {found.message}")
        return None
    picked = {segment: cut for (segment, cut), value in zip(choices, found.x, strict=True) if round(value) == 1}
    return outcome_of(bands, picked)


def _sums(bands: Sequence[Band], segment: str, cut: float | None) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for band in bands:
        if cut is not None and band.segment == segment and band.score >= cut:
            for name in ("rows", "loss", "profit"):
                sums[name] += getattr(band, name)
            sums[f"group:{band.group}"] += band.rows
    return sums


def _impact_rows(
    bands: Sequence[Band], parts: Sequence[dict[str, float]], floor: float
) -> list[tuple[list[float], float, float]]:
    """rate(a) - floor x rate(b) >= 0 for every pair of groups."""
    total: dict[str, int] = defaultdict(int)
    for band in bands:
        total[band.group] += band.rows
    groups = [group for group, rows in total.items() if rows]
    return [
        ([p[f"group:{a}"] / total[a] - floor * p[f"group:{b}"] / total[b] for p in parts], -SLACK, np.inf)
        for a in groups
        for b in groups
        if a != b
    ]
