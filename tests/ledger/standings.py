"""Debts of random histories as the ledger's core sees them, by the slow oracle of the book: no kernel, no database."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from kaopu.book.core.position_columns import OUT64  # noqa: E402 - needs the path above
from kaopu.ledger.core.rates import Rates  # noqa: E402 - same
from kaopu.ledger.core.vectors import Standing, vectors  # noqa: E402 - same
from tests.book.oracle import oracle  # noqa: E402 - same

RATES = Rates((60_000, 60_000, 30_000, 60_000), (10_000, 20_000, 250_000, 500_000, 1_000_000))


class Columns(dict):
    """Columns by name; a counter that the debt never had is 0."""

    def __init__(self, values, count):
        super().__init__(values)
        self.count = count

    def __missing__(self, name):
        return np.zeros(self.count, np.int64)


def standing_of(history, as_of):
    """The debt at the end of a day, and its position's columns by name."""
    told = oracle(history, as_of)
    columns = Columns({name: np.array([value], np.int64) for name, value in told.items()}, 1)
    standing = Standing(
        columns,
        np.array([history.rules.principal], np.int64),
        np.array([told["class"]], np.int32),
        np.array([told["flags"]], np.int32),
    )
    return standing, {name: columns[name] for name in OUT64}


def sums_of(history, as_of, rates=RATES):
    """The cumulative sums of one debt."""
    return vectors(standing_of(history, as_of)[0], rates)[:, 0]
