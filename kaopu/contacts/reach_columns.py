"""Arrow columns of evidence as the arrays that the compiled filter walks: words become codes through dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaopu.contacts.core.evidence import EVIDENCE_KINDS, POINT_KINDS, ROLES, VIAS, Via, evidence_kind
from kaopu.contacts.core.reach_rows import UNKNOWN_WORD
from kaopu.contacts.core.reach_step import SECONDS_IN_YEAR
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from numpy.typing import NDArray

COLUMNS = ("point_id", "borrower_id", "role", "kind", "at", "evidence", "consented")
WORDS = ("role", "kind", "evidence", "via")
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: places in its dictionary, and the code of each place."""

    places: NDArray[np.int32]
    codes: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Rows:
    """A stretch of evidence, ready to be walked. `years_of_unit`: what one step of `at` is."""

    point: NDArray[np.int64]
    borrower: NDArray[np.int64]
    at: NDArray[np.int64]
    words: dict[str, Words]
    agreed: NDArray[np.uint8]
    known: NDArray[np.uint8]
    bit_offset: int
    units_a_second: int

    @property
    def years_of_unit(self) -> float:
        """Years in one step of the file's clock."""
        return 1.0 / (self.units_a_second * SECONDS_IN_YEAR)

    def instant(self, at: datetime) -> int:
        """An instant on the file's clock, never later than it was."""
        whole = int(at.timestamp() // 1) * self.units_a_second
        return whole + at.microsecond * self.units_a_second // 10**6


def rows_of(table: pa.Table) -> Rows:
    """The columns of a table whose types `checked` has seen."""
    table = table.combine_chunks()
    point, borrower = (_key(table.column(name)) for name in ("point_id", "borrower_id"))
    at = _one(table.column("at"))
    words = {name: _words(table, name) for name in WORDS}
    agreed, known, offset = _bits(_one(table.column("consented")))
    instants = np.asarray(at.view(pa.int64()))
    return Rows(point, borrower, instants, words, agreed, known, offset, _UNITS[at.type.unit])


def _one(column: pa.ChunkedArray) -> Any:
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def _key(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Whole numbers as they are; texts as places in the order in which they first come."""
    one = _one(column)
    if pa.types.is_integer(one.type):
        return np.ascontiguousarray(np.asarray(one.cast(pa.int64())))
    encoded = one if pa.types.is_dictionary(one.type) else one.dictionary_encode()
    return np.asarray(encoded.indices).astype(np.int64)


def _words(table: pa.Table, name: str) -> Words:
    if name not in table.column_names:
        return Words(np.zeros(table.num_rows, np.int32), np.zeros(1, np.uint8))
    column = _one(table.column(name))
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    codes = [_CODES[name](word) for word in encoded.dictionary.to_pylist()]
    places = np.asarray(encoded.indices.fill_null(len(codes)).cast(pa.int32()))
    # One more code for a missing word: how a sign came about may be unknown; all else was refused before.
    return Words(places, np.array([*codes, VIAS.index(Via.UNKNOWN) if name == "via" else UNKNOWN_WORD], np.uint8))


def _place(words: tuple[str, ...], otherwise: int) -> Callable[[str], int]:
    return lambda word: words.index(word) if word in words else otherwise


def _evidence(word: str) -> int:
    try:
        return EVIDENCE_KINDS.index(evidence_kind(word))
    except BadInput:
        return UNKNOWN_WORD


_CODES: dict[str, Callable[[str], int]] = {
    "role": _place(ROLES, UNKNOWN_WORD),
    "kind": _place(POINT_KINDS, UNKNOWN_WORD),
    "evidence": lambda word: _evidence(str(word)),
    "via": _place(VIAS, VIAS.index(Via.UNKNOWN)),
}


def _bits(column: Any) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
    """Arrow's bits of a boolean column and of what is known of it; a column of nulls has none."""
    if pa.types.is_null(column.type) or len(column) == 0:
        none = np.zeros(0, np.uint8)
        return none, none, 0
    known, agreed = column.buffers()
    empty = np.zeros(0, np.uint8)
    return (
        np.frombuffer(agreed, np.uint8),
        np.frombuffer(known, np.uint8) if known is not None and column.null_count else empty,
        column.offset,
    )


def checked(table: pa.Table, file: str, first_row: int) -> pa.Table:
    """The table with every column in its type. Raises `BadInput` with file, row and column for one that is missing."""
    for name in COLUMNS:
        if name not in table.column_names:
            raise BadInput(f"{file}: no column {name}, expected {', '.join(COLUMNS)}")
    for name in COLUMNS[:-1]:
        column = table.column(name)
        if column.null_count:
            row = first_row + pc.index(column.is_null(), value=True).as_py() + 1
            raise BadInput(f"{file} row {row} column {name}: is empty, expected a value")
    consented = table.schema.field("consented").type
    if not (pa.types.is_boolean(consented) or pa.types.is_null(consented)):
        raise BadInput(f"{file} column consented: of type {consented}, expected true, false or null")
    return table.set_column(table.column_names.index("at"), "at", _instants(table.column("at"), file, first_row))


def _instants(column: pa.ChunkedArray, file: str, first_row: int) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        return column
    if pa.types.is_date(column.type):
        return column.cast(pa.timestamp("us"))
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise BadInput(f"{file} column at: of type {column.type}, expected timestamps")
    from kaopu.contacts.core.evidence import instant

    found = []
    for row, text in enumerate(column.to_pylist(), first_row + 1):
        try:
            found.append(instant(text))
        except BadInput as wrong:
            raise BadInput(f"{file} row {row} column at: {wrong}") from wrong
    return pa.chunked_array([pa.array(found, pa.timestamp("us", tz="UTC"))])
