"""Columns of the files: days into instants, codes into words, infinity and -1 into nulls."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

INSTANT = pa.timestamp("us", tz="UTC")
MICROSECONDS = 1_000_000


def instants(start: date, seconds: NDArray[Any]) -> pa.Array:
    """Instants that lie so many seconds after the start's midnight in UTC; infinity is null."""
    begin = int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp())
    there = np.isfinite(seconds)
    whole = np.where(there, seconds, 0).astype(np.int64)
    whole += begin
    whole *= MICROSECONDS
    return pa.array(whole, mask=None if there.all() else ~there).cast(INSTANT)


def days(start: date, day: NDArray[np.float64]) -> pa.Array:
    """Instants out of days and fractions of them."""
    return instants(start, day * 86_400)


def words(codes: NDArray[Any], names: Sequence[str]) -> pa.Array:
    """A dictionary column; codes below 0 are null."""
    codes = codes.astype(np.int8)
    mask = codes < 0
    indices = pa.array(np.where(mask, 0, codes).astype(np.int8), mask=mask if mask.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names)))


def known(values: NDArray[Any], there: NDArray[np.bool_]) -> pa.Array:
    """A column that is null where nothing is known."""
    return pa.array(values, mask=~there)
