"""Why a row has its score: the points it lost in each column, the largest first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kaopu.decision.core.scores.arrays import Floats
    from kaopu.decision.core.scores.scorecard import Scorecard
    from kaopu.decision.core.scores.table import Table


class Against(StrEnum):
    """What points are lost against: the best bin of the column, or an average row."""

    BEST = "best"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Reason:
    """One column's part. `lost` is in points, above 0; texts name the column, its bin and the loss."""

    column: str
    bin: str
    lost: float
    text: str
    text_zh: str


def card_reasons(
    card: Scorecard,
    table: Table,
    *,
    top: int = 4,
    against: Against = Against.NEUTRAL,
    words: Mapping[str, tuple[str, str]] | None = None,
) -> list[tuple[Reason, ...]]:
    """For each row at most `top` reasons, fewest points first; ties in the order of the card."""
    earned = card.points(table)
    best = np.array([max(column.points) for column in card.columns]) if against is Against.BEST else 0.0
    lost = best - earned
    order = np.argsort(-lost, axis=1, kind="stable")[:, :top]
    places = [column.bins.places(table.column(column.bins.column)) for column in card.columns]
    known = words or {}
    found = []
    for row in range(table.rows):
        mine = [place for place in order[row] if lost[row, place] > 0]
        found.append(
            tuple(
                _reason(card.columns[place].bins.column, card.columns[place].bins.label(places[place][row]),
                        round(float(lost[row, place]), 1), known)
                for place in mine
            )
        )  # fmt: skip
    return found


def shap_reasons(
    columns: Sequence[str],
    parts: Floats,
    factor: float,
    *,
    top: int = 4,
    words: Mapping[str, tuple[str, str]] | None = None,
) -> list[tuple[Reason, ...]]:
    """Reasons out of SHAP values (log-odds of bad, one column each); `factor` turns log-odds into points."""
    order = np.argsort(-parts, axis=1, kind="stable")[:, :top]
    known = words or {}
    return [
        tuple(
            _reason(columns[place], "", round(float(parts[row, place] * factor), 1), known)
            for place in order[row]
            if parts[row, place] * factor >= HALF_A_TENTH
        )
        for row in range(len(parts))
    ]


HALF_A_TENTH = 0.05


def _reason(column: str, label: str, lost: float, words: Mapping[str, tuple[str, str]]) -> Reason:
    english, chinese = words.get(column, (column, column))
    where, where_zh = (f" ({label})", f"（{label}）") if label else ("", "")
    return Reason(
        column, label, lost, f"{english}{where} costs {lost:.1f} points", f"{chinese}{where_zh}使评分降低 {lost:.1f} 分"
    )
