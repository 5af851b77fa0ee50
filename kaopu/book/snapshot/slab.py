"""Rows of one file as plain columns of numbers, without a copy wherever Arrow's memory already fits the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kaopu.book.snapshot.columns import Column, Kind
from kaopu.book.snapshot.faults import row_fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kaopu.kernel.core.errors import BadInput

    Values = np.ndarray[Any, Any]

_ARROW = {Kind.INT64: pa.int64(), Kind.INT32: pa.int32(), Kind.DAY: pa.date32(), Kind.BOOL: pa.int8()}
_NUMPY = {Kind.INT64: np.int64, Kind.INT32: np.int32, Kind.DAY: np.int32, Kind.TEXT: np.int8, Kind.BOOL: np.int8}
_FEWEST = 1 << 17


@dataclass(frozen=True, slots=True)
class Slab:
    """Rows of one file. `first_row` is the place of the first of them in the file."""

    file: Path
    first_row: int
    columns: tuple[Column, ...]
    table: pa.Table

    def column(self, name: str) -> Column | None:
        """The column of this name, None where the file leaves it out."""
        return next((column for column in self.columns if column.name == name), None)

    def numbers(self, name: str) -> Values:
        """Whole numbers or day numbers; an optional column that is left out has length 0."""
        column = self.column(name)
        if column is None:
            return _nothing(Kind.INT64 if name in {"cause_event", "event_id", "reverses"} else Kind.INT32)
        values = self.table.column(name)
        if values.null_count:
            if column.default is None:
                raise self._null(column, values)
            values = _filled(values, column)
        wanted = _ARROW[column.kind]
        if values.type != wanted:
            try:
                values = values.cast(wanted)
            except pa.ArrowInvalid as problem:
                raise self._too_large(column, values) from problem
        array = one_chunk(values)
        return np.frombuffer(array.buffers()[1], _NUMPY[column.kind], len(array), array.offset * wanted.bit_width // 8)

    def codes(self, name: str, code_of: Mapping[str, int], expected: str) -> Values:
        """A text column as small codes; length 0 where the file leaves it out."""
        column = self.column(name)
        if column is None:
            return _nothing(Kind.TEXT)
        parts = []
        for chunk in self.table.column(name).chunks:
            texts = chunk if isinstance(chunk, pa.DictionaryArray) else chunk.dictionary_encode()
            parts.append(self._chunk_codes(column, texts, code_of, expected, sum(map(len, parts))))
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else _nothing(Kind.TEXT)

    def _chunk_codes(
        self, column: Column, texts: pa.DictionaryArray, code_of: Mapping[str, int], expected: str, before: int
    ) -> Values:
        words = texts.dictionary.to_pylist()
        null_code = -1 if column.default is None else column.default
        codes = np.array([-1 if word is None else code_of.get(word, -1) for word in words] + [null_code], np.int8)
        if len(words) == 1 and codes[0] >= 0 and not texts.null_count:
            return constant(int(codes[0]), len(texts))
        places = texts.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
        found = codes.take(places)
        if (codes < 0).any() and (wrong := found < 0).any():
            row = int(wrong.argmax())
            word = "null" if places[row] == len(words) else repr(words[places[row]])
            raise self.fault(before + row, column.name, f"found {word}; expected {expected}")
        return found

    def fault(self, row: int, column: str, expected: str) -> BadInput:
        """The fault of the row at this place of the slab."""
        debt_id = self.table.column("debt_id")[row].as_py() if 0 <= row < len(self.table) else None
        return row_fault(self.file, self.first_row + row, debt_id, column, expected)

    def _null(self, column: Column, values: pa.ChunkedArray) -> BadInput:
        row = int(values.is_null().to_numpy().argmax())
        return self.fault(row, column.name, f"found null; expected {column.kind.value}")

    def _too_large(self, column: Column, values: pa.ChunkedArray) -> BadInput:
        limits = np.iinfo(_NUMPY[column.kind])
        row = next(n for n, value in enumerate(values.to_pylist()) if not limits.min <= value <= limits.max)
        return self.fault(row, column.name, f"found {values[row].as_py()}; expected {column.kind.value}")


def one_chunk(values: pa.ChunkedArray) -> pa.Array:
    """The same values in one piece; copied only where there were several."""
    if values.num_chunks == 1:
        return values.chunk(0)
    joined = values.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks or [pa.array([], values.type)])


def _filled(values: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    default = pa.scalar(column.default, pa.int32() if column.kind is Kind.DAY else values.type)
    return values.fill_null(default.cast(values.type))


def constant(code: int, count: int) -> Values:
    """`count` times the same small code. Most books hold whole buckets of nothing but payments."""
    return _constant(code, max(_FEWEST, 1 << max(0, count - 1).bit_length()))[:count]


@lru_cache(maxsize=64)
def _constant(code: int, count: int) -> Values:
    values = np.full(count, code, np.int8)
    values.flags.writeable = False
    return values


def _nothing(kind: Kind) -> Values:
    values = np.empty(0, _NUMPY[kind])
    values.flags.writeable = False
    return values
