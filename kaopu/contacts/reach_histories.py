"""Evidence of a Parquet file as histories, for estimates that walk all of it many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kaopu.contacts.core.evidence import EVIDENCE_KINDS, POINT_KINDS
from kaopu.contacts.core.hazard_fit import Histories
from kaopu.contacts.core.reach_rows import UNKNOWN_WORD
from kaopu.contacts.reach_columns import COLUMNS, checked, rows_of
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from kaopu.contacts.reach_columns import Rows


def histories_in(path: Path, as_of: datetime) -> Histories:
    """Signs up to `as_of`, by point and time. Raises `BadInput` for what is no such file and for unknown words."""
    try:
        names = set(pq.read_schema(path).names)
        table = pq.read_table(path, columns=[name for name in (*COLUMNS, "via") if name in names])
    except (OSError, pa.ArrowException) as problem:
        raise BadInput(f"{path.name}: expected a Parquet file of evidence; {problem}") from problem
    return histories_of(rows_of(checked(table, path.name, 0)), as_of, path.name)


def histories_of(rows: Rows, as_of: datetime, file: str) -> Histories:
    """The same from columns."""
    order = np.lexsort((rows.at, rows.point))
    order = order[rows.at[order] <= rows.instant(as_of)]
    point, at = rows.point[order], rows.at[order]
    starts = np.flatnonzero(np.diff(point, prepend=point[:1] - 1))
    return Histories(
        np.append(starts, len(point)),
        (at - at.min(initial=0)) * rows.years_of_unit,
        _codes(rows, "kind", order, POINT_KINDS, file),
        _codes(rows, "via", order, (), file),
        _codes(rows, "evidence", order, EVIDENCE_KINDS, file),
    )


def _codes(rows: Rows, name: str, order: NDArray[np.int64], words: tuple[str, ...], file: str) -> NDArray[np.uint8]:
    held = rows.words[name]
    found = held.codes[held.places[order]]
    wrong = np.flatnonzero(found == UNKNOWN_WORD)
    if len(wrong):
        raise BadInput(f"{file} row {order[wrong[0]] + 1} column {name}: expected one of {', '.join(words)}")
    return found
