"""Features of the book against DuckDB SQL, and of one party from PostgreSQL.

The book has 1 M debts. The peer computes a tenth of the features (those that are plain aggregates of debts, instalments
and payments: no position, no day past due) with GROUP BY over the same files, so the ratio flatters the peer. One
party: the sample lender in PostgreSQL, every feature of parties in turn.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING, Any

import duckdb

from bench.measure import interleaved
from bench.scratch import AS_OF, scratch, snapshot

if TYPE_CHECKING:
    from pathlib import Path

DEBTS, BUCKETS = int(os.environ.get("KAOPU_BENCH_FEATURE_DEBTS", "1000000")), 16
PARTIES, TARGET_P50_MS = 300, 10
PEER = """
COPY (
    WITH asked AS (
        SELECT i.debt_id, i.due_on, sum(i.principal + i.interest + i.fee) OVER (
            PARTITION BY i.debt_id ORDER BY i.due_on, i.seq) AS up_to
        FROM '{book}/instalments/*.parquet' i
    ), money AS (
        SELECT debt_id, "on", sum(amount) OVER (PARTITION BY debt_id ORDER BY "on" RANGE UNBOUNDED PRECEDING) AS so_far
        FROM '{book}/events/*.parquet' WHERE "on" <= DATE '{day}'
    ), met AS (
        SELECT a.debt_id, a.due_on, min(m."on") AS met FROM asked a
        LEFT JOIN money m ON m.debt_id = a.debt_id AND m.so_far >= a.up_to GROUP BY a.debt_id, a.due_on
    ), dues AS (
        SELECT debt_id, count(*) AS dues, count(*) FILTER (met < due_on) AS early,
            count(*) FILTER (met > due_on) AS late, count(*) FILTER (met IS NULL) AS unmet
        FROM met WHERE due_on < DATE '{day}' GROUP BY debt_id
    ), paid AS (
        SELECT debt_id, count(*) AS payments, sum(amount) FILTER ("on" > DATE '{day}' - 90) AS paid_90,
            max("on") AS last_payment
        FROM '{book}/events/*.parquet' WHERE "on" <= DATE '{day}' GROUP BY debt_id
    )
    SELECT party_id, count(*) AS debts, sum(principal) AS spend, max(principal) AS largest,
        sum(principal) FILTER (disbursed_on > DATE '{day}' - 90) AS spend_90,
        min(disbursed_on) AS first_debt, max(disbursed_on) AS last_debt,
        sum(dues) AS dues, sum(early) / sum(dues) AS early, sum(late) / sum(dues) AS late,
        sum(unmet) / sum(dues) AS unmet, sum(payments) AS payments, sum(paid_90) AS paid_90, max(last_payment) AS last
    FROM '{book}/debts/*.parquet' LEFT JOIN dues USING (debt_id) LEFT JOIN paid USING (debt_id) GROUP BY party_id
) TO '{out}' (FORMAT parquet)
"""
PEER_FEATURES = 13


def run() -> dict[str, Any]:
    """Seconds of both, their ratio, and milliseconds of one party."""
    with scratch() as folder:
        book = _of_the_book(snapshot(folder, DEBTS, BUCKETS), folder)
    return book | {"one_party": _of_one_party()}


def _of_the_book(book: Path, folder: Path) -> dict[str, Any]:
    from kaopu.decision.features.book import features_of_book

    def ours() -> float:
        started = time.perf_counter()
        features_of_book(book, AS_OF, folder / "features.parquet")
        return time.perf_counter() - started

    def peer() -> float:
        started = time.perf_counter()
        with duckdb.connect() as connection:
            connection.execute("SET threads TO 2")
            connection.execute(PEER.format(book=book, day=AS_OF.isoformat(), out=folder / "peer.parquet"))
        return time.perf_counter() - started

    return {"debts": DEBTS, "peer": "DuckDB SQL", "peer_features": PEER_FEATURES, **interleaved(ours, peer)}


def _of_one_party() -> dict[str, Any]:
    from datetime import UTC, datetime

    from kaopu.book.opened_book import opened_book

    with opened_book():
        from kaopu.book.models import Debt
        from kaopu.book.sample.load import load_sample
        from kaopu.decision.features.party import features_of_party
        from kaopu.kernel.clock import FixedClock

        load_sample(seed=1, end=AS_OF, borrowers=2_000, clock=FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC)))
        parties = sorted(set(Debt.objects.values_list("party_id", flat=True)))[:PARTIES]
        features_of_party(parties[0], AS_OF)
        took = []
        for party in parties:
            started = time.perf_counter()
            features_of_party(party, AS_OF)
            took.append(1_000 * (time.perf_counter() - started))
    took.sort()
    p50, p99 = statistics.median(took), took[int(0.99 * len(took))]
    return {
        "p50_ms": round(p50, 2),
        "p99_ms": round(p99, 2),
        "target_p50_ms": TARGET_P50_MS,
        "met": p50 <= TARGET_P50_MS,
    }
