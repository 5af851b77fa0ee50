"""Names as small codes, the same in every part of a book and in every thread."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kaopu.decision.core.features.book_columns import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Codes:
    """Codes given out as names are met."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._places: dict[str, int] = {}
        self._lock = Lock()

    def of_all(self, names: Sequence[str | None]) -> NDArray[np.int64]:
        """The code of each name; UNKNOWN for none and for the empty name."""
        with self._lock:
            return np.array([self._code(name) for name in names], np.int64)

    def of_column(self, column: pa.ChunkedArray) -> NDArray[np.int64]:
        """The same for a text column of Arrow, each name looked at once."""
        joined = column.combine_chunks()
        if isinstance(joined, pa.ChunkedArray):
            joined = pa.concat_arrays(joined.chunks) if joined.num_chunks else pa.array([], pa.string())
        if not isinstance(joined, pa.DictionaryArray):
            joined = joined.cast(pa.string()).dictionary_encode()
        codes = self.of_all([*joined.dictionary.to_pylist(), None])
        places: NDArray[Any] = joined.indices.fill_null(len(codes) - 1).to_numpy(zero_copy_only=False)
        return codes[places]

    def _code(self, name: str | None) -> int:
        if not name:
            return UNKNOWN
        if name not in self._places:
            self._places[name] = len(self.names)
            self.names.append(name)
        return self._places[name]
