"""Limits and prices of two policies: what those whom both approve get more or less of, and what the others get."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from kaopu.decision.core.backtest.cells import Cell, swap_of
from kaopu.decision.core.backtest.intervals import of_sum

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TIE = (
    1e-12  # nearer than this share of the larger one, two amounts are the same: what columns promise of zen's decimals
)


@dataclass(frozen=True, slots=True)
class AmountTally:
    """One output key over the rows of a cell, in the key's own unit.

    Args:
        pairs: rows in which both policies give a number.
        up, down: of these, where the new one is more or less.
        old_sum, new_sum, change, change_squares: over the pairs; a change is new less old.
        olds, old_all: rows in which the old policy gives a number, and their sum; `news`, `new_all` likewise.
    """

    pairs: float = 0
    up: float = 0
    down: float = 0
    old_sum: float = 0
    new_sum: float = 0
    change: float = 0
    change_squares: float = 0
    olds: float = 0
    old_all: float = 0
    news: float = 0
    new_all: float = 0


NAMES = tuple(each.name for each in fields(AmountTally))


def tally_of(old: float | None, new: float | None) -> AmountTally:
    """One row."""
    one = AmountTally(olds=old is not None, old_all=old or 0, news=new is not None, new_all=new or 0)
    if old is None or new is None:
        return one
    change = new - old
    moved = is_moved(old, new)
    return AmountTally(
        1, moved and change > 0, moved and change < 0, old, new, change, change * change, 1, old, 1, new
    )  # fmt: skip


def is_moved(old: float | None, new: float | None) -> bool:
    """Whether the two differ by more than a tie; a number and none do."""
    if old is None or new is None:
        return old is not new
    return abs(new - old) > TIE * max(abs(old), abs(new))


def added(tallies: Iterable[AmountTally]) -> AmountTally:
    """The sum, field by field."""
    sums = [0.0] * len(NAMES)
    for tally in tallies:
        for place, name in enumerate(NAMES):
            sums[place] += getattr(tally, name)
    return AmountTally(*sums)


def amount_figures(cells: Sequence[Cell], keys: Sequence[str]) -> dict[str, Any]:
    """By key: docs/backtest.md, section "Limits and prices".

    Args:
        cells: each with one tally a key, in the keys' order.
        keys: the output keys that were asked for.
    """
    segments: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.segment is not None:
            segments[cell.segment].append(cell)
    return {
        key: {
            **_changes(cells, place),
            "segments": [{"name": name, **_changes(part, place)} for name, part in sorted(segments.items())],
        }
        for place, key in enumerate(keys)
    }


def _changes(cells: Sequence[Cell], place: int) -> dict[str, Any]:
    both = [cell for cell in cells if swap_of(cell) == "both"]
    found = added(cell.amounts[place] for cell in both)
    pairs, up, down = int(found.pairs), int(found.up), int(found.down)
    ends = of_sum(found.change, found.change_squares, pairs)
    return {
        "rows": pairs,
        "without": sum(int(cell.tally.rows) for cell in both) - pairs,
        "up": up,
        "down": down,
        "equal": pairs - up - down,
        "old": {"sum": found.old_sum, "mean": _mean(found.old_sum, pairs)},
        "new": {"sum": found.new_sum, "mean": _mean(found.new_sum, pairs)},
        "change": {
            "sum": found.change,
            "mean": _mean(found.change, pairs),
            "mean_interval": ends and (ends[0] / pairs, ends[1] / pairs),
        },
        "new_only": _alone(cells, place, "in"),
        "old_only": _alone(cells, place, "out"),
    }


def _alone(cells: Sequence[Cell], place: int, name: str) -> dict[str, Any]:
    """What the one policy gives to those whom only it approves."""
    inside = [cell for cell in cells if swap_of(cell) == name]
    found = added(cell.amounts[place] for cell in inside)
    count, value = (found.news, found.new_all) if name == "in" else (found.olds, found.old_all)
    rows = sum(int(cell.tally.rows) for cell in inside)
    return {"rows": int(count), "without": rows - int(count), "sum": value, "mean": _mean(value, int(count))}


def _mean(value: float, count: int) -> float | None:
    return value / count if count else None
