"""The kernel against the oracle on many random histories: `python -m tests.book.oracle_run --histories 100000`.

Writes docs/evidence/oracle.md; exits 1 on any difference.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

from kaopu.book.core.event_kind import EventKind
from kaopu.book.core.history import prepare
from kaopu.book.core.position import position
from kaopu.book.core.position_columns import COUNTERS, FACTS, OUT32, OUT64
from tests.book.histories import START, random_history
from tests.book.oracle import oracle

EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence" / "oracle.md"
RULES = (
    "grace_days", "grace_amount", "penalty_rate_ppm", "penalty_fixed", "penalty_cap", "penalty_base", "ladder",
    "compound_rate_ppm", "refund_fee", "pause_resets", "dispute_resets", "accelerate_after_days", "late_allocation",
    "subsidy",
)  # fmt: skip
# What a day shows: the name said, and the column (with a bit of the flags) that shows it.
SHOWN = {
    "overdue on the day": "days_past_due",
    "penalty owed on the day": "outstanding_penalty",
    "credit balance on the day": "credit_balance",
    "not accruing on the day": "non_accrual",
    "suspended interest on the day": "suspended_interest",
    "suspended penalty on the day": "suspended_penalty",
    "dropped interest on the day": "dropped_interest",
    "running interest on the day": "running_interest",
    "subsidy clawed back on the day": "subsidy_clawed",
    "passed on to the new owner on the day": "passed_on",
}
FLAGS = {
    "charged off on the day": 1,
    "transferred on the day": 64,
    "accelerated on the day": 128,
    "in dispute on the day": 256,
    "another debtor on the day": 512,
}


def as_of_days(seed: int, count: int = 2) -> list:
    draw = Random(f"days of {seed}")
    return [START + timedelta(days=draw.randint(0, 240)) for _ in range(count)]


def compare(seed: int) -> tuple[Counter, list[str]]:
    """What the history of this seed covers, and every column that differs on its days."""
    history, covered, differences = random_history(seed), Counter(), []
    prepared = prepare(history)
    kinds = {event.event_id: event.kind for event in history.events}
    covered.update(kind.value for kind in {event.kind for event in history.events})
    covered["reversal of a reversal"] += any(kinds.get(e.reverses) is EventKind.REVERSAL for e in history.events)
    covered["several versions"] += len({row.version for row in history.instalments}) > 1
    covered["clash on one day"] += len({event.on for event in history.events}) < len(history.events)
    covered["events without ids"] += all(event.event_id == 0 for event in history.events)
    for name in RULES:
        covered[name] += bool(getattr(history.rules, name))
    covered[f"refund_order {history.rules.refund_order}"] += 1
    covered["non_accrual_days not 90"] += history.rules.non_accrual_days != 90
    called = {event.kind for event in history.events} & {EventKind.ACCELERATION}
    for day in as_of_days(seed):
        wanted, got = oracle(history, day), position(prepared, day).extended_columns()
        covered["positions compared"] += 1
        covered.update(name for name, column in SHOWN.items() if wanted[column])
        covered.update(name for name, flag in FLAGS.items() if wanted["flags"] & flag)
        covered["accelerated by rule on the day"] += bool(wanted["flags"] & 128) and not called
        if set(wanted) != set(got):
            differences.append(f"seed {seed}: columns {sorted(set(wanted) ^ set(got))} on one side alone")
        differences += [
            f"seed {seed}, {day}, {name}: oracle {wanted[name]}, kernel {got[name]}"
            for name in wanted
            if wanted[name] != got.get(name)
        ]
    return covered, differences


def compare_range(seeds: range) -> tuple[Counter, list[str]]:
    covered, differences = Counter(), []
    for seed in seeds:
        more, differing = compare(seed)
        covered.update(more)
        differences += differing
    return covered, differences


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=100_000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    last, covered, differences = options.first_seed + options.histories, Counter(), []
    pieces = [range(at, min(at + 500, last)) for at in range(options.first_seed, last, 500)]
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for done, (more, differing) in enumerate(pool.imap_unordered(compare_range, pieces), 1):
            covered.update(more)
            differences += differing
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{done}/{len(pieces)}")
    positions = covered.pop("positions compared")
    write(options, covered, differences, positions)
    sys.stdout.write(f"{options.histories} histories, {positions} positions, {len(differences)} differences\n")
    return 1 if differences else 0


def write(options, covered: Counter, differences: list[str], positions: int) -> None:
    columns = len((*OUT64, *OUT32, *FACTS, *COUNTERS))
    lines = [
        "# Kernel against oracle",
        "",
        "The oracle (`tests/book/oracle.py`) walks day by day in plain Python and checks at every event that nothing is made or",
        f"lost and nothing is below 0; the kernel must give the same {columns} columns, facts and counters. Run again with",
        f"`python -m tests.book.oracle_run --histories {options.histories} --first-seed {options.first_seed}`.",
        "",
        f"- histories: {options.histories:,}",
        f"- positions compared: {positions:,}",
        f"- columns that differ: {len(differences):,}",
        "",
        "| what | histories or positions with it |",
        "|---|---:|",
        *(f"| {name} | {count:,} |" for name, count in sorted(covered.items())),
        *(["", "Differences:", ""] + [f"- {line}" for line in differences[:50]] if differences else []),
        "",
    ]
    EVIDENCE.parent.mkdir(parents=True, exist_ok=True)
    EVIDENCE.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
