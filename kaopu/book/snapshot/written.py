"""Positions read back from their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq

from kaopu.book.core.classification import CLASSES
from kaopu.book.core.position_columns import NO_DAY, OUT32, OUT64
from kaopu.book.snapshot import totals
from kaopu.book.snapshot.slab import one_chunk
from kaopu.book.snapshot.writer import DAYS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Values = NDArray[Any]

_CLASS_CODES = {name: code for code, name in enumerate(CLASSES)}


def read_positions(path: Path, columns: list[str]) -> dict[str, Values]:
    """Columns of one file as numbers: days as day numbers, the class as 0 to 4."""
    table = pq.read_table(path, columns=columns, use_threads=False, read_dictionary=["class"])
    return {name: _values(name, table.column(name)) for name in columns}


def read_sums(path: Path, debt_id: Values, currency: Values, sums: Values) -> int:
    """Add the positions of a finished file to `sums`; how many they are.

    `debt_id` and `currency` are those of the debts of the part, of which the file holds all or some.
    """
    names = [name for name in OUT64 if name.startswith(("outstanding", "overdue"))]
    found = read_positions(path, ["debt_id", *names, "days_past_due", "class", "flags"])
    count = len(found["debt_id"])
    wide, narrow = np.zeros((len(OUT64), count), np.int64), np.zeros((len(OUT32), count), np.int32)
    for table, all_names in ((wide, OUT64), (narrow, OUT32)):
        for place, name in enumerate(all_names):
            if name in found:
                table[place] = found[name]
    places = np.searchsorted(debt_id, found["debt_id"])
    return int(totals.add_up(wide, narrow, np.ascontiguousarray(currency[places]), sums))


def _values(name: str, column: Any) -> Values:
    if name == "class":
        words = one_chunk(column)
        codes = np.array([_CLASS_CODES[word] for word in words.dictionary.to_pylist()], np.int32)
        return codes[words.indices.to_numpy()] if len(words) else np.empty(0, np.int32)
    if name in DAYS:
        column = column.cast("int32").fill_null(NO_DAY)
    return one_chunk(column).to_numpy()
