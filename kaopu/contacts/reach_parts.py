"""A stretch of evidence filtered: points with their reach, links to borrowers, words for a row that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from kaopu.contacts.core.evidence import EVIDENCE_KINDS, POINT_KINDS, ROLES
from kaopu.contacts.core.reach_kernel import filter_rows
from kaopu.contacts.core.reach_rows import (
    FAULT_EVIDENCE,
    FAULT_KIND,
    FAULT_KIND_CHANGES,
    FAULT_ORDER,
    FAULT_ROLE,
    FIRST_TIME,
)
from kaopu.contacts.reach_columns import WORDS, rows_of
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from kaopu.contacts.core.reach_tables import Tables


class NotSortedError(Exception):
    """Rows of one point do not stand together: the whole file must be sorted first."""


@dataclass(frozen=True, slots=True)
class Part:
    """Points (id, kind, reach, suppressed, last confirmed in microseconds) and their links to borrowers, by place."""

    point_id: pa.Array
    kind: NDArray[np.uint8]
    reach: NDArray[np.float64]
    suppress: NDArray[np.bool_]
    confirmed_us: NDArray[np.int64]
    link_borrower: pa.Array
    link_point: NDArray[np.int64]
    link_role: NDArray[np.uint8]
    link_counts: NDArray[np.bool_]


def filtered(table: pa.Table, as_of: datetime, tables: Tables, file: str, place: int | NDArray[np.int64] = 0) -> Part:
    """Filter rows whose points are whole. Raises `NotSortedError`, and `BadInput` for a row that cannot be.

    `place` says where in the file the rows stand: the first one's place, or every one's.
    """
    rows, count = rows_of(table), table.num_rows
    point_row, reach, suppress = np.empty(count, np.int64), np.empty(count), np.empty(count, np.uint8)
    confirmed, order = np.empty(count, np.int64), np.empty(count, np.int64)
    link_row, link_point, link_counts = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count, np.uint8)
    words = [each for name in WORDS for each in (rows.words[name].places, rows.words[name].codes)]
    fault, points, links = filter_rows(
        rows.instant(as_of), rows.years_of_unit, rows.point, rows.borrower, rows.at, *words, rows.agreed, rows.known,
        rows.bit_offset, *tables, point_row, reach, suppress, confirmed, order, link_row, link_point, link_counts,
    )  # fmt: skip
    if fault != -1:
        raise _fault(fault, table, file, place)
    kind, role = rows.words["kind"], rows.words["role"]
    point_rows, link_rows = point_row[:points].copy(), link_row[:links].copy()
    return Part(
        _ids(table, "point_id", point_rows),
        kind.codes[kind.places[point_rows]],
        reach[:points].copy(),
        suppress[:points].astype(bool),
        _microseconds(confirmed[:points], rows.units_a_second),
        _ids(table, "borrower_id", link_rows),
        link_point[:links].copy(),
        role.codes[role.places[link_rows]],
        link_counts[:links].astype(bool),
    )


def _ids(table: pa.Table, name: str, rows: NDArray[np.int64]) -> pa.Array:
    column = table.column(name).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0)
    found = column.take(pa.array(rows))
    return found.dictionary_decode() if pa.types.is_dictionary(found.type) else found


def _microseconds(at: NDArray[np.int64], units_a_second: int) -> NDArray[np.int64]:
    scaled = at // (units_a_second // 10**6) if units_a_second >= 10**6 else at * (10**6 // units_a_second)
    return np.where(at == FIRST_TIME, FIRST_TIME, scaled)


_EXPECTED = {
    FAULT_EVIDENCE: ("evidence", f"one of {', '.join(EVIDENCE_KINDS)}"),
    FAULT_KIND: ("kind", f"one of {', '.join(POINT_KINDS)}"),
    FAULT_KIND_CHANGES: ("kind", "the same kind as in the other rows of the point"),
    FAULT_ROLE: ("role", f"one of {', '.join(ROLES)}"),
}


def _fault(fault: int, table: pa.Table, file: str, place: int | NDArray[np.int64]) -> Exception:
    row, which = fault >> 3, fault & 7
    if which == FAULT_ORDER:
        return NotSortedError()
    column, expected = _EXPECTED[which]
    found = table.column(column)[row].as_py()
    if which == FAULT_KIND_CHANGES and found not in POINT_KINDS:
        column, expected = _EXPECTED[FAULT_KIND]
    stands = place + row if isinstance(place, int) else place[row]
    return BadInput(f"{file} row {stands + 1} column {column}: {found!r}, expected {expected}")
