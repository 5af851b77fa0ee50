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
from tests.book.histories import START, random_history
from tests.book.oracle import oracle

EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence" / "oracle.md"
RULES = ("grace_days", "grace_amount", "penalty_rate_ppm", "penalty_fixed", "penalty_cap", "penalty_base", "ladder")


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
    for day in as_of_days(seed):
        wanted, got = oracle(history, day), position(prepared, day).columns()
        covered["positions compared"] += 1
        covered["charged off on the day"] += wanted["flags"] & 1
        covered["overdue on the day"] += wanted["days_past_due"] > 0
        covered["penalty owed on the day"] += wanted["outstanding_penalty"] > 0
        covered["credit balance on the day"] += wanted["credit_balance"] > 0
        differences += [
            f"seed {seed}, {day}, {name}: oracle {wanted[name]}, kernel {got[name]}"
            for name in wanted
            if wanted[name] != got[name]
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
    lines = [
        "# Kernel against oracle",
        "",
        "The oracle (`tests/book/oracle.py`) walks day by day in plain Python and checks at every event that nothing is made or",
        "lost and nothing is below 0; the kernel must give the same 24 columns. Run again with",
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
