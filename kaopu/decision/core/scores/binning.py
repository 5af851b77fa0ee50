"""Bins of one column and their weight of evidence: cut by optbinning, applied here with nothing but numpy.

Weight of evidence of a bin: ln(its share of the goods / its share of the bads), Siddiqi (2006), ch. 6; half a row is
added to each count, so that a bin without bads is finite. Above 0 the bin is better than the average row.
"""

from __future__ import annotations

import math
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.decision.core.scores.table import is_text, missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaopu.decision.core.scores.arrays import Flags, Floats, Values, Whole
    from kaopu.decision.core.scores.table import Table

MONOTONE = ("ascending", "descending")
HALF = 0.5
# A gap seen in fewer rows of the training says nothing about the next one.
MISSING_ROWS_MIN = 20


@dataclass(frozen=True, slots=True)
class Count:
    """Goods and bads in a bin."""

    goods: int
    bads: int

    @property
    def rows(self) -> int:
        """Both."""
        return self.goods + self.bads


@dataclass(frozen=True, slots=True)
class Bins:
    """How a column is cut: numbers at `splits` (a bin holds its lower end), text into `groups` of categories.

    `counts` and `woe` have one entry a bin, then one for missing. A category never seen lands in place `unseen`,
    whose weight of evidence is 0: the row is scored as an average one and says so.
    """

    column: str
    text: bool
    splits: tuple[float, ...]
    groups: tuple[tuple[str, ...], ...]
    counts: tuple[Count, ...]
    woe: tuple[float, ...]
    monotone: str = ""

    @property
    def size(self) -> int:
        """Bins of values; place `size` is missing, `size + 1` unseen."""
        return len(self.groups) if self.text else len(self.splits) + 1

    @property
    def knows_missing(self) -> bool:
        """Whether enough rows of the training had no value here for a gap to mean something."""
        return self.counts[self.size].rows >= MISSING_ROWS_MIN

    def places(self, values: Values) -> Whole:
        """The bin of each value, missing and unseen included."""
        if self.text:
            known = {category: place for place, group in enumerate(self.groups) for category in group}
            return np.array(
                [self.size if each is None else known.get(str(each), self.size + 1) for each in values], dtype=np.int64
            )
        found = np.digitize(values, np.array(self.splits)) if self.splits else np.zeros(len(values), dtype=np.int64)
        return np.where(np.isnan(values), self.size, found).astype(np.int64)

    def evidence(self, values: Values) -> Floats:
        """Weight of evidence of each value."""
        return np.array([*self.woe, 0.0])[self.places(values)]

    def label(self, place: int) -> str:
        """A bin in words a person reads."""
        if place >= self.size:
            return ("missing", "unseen")[place - self.size]
        if self.text:
            return ", ".join(self.groups[place])
        lower = f"{self.splits[place - 1]:.6g} ≤ " if place else ""
        upper = f" < {self.splits[place]:.6g}" if place < len(self.splits) else ""
        return f"{lower}value{upper}" if lower or upper else "any value"


def fit_bins(column: str, values: Values, bad: Flags, monotone: str = "") -> Bins:
    """Cut one column so that its bins tell good from bad best. `monotone`: bads rise or fall with the value.

    Text takes no direction. A column with one value gets one bin.
    """
    text = is_text(values)
    here = ~missing(values)
    splits, groups = _cuts(values[here], bad[here], monotone, text=text)
    bare = Bins(column, text, splits, groups, (), (), monotone)
    return _counted(bare, values, bad)


def fit_all(table: Table, bad: Flags, monotone: Mapping[str, str] | None = None, threads: int = 1) -> tuple[Bins, ...]:
    """Bins of every column of a table."""
    ways = monotone or {}

    def one(name: str) -> Bins:
        return fit_bins(name, table.column(name), bad, ways.get(name, ""))

    with ThreadPoolExecutor(max(1, threads)) as pool:
        return tuple(pool.map(one, table.columns))


def _counted(bins: Bins, values: Values, bad: Flags) -> Bins:
    places = bins.places(values)
    bads = np.bincount(places[bad], minlength=bins.size + 1)
    goods = np.bincount(places[~bad], minlength=bins.size + 1)
    counts = tuple(Count(int(good), int(worse)) for good, worse in zip(goods, bads, strict=True))
    all_goods, all_bads = int((~bad).sum()), int(bad.sum())
    woe = tuple(
        math.log((each.goods + HALF) / (all_goods + HALF)) - math.log((each.bads + HALF) / (all_bads + HALF))
        if each.rows
        else 0.0
        for each in counts
    )
    return Bins(bins.column, bins.text, bins.splits, bins.groups, counts, woe, bins.monotone)


def _cuts(
    values: Values, bad: Flags, monotone: str, *, text: bool
) -> tuple[tuple[float, ...], tuple[tuple[str, ...], ...]]:
    found = sorted({str(each) for each in values}) if text else []
    if len(set(bad)) < len((True, False)) or len(np.unique(values.astype(str) if text else values)) < len(MONOTONE):
        return (), (tuple(found),) if found else ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # optbinning and scikit-learn quarrel about names of arguments
        fitted = _optimal(monotone, text=text).fit(values.astype(str) if text else values, bad.astype(int))
    if text:
        groups = tuple(tuple(sorted(str(each) for each in group)) for group in fitted.splits)
        grouped = {each for group in groups for each in group}
        rest = tuple(each for each in found if each not in grouped)
        return (), (*groups, rest) if rest else groups
    return tuple(float(each) for each in fitted.splits), ()


def _optimal(monotone: str, *, text: bool) -> Any:
    from optbinning import OptimalBinning

    trend = None if text else (monotone or "auto")
    return OptimalBinning(dtype="categorical" if text else "numerical", monotonic_trend=trend, solver="cp")
