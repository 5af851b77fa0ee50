"""The close on a Spark cluster: the same reader and the same compiled kernel, one task a bucket.

A frame of bucket paths goes through `mapInArrow`; each task reads its bucket, replays it and yields positions as Arrow.
Every executor needs this package and must see the snapshot's folder under the same path. PySpark is not installed with
the package: `pip install "pyspark[sql]>=4"`, and Java 17 or newer.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_EPOCH = date(1970, 1, 1).toordinal()
_PATHS = "debts string, instalments string, events string"
NOT_INSTALLED = 'pyspark: not installed here, expected it for a close on a cluster: pip install "pyspark[sql]>=4"'


def positions(session: SparkSession, source: Path, as_of: date) -> DataFrame:
    """The positions at the end of `as_of` of the snapshot in `source`, with the columns that a local close writes.

    Nothing runs before the frame is read or written: `positions(…).write.parquet(…)`. Row for row what
    `close_snapshot` writes, in no order between buckets. Ids are checked to be unique inside a bucket; the local close
    also checks it between buckets.

    Raises:
        BadInput: here for a folder that is no snapshot, or without PySpark. A faulty row fails its task, and Spark's
            error carries the same sentence that names file, row and column.
    """
    try:
        from pyspark.sql.pandas.types import from_arrow_schema
    except ImportError:
        raise BadInput(NOT_INSTALLED) from None
    from kaopu.book.snapshot import layout
    from kaopu.book.snapshot.writer import schema

    buckets = [tuple(str(path.resolve()) for path in paths) for paths in layout.find(source).buckets]
    rows = session.sparkContext.parallelize(buckets, len(buckets))  # one task a bucket, however many cores there are
    frame = session.createDataFrame(rows, _PATHS)
    return frame.mapInArrow(_closing(as_of.toordinal() - _EPOCH), from_arrow_schema(schema()))


def _closing(day: int) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def close(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for paths in batch.to_pylist():
                yield from close_bucket(paths, day).to_batches()

    return close


def close_bucket(paths: dict[str, str], day: int) -> pa.Table:
    """The positions of one bucket as Arrow. `paths`: file of debts, instalments and events; `day`: days since 1970."""
    from kaopu.book.snapshot.layout import FILES
    from kaopu.book.snapshot.parts import Bucket
    from kaopu.book.snapshot.replay_part import Currencies, Memory, read_part, replay_to

    columns = read_part(Bucket([Path(paths[name]) for name in FILES]), Currencies())
    return as_arrow(columns.debt_id, *replay_to(columns, day, Memory()))


def as_arrow(debt_id: Any, out64: Any, out32: Any) -> pa.Table:
    """What the kernel wrote, debts that exist alone, in the schema of positions."""
    import numpy as np
    import pyarrow as pa

    from kaopu.book.core.classification import CLASSES
    from kaopu.book.core.position_columns import FLAG_EXISTS, NO_DAY, OUT32, OUT64
    from kaopu.book.snapshot.writer import DAYS, schema

    exists = np.flatnonzero(out32[OUT32.index("flags")] & FLAG_EXISTS)
    columns: dict[str, pa.Array] = {"debt_id": pa.array(debt_id[exists])}
    columns |= {name: pa.array(out64[place][exists]) for place, name in enumerate(OUT64)}
    for place, name in enumerate(OUT32):
        values = out32[place][exists]
        if name == "class":
            columns[name] = pa.DictionaryArray.from_arrays(pa.array(values), list(CLASSES)).dictionary_decode()
        elif name in DAYS:
            columns[name] = pa.array(values, pa.date32(), mask=values == NO_DAY)
        else:
            columns[name] = pa.array(values)
    return pa.table(columns, schema=schema())
