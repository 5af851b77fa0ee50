"""Columns made of others: sums over a series of months, shares of a limit, ratios between amounts.

What is made is found by pattern alone (names and value ranges, never the outcome), declared in the model's file and
readable: each has a kind, its inputs and a sentence. A *family* is three to 24 columns of numbers whose names differ in
their last number only (`BILL_AMT1` … `BILL_AMT6`); *amounts* take 50 values or more.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.decision.core.scores.table import is_text

if TYPE_CHECKING:
    from kaopu.decision.core.scores.arrays import Floats
    from kaopu.decision.core.scores.table import Table

NUMBERED = re.compile(r"^(.*\D)(\d+)$")
FAMILY_MIN, FAMILY_MAX = 3, 24
AMOUNT_VALUES_MIN = 50
RATIO_COLUMNS_MAX = 8
RECENT = 3
EACH = ("mean", "max", "min", "spread", "trend", "positives", "zeros", "recent_mean", "recent_max", "change")
OF_A_SCALE = ("first", "mean", "max", "recent_mean", "trend")
KEEPS_DIRECTION = frozenset({"mean", "max", "min", "positives", "recent_mean", "recent_max", "first"})

WORDS = {
    "mean": ("mean of {0}", "{0} 的平均值"), "max": ("highest of {0}", "{0} 的最大值"),
    "min": ("lowest of {0}", "{0} 的最小值"), "spread": ("spread of {0}", "{0} 的波动"),
    "trend": ("slope of {0} from the last number to the first", "{0} 的趋势"),
    "positives": ("how many of {0} are above 0", "{0} 大于 0 的个数"),
    "zeros": ("how many of {0} are 0", "{0} 等于 0 的个数"),
    "recent_mean": ("mean of the first three of {0}", "{0} 前三项的平均值"),
    "recent_max": ("highest of the first three of {0}", "{0} 前三项的最大值"),
    "change": ("first less second of {0}", "{0} 第一项减第二项"), "first": ("first of {0}", "{0} 第一项"),
    "ratio": ("{0} divided by {1}", "{0} 与 {1} 之比"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived column: `kind` over `inputs`, which may be derived themselves (declared before it)."""

    name: str
    kind: str
    inputs: tuple[str, ...]

    @property
    def words(self) -> tuple[str, str]:
        """What it is, in English and Chinese."""
        first = f"{self.inputs[0]}…{self.inputs[-1]}" if self.kind != "ratio" else self.inputs[0]
        english, chinese = WORDS[self.kind]
        second = self.inputs[1] if len(self.inputs) > 1 else ""
        return english.format(first, second), chinese.format(first, second)


def families(table: Table) -> dict[str, tuple[str, ...]]:
    """Families of number columns by their common stem, each in the order of its numbers."""
    found: dict[str, list[tuple[int, str]]] = {}
    for name, values in table.columns.items():
        match = NUMBERED.match(name)
        if match and not is_text(values):
            found.setdefault(match[1], []).append((int(match[2]), name))
    return {
        stem: tuple(name for _, name in sorted(members))
        for stem, members in found.items()
        if FAMILY_MIN <= len(members) <= FAMILY_MAX
    }


def detect(table: Table) -> tuple[Derived, ...]:
    """What can be derived from the columns of a table, in the order in which it is to be computed."""
    by_stem = families(table)
    members = {name for names in by_stem.values() for name in names}
    scales = _scales(table, members)
    declared = [Derived(f"{stem}{kind}", kind, names) for stem, names in by_stem.items() for kind in EACH]
    amounts = {stem: names for stem, names in by_stem.items() if _is_amount(table.numbers(names[0]))}
    for stem, names in amounts.items():
        tops = [names[0] if kind == "first" else f"{stem}{kind}" for kind in OF_A_SCALE]
        declared += [_ratio(top, scale) for top in tops for scale in scales]
    for stem, names in amounts.items():
        for other, others in amounts.items():
            if stem != other:
                declared += [_ratio(f"{stem}mean", f"{other}mean")]
                # A payment belongs to the statement before it: the next number where time runs backwards.
                declared += [_ratio(top, below) for top, below in zip(names, others[1:], strict=False)]
    if len(scales) <= RATIO_COLUMNS_MAX:
        declared += [_ratio(top, scale) for place, top in enumerate(scales) for scale in scales[place + 1 :]]
    return tuple(declared)


def compute(table: Table, declared: tuple[Derived, ...]) -> Table:
    """The table with its derived columns. A gap in an input of a ratio is a gap in it; sums pass over gaps."""
    made: dict[str, Floats] = {}

    def numbers(name: str) -> Floats:
        return made[name] if name in made else table.numbers(name)

    with np.errstate(all="ignore"):
        for each in declared:
            made[each.name] = _value(each.kind, [numbers(name) for name in each.inputs])
    return table.joined(made)


def direction(each: Derived, known: dict[str, int]) -> int:
    """1 or -1 where every input's is and the kind keeps it, else 0."""
    if each.kind not in KEEPS_DIRECTION:
        return 0
    found = {known.get(name, 0) for name in each.inputs}
    return found.pop() if len(found) == 1 else 0


def _ratio(top: str, below: str) -> Derived:
    return Derived(f"{top}/{below}", "ratio", (top, below))


def _is_amount(values: Floats) -> bool:
    return len(np.unique(values[~np.isnan(values)])) >= AMOUNT_VALUES_MIN


def _scales(table: Table, members: set[str]) -> list[str]:
    found = []
    for name, values in table.columns.items():
        if name not in members and not is_text(values) and _is_amount(values) and np.nanmin(values) >= 0:
            found.append(name)
    return found


def _value(kind: str, inputs: list[Floats]) -> Floats:
    if kind == "ratio":
        top, below = inputs
        return np.where(below > 0, top / np.where(below > 0, below, 1.0), np.nan)
    series = np.stack(inputs, axis=1)
    some = ~np.isnan(series).all(axis=1)
    out = np.full(len(series), np.nan)
    out[some] = _over(kind, series[some])
    return out


def _over(kind: str, series: Floats) -> Floats:
    count = series.shape[1]
    if kind == "trend":
        time = (count - 1) / 2 - np.arange(count)
        found: Floats = (series * time).sum(axis=1) / (time * time).sum()
        return found
    if kind == "change":
        return np.asarray(series[:, 0] - series[:, 1], dtype=np.float64)
    first = series[:, :RECENT]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a mean of gaps only is a gap
        found = {
            "mean": lambda: np.nanmean(series, axis=1), "max": lambda: np.nanmax(series, axis=1),
            "min": lambda: np.nanmin(series, axis=1), "spread": lambda: np.nanstd(series, axis=1),
            "positives": lambda: (series > 0).sum(axis=1), "zeros": lambda: (series == 0).sum(axis=1),
            "recent_mean": lambda: np.nanmean(first, axis=1), "recent_max": lambda: np.nanmax(first, axis=1),
        }[kind]()  # fmt: skip
    return np.asarray(found, dtype=np.float64)
