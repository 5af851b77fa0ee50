"""Ten million made-up applications: two policies in columns, against zen row by row and against SQL written by hand.

Both sides open the same Parquet file, apply the null law and both policies, and sum up to the same cells; the counts
must be equal. zen's loop gets parsed inputs and the bare graph: no null law, no file, no sums are on its clock.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from bench.measure import interleaved
from bench.scratch import scratch

if TYPE_CHECKING:
    from kaopu.decision.core.policy.policy_file import PolicyFile

ROWS = int(os.environ.get("KAOPU_BENCH_BACKTEST_ROWS", "10000000"))
ZEN_ROWS, TIMES_ZEN, TIMES_SQL, MOST_SECONDS = 3_000, 1_000, 3, 60
POLICY = Path(__file__).parents[1] / "kaopu" / "decision" / "policies" / "application-review.json"
CHANGES = (('"[600..660)"', '"[640..660)"'), ('"[540..600)"', '"[540..640)"'))
BY_HAND = """
WITH facts AS (
  SELECT "bureau.score" AS score, bad, loss, profit,
    as_of IS NOT NULL AND "applicant.age_years" BETWEEN 0 AND 120
    AND "identity.result" IN ('match', 'mismatch', 'unchecked') AND "identity.listed" IS NOT NULL
    AND "fraud.score" BETWEEN 0 AND 100 AND "fraud.device_risk" IN ('low', 'medium', 'high')
    AND "income.monthly_fen" BETWEEN 1 AND 1000000000 AND "income.verified" IS NOT NULL
    AND "living.monthly_cost_fen" BETWEEN 0 AND 100000000 AND "debts.monthly_payment_fen" BETWEEN 0 AND 1000000000
    AND "request.amount_fen" BETWEEN 10000 AND 20000000 AND "request.highest_instalment_fen" BETWEEN 1 AND 30000000
    AND "bureau.score" BETWEEN 300 AND 850 AND (as_of - "bureau.observed_on") BETWEEN 0 AND 30
    AND "bureau.overdue_fen" BETWEEN 0 AND 100000000000 AND "bureau.worst_past_due_24m_days" BETWEEN 0 AND 3650
    AND "bureau.enquiries_90d" BETWEEN 0 AND 1000 AND "bureau.lenders" BETWEEN 0 AND 200
    AND "ours.outstanding_fen" BETWEEN 0 AND 100000000000
    AND ("ours.worst_past_due_12m_days" IS NULL OR "ours.worst_past_due_12m_days" BETWEEN 0 AND 3650) AS lawful,
    ("debts.monthly_payment_fen" + "request.highest_instalment_fen") / "income.monthly_fen" AS dsr,
    "income.monthly_fen" - "debts.monthly_payment_fen" - "request.highest_instalment_fen"
      - "living.monthly_cost_fen" AS left_fen,
    "ours.outstanding_fen" + "request.amount_fen" AS exposure, *
  FROM read_parquet('{file}')
), told AS (
  SELECT score, bad, loss, profit, coalesce(lawful, false) AS lawful,
    "applicant.age_years" < 18 OR "identity.listed" OR "identity.result" = 'mismatch' OR "fraud.score" >= 80
    OR ("fraud.score" >= 50 AND "fraud.device_risk" = 'high') OR dsr > 0.5 OR left_fen < 0
    OR "bureau.overdue_fen" > 10000 OR "bureau.worst_past_due_24m_days" >= 90
    OR coalesce("ours.worst_past_due_12m_days" >= 60, false) OR "bureau.enquiries_90d" >= 15
    OR exposure > 20000000 OR "bureau.lenders" >= 8 AS declined,
    "identity.result" = 'unchecked' OR "fraud.score" >= 50 OR "fraud.device_risk" = 'high'
    OR (NOT "income.verified" AND (dsr > 0.35 OR "request.amount_fen" > 5000000))
    OR "bureau.worst_past_due_24m_days" >= 30 OR coalesce("ours.worst_past_due_12m_days" >= 30, false)
    OR "bureau.enquiries_90d" >= 8 OR "bureau.overdue_fen" > 0 OR "bureau.lenders" >= 5 AS referred
  FROM facts
), answers AS (
  SELECT
    CASE WHEN NOT lawful THEN 'refer' WHEN declined OR score < 540 THEN 'decline'
      WHEN referred OR score < 600 THEN 'refer' ELSE 'approve' END AS old,
    CASE WHEN NOT lawful THEN 'refer' WHEN declined OR score < 540 THEN 'decline'
      WHEN referred OR score < 640 THEN 'refer' ELSE 'approve' END AS new, bad, loss, profit
  FROM told
)
SELECT old, new, count(*), count(bad), sum(bad), count(loss), sum(loss), sum(loss::DOUBLE * loss),
  count(profit), sum(profit), sum(profit::DOUBLE * profit) FROM answers GROUP BY old, new
"""


def run() -> dict[str, object]:
    """Seconds, the ratio to SQL by hand, how many times faster a row is than in zen's loop."""
    from kaopu.decision.core.policy.policy_file import read_policy

    text = POLICY.read_text(encoding="utf-8")
    changed = text
    for before, after in CHANGES:
        changed = changed.replace(before, after)
    old, new = read_policy(text, "old.json"), read_policy(changed, "new.json")
    with scratch() as folder:
        file = Path(folder) / "applications.parquet"
        made = _make(old, file)
        found: dict[str, object] = {"rows": ROWS, "population_seconds": round(made, 2)}
        found |= _columns(old, new, file)
        zen_seconds = _zen(old, new, file)
    per_row = float(str(found["seconds"])) / ROWS
    times = zen_seconds / per_row
    found |= {"zen_microseconds_a_row": round(zen_seconds * 1e6, 1), "times_zen": round(times)}
    # zen can use every core too; by then the ratio is smaller by their number.
    found["met"] = bool(
        times >= TIMES_ZEN
        and float(str(found["ratio"])) <= TIMES_SQL
        and float(str(found["seconds"])) < MOST_SECONDS
        and found["equal_counts"]
    )
    return found


def _make(policy: PolicyFile, file: Path) -> float:
    from kaopu.decision.core.backtest.made_up import population_sql

    assert policy.manifest is not None
    started = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({population_sql(policy.manifest, ROWS, 1)}) TO '{file}' (FORMAT PARQUET)")
    return time.perf_counter() - started


def _columns(old: PolicyFile, new: PolicyFile, file: Path) -> dict[str, object]:
    from kaopu.decision.engines.backtest import Asked, backtest

    said: dict[str, Any] = {}

    def ours() -> float:
        found = backtest(new, old, file, Asked("bad", "loss", "profit"), (POLICY.parent, POLICY.parent))
        said["ours"] = found
        return float(found["seconds"])

    def by_hand() -> float:
        started = time.perf_counter()
        with duckdb.connect() as connection:
            said["by_hand"] = connection.execute(BY_HAND.format(file=file)).fetchall()
        return time.perf_counter() - started

    found = interleaved(ours, by_hand)
    approved = sum(row[2] for row in said["by_hand"] if row[1] == "approve")
    out = sum(row[2] for row in said["by_hand"] if row[0] == "approve" != row[1])
    mine = said["ours"]
    found["equal_counts"] = (
        round(mine["rates"]["new"]["approve"] * ROWS) == approved and mine["swap_sets"]["out"]["rows"] == out
    )
    found["live_share"] = mine["live_share"]
    return found


def _zen(old: PolicyFile, new: PolicyFile, file: Path) -> float:
    """Seconds a row for both policies."""
    import zen

    with duckdb.connect() as connection:
        result = connection.execute(
            f"SELECT * EXCLUDE (bad, loss, profit, month, segment, sex) FROM '{file}' LIMIT {ZEN_ROWS}"
        )
        names = [each[0] for each in result.description or ()]
        rows = [_document(names, row) for row in result.fetchall()]
    decisions = [zen.ZenEngine().create_decision(each.graph_text) for each in (old, new)]
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        for row in rows:
            for decision in decisions:
                decision.evaluate(row)
        best = min(best, (time.perf_counter() - started) / len(rows))
    return best


def _document(names: list[str], row: tuple[Any, ...]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in zip(names, row, strict=True):
        level, keys = given, name.split(".")
        for key in keys[:-1]:
            level = level.setdefault(key, {})
        if value is not None:
            level[keys[-1]] = value.isoformat() if hasattr(value, "isoformat") else value
    return given
