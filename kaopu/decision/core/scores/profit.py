"""What a score earns at a fixed share approved, in units of one good account, and how it lifts above another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores.discrimination import interval, resampled

if TYPE_CHECKING:
    from kaopu.decision.core.scores.arrays import Flags, Floats

APPROVED = (0.5, 0.6, 0.7, 0.8, 0.9)
DRAWS = 300


def of_approved(risk: Floats, bad: Flags, share: float, loss: float, weights: Floats | None = None) -> float:
    """Profit per row of the population: 1 a good, -`loss` a bad, among the `share` with the least risk.

    Rows of equal risk at the edge are taken in proportion, so that a score with few values is not favoured.
    """
    given = np.ones(len(bad)) if weights is None else weights
    worth = np.where(bad, -loss, 1.0) * given
    _, group = np.unique(risk, return_inverse=True)
    rows, gains = np.bincount(group, weights=given), np.bincount(group, weights=worth)
    room = share * given.sum() - (np.cumsum(rows) - rows)
    part = np.clip(np.divide(room, rows, out=np.zeros_like(rows), where=rows > 0), 0, 1)
    return float((part * gains).sum() / given.sum())


def against(
    risk: Floats, other: Floats, bad: Flags, *, loss: float = 5.0, seed: int = 0, draws: int = DRAWS
) -> list[dict[str, Any]]:
    """At each share approved: profit by either score and the difference with its paired interval, a row."""
    draw = np.random.default_rng(seed)
    times = [resampled(bad, draw) for _ in range(draws)]
    out = []
    for share in APPROVED:
        mine, theirs = of_approved(risk, bad, share, loss), of_approved(other, bad, share, loss)
        gaps = [of_approved(risk, bad, share, loss, w) - of_approved(other, bad, share, loss, w) for w in times]
        out.append({
            "approved": share, "profit": round(mine, 6), "profit_other": round(theirs, 6),
            "difference": interval(mine - theirs, gaps).as_json(),
        })  # fmt: skip
    return out
