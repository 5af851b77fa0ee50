"""The close of 5 M debts, 30 M instalments and 24 M payments against one GROUP BY of the same files in DuckDB.

The peer is not yet a position: it sums the instalments and the payments of each debt and writes the two side by side.
All events of the book are payments, so it need not look at their kind.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import duckdb

from bench.measure import interleaved, seconds
from bench.scratch import AS_OF, scratch, snapshot

if TYPE_CHECKING:
    from pathlib import Path

DEBTS, BUCKETS = int(os.environ.get("KAOPU_BENCH_DEBTS", "5000000")), 64
TARGET_RATIO, TARGET_GROWTH, TARGET_GIB = 0.7, 2.2, 12

PEER = """
COPY (
    SELECT * FROM
        (SELECT debt_id, sum(principal) AS principal, sum(interest) AS interest, sum(fee) AS fee
         FROM '{book}/instalments/*.parquet' GROUP BY debt_id)
        FULL JOIN
        (SELECT debt_id, sum(amount) AS paid FROM '{book}/events/*.parquet' GROUP BY debt_id)
        USING (debt_id)
) TO '{out}' (FORMAT parquet)
"""
# Runs in a process of its own, as the command does; prints what `kaopu book close --json` prints, and its peak memory.
CLOSE = """
import json, os, resource, sys
os.environ.setdefault("MIMALLOC_PURGE_DELAY", "-1")  # as kaopu.book.close_command
from datetime import date
from pathlib import Path
from kaopu.book.snapshot.close import close_snapshot
result = close_snapshot(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), Path(sys.argv[3]))
result["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps(result))
"""


def close(book: Path, out: Path) -> dict[str, Any]:
    """One close by a fresh process, over nothing."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-c", CLOSE, str(book), AS_OF.isoformat(), str(out)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run() -> dict[str, Any]:
    """Ratio to the peer; time and memory of twice as many debts, in buckets and as three single files."""
    with scratch() as folder:
        book, out, peer_out = snapshot(folder, DEBTS, BUCKETS), folder / "out", folder / "peer.parquet"
        database = duckdb.connect()
        database.execute("SET threads = 2")
        peer = PEER.format(book=book, out=peer_out)
        answer = interleaved(lambda: close(book, out)["seconds"], lambda: seconds(lambda: database.execute(peer)))
        database.close()
        if not os.environ.get("KAOPU_BENCH_DIR"):
            peer_out.unlink()
        small = [close(book, out) for _ in range(3)]
        large_book = snapshot(folder, 2 * DEBTS, 2 * BUCKETS)
        large = [close(large_book, out) for _ in range(3)]
        single_book = snapshot(folder, 2 * DEBTS, 0)
        single = [close(single_book, out) for _ in range(2)]
        best = {
            name: min(each["seconds"] for each in runs) for name, runs in (("5", small), ("10", large), ("1", single))
        }
        return {
            "debts": DEBTS,
            "peer": "DuckDB, 2 threads: COPY (instalment sums GROUP BY debt_id FULL JOIN payment sums) TO Parquet",
            **answer,
            "target_ratio": TARGET_RATIO,
            "twice_the_debts": {
                "seconds": best["10"],
                "times_as_long": round(best["10"] / best["5"], 3),
                "target": TARGET_GROWTH,
                "peak_gib": round(max(each["peak_gib"] for each in large), 2),
                "target_gib": TARGET_GIB,
            },
            "twice_the_debts_in_single_files": {
                "seconds": best["1"],
                "times_as_long": round(best["1"] / best["5"], 3),
                "peak_gib": round(max(each["peak_gib"] for each in single), 2),
            },
            "met": answer["ratio"] <= TARGET_RATIO and best["10"] / best["5"] <= TARGET_GROWTH,
        }
