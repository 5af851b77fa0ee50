"""Journal rows into PostgreSQL by COPY: text made by Arrow, no Python object a row, in the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from kaopu.book.imports.chunk import same
from kaopu.book.imports.writer import copy_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kaopu.ledger.core.entries import Entries

TABLE = "ledger_journalrow"


def append(  # noqa: PLR0917 - one argument a column
    run_id: int,
    nature: int,
    rows: Entries,
    debt_id: NDArray[np.int64],
    currency: NDArray[np.str_],
    effective_day: NDArray[np.int32] | None = None,
) -> None:
    """Append rows. `debt_id`, `currency` and `effective_day` (days since 1970-01-01) are of all debts of the part."""
    count = len(rows.places)
    if not count:
        return
    no_day = pa.nulls(count, pa.date32())
    days = no_day if effective_day is None else pa.array(effective_day[rows.places], pa.int32()).cast(pa.date32())
    copy_rows(
        TABLE,
        {
            "run_id": same(run_id, count, pa.int64()),
            "debt_id": pa.array(debt_id[rows.places]),
            "nature": same(nature, count, pa.int16()),
            "currency": pa.array(currency[rows.places]),
            "effective_on": days,
            "codes": _as_arrays(rows.starts, rows.codes),
            "amounts": _as_arrays(rows.starts, rows.amounts),
        },
    )


def _as_arrays(starts: NDArray[np.int32], values: NDArray[np.int64]) -> pa.Array:
    """Lists as PostgreSQL writes arrays: {1,2,3}."""
    text = pa.ListArray.from_arrays(pa.array(starts), pa.array(values).cast(pa.string()))
    return pc.binary_join_element_wise("{", pc.binary_join(text, ","), "}", "")
