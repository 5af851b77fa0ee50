"""Positions of a close, as written to Parquet, into the rows that lists read: Arrow to binary COPY, no object a row."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kaopu.book.core.classification import BUCKETS, CLASSES, bucket_of
from kaopu.book.core.position_columns import OUT64
from kaopu.kernel import database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TABLE = "book_positionrow"
PLAIN = ("days_past_due", "worst_days_past_due", "next_due", "first_due", "first_settled", "flags")
# The first day past due of each bucket, found by asking the rule itself.
_STARTS = np.array([next(day for day in range(10_000) if bucket_of(day) == bucket) for bucket in BUCKETS])


def as_rows(run_id: int, positions: pa.Table, debts: pa.Table) -> pa.Table:
    """The columns of `book_positionrow` for positions, with what lists need of their `debts` (both sorted by debt)."""
    ids = positions.column("debt_id").to_numpy()
    places = np.searchsorted(debts.column("debt_id").to_numpy(), ids)
    days = positions.column("days_past_due").to_numpy()
    columns = {
        "close_run_id": pa.array(np.full(len(ids), run_id, np.int64)),
        "debt_id": positions.column("debt_id"),
        "party_id": debts.column("party_id").take(places),
        "currency": debts.column("currency").take(places),
        **{name: positions.column(name) for name in (*OUT64, *PLAIN)},
        "class_code": pc.index_in(positions.column("class"), pa.array(CLASSES)).cast(pa.int16()),
        "class_rule": positions.column("class_rule").cast(pa.int16()),
        "bucket_code": pa.array((np.searchsorted(_STARTS, days, side="right") - 1).astype(np.int16)),
    }
    return pa.table(columns).combine_chunks()


@contextmanager
def appending(alias: str = "default") -> Iterator[Callable[[int, Path, Path], None]]:
    """Yields `append(run_id, positions_file, debts_file)`: each call is one bucket and one transaction."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(database.uri(alias)) as connection, connection.cursor() as cursor:

        def append(run_id: int, positions_file: Path, debts_file: Path) -> None:
            debts = pq.read_table(debts_file, columns=["debt_id", "party_id", "currency"])
            rows = as_rows(run_id, pq.ParquetFile(positions_file).read(), debts)
            if rows.num_rows:
                cursor.adbc_ingest(TABLE, rows, mode="append")
                connection.commit()

        yield append
