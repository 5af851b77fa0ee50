"""Reach of a million borrowers: 3 M points, 20 M rows of evidence, Parquet sorted by point, from opened to written.

Beside it, DuckDB's bare `GROUP BY point_id` over the same rows (count and last date), written the same way.
"""

from __future__ import annotations

import shutil
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import interleaved, seconds
from bench.scratch import scratch
from kaopu.contacts.core.borrower_reach import POOLING
from kaopu.contacts.core.evidence import EVIDENCE_KINDS, POINT_KINDS, ROLES
from kaopu.contacts.core.hazard import HAZARDS
from kaopu.contacts.reach_files import reached_in
from kaopu.contacts.reach_joined import lost_quickly, write_reached

if TYPE_CHECKING:
    from pathlib import Path

BORROWERS, POINTS, ROWS = 1_000_000, 3_000_000, 20_000_000
AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
TARGET_SECONDS = 5.0
GROUP = 1 << 19


def write_evidence(path: Path, borrowers: int, points: int, rows: int, *, texts: bool = False) -> None:
    """Made-up rows, sorted by point and then by date, words as dictionaries."""
    draw = np.random.default_rng(7)
    point = np.sort(draw.integers(0, points, rows))
    at = (AS_OF.timestamp() - draw.integers(0, 3 * 365 * 86_400, rows)).astype(np.int64) * 10**6
    at = at[np.lexsort((at, point))]
    kind_of, role_of = draw.integers(0, 4, points, dtype=np.int8), draw.integers(0, 2, points, dtype=np.int8)
    borrower_of = draw.permutation(points) % borrowers
    partial, writer = path.with_suffix(".partial"), None
    for start in range(0, rows, GROUP):
        part = point[start : start + GROUP]
        of_part = part, borrower_of[part]
        ids = [pa.array(each) for each in of_part]
        if texts:
            ids = [pa.array([f"{mark}{each:08}" for each in of]) for mark, of in zip("pb", of_part, strict=True)]
        table = pa.table({
            "point_id": ids[0],
            "borrower_id": ids[1],
            "role": _words(role_of[part], ROLES),
            "kind": _words(kind_of[part], POINT_KINDS),
            "at": pa.array(at[start : start + GROUP], pa.timestamp("us", tz="UTC")),
            "evidence": _words(draw.integers(0, 12, len(part), dtype=np.int8), EVIDENCE_KINDS),
            "consented": pa.array(draw.random(len(part)) < 0.9),
        })  # fmt: skip
        writer = writer or pq.ParquetWriter(partial, table.schema)
        writer.write_table(table, row_group_size=GROUP)
    writer.close()
    partial.replace(path)


def _words(codes: np.ndarray, words: tuple[str, ...]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes), [str(each) for each in words])


def ours(path: Path, out: Path) -> None:
    """The whole way: opened, filtered, pooled, both files written."""
    reached = reached_in(path, AS_OF, HAZARDS)
    write_reached(reached, lost_quickly(reached, POOLING), out)


def theirs(path: Path, out: Path) -> None:
    with duckdb.connect() as database:
        database.execute("SET threads = 2")
        last = 'max("at") AS last'
        query = f"SELECT point_id, count(*) AS signs, {last} FROM '{path}' GROUP BY point_id"
        database.execute(f"COPY ({query}) TO '{out / 'group_by.parquet'}'")


def run(borrowers: int = BORROWERS, points: int = POINTS, rows: int = ROWS) -> dict[str, object]:
    with scratch() as folder:
        path = folder / f"evidence-{rows}.parquet"
        if not path.exists():
            write_evidence(path, borrowers, points, rows)
        out = folder / "reach"
        out.mkdir(exist_ok=True)
        first = seconds(lambda: ours(path, out))
        compared = interleaved(lambda: seconds(lambda: ours(path, out)), lambda: seconds(lambda: theirs(path, out)))
        cpu = time.process_time()
        ours(path, out)
        cpu = time.process_time() - cpu
        written = pq.ParquetFile(out / "points.parquet").metadata.num_rows
        shutil.rmtree(out)
    return {
        "borrowers": borrowers,
        "points_written": written,
        "rows": rows,
        "first_seconds": round(first, 3),
        "opened_to_written": compared,
        "cpu_seconds_all_threads": round(cpu, 3),  # what other work on the machine does not change
        "rows_a_second": round(rows / float(str(compared["seconds"]))),
        "target_seconds": TARGET_SECONDS,
        "met": float(str(compared["seconds"])) <= TARGET_SECONDS,
    }


if __name__ == "__main__":
    started = time.perf_counter()
    print(run(*(int(each) for each in sys.argv[1:])))
    print(f"{time.perf_counter() - started:.0f} s in all")
