"""Statements against a slow daily oracle on random accounts, figure by figure: `python -m tests.revolving.statements_run`.

Writes docs/evidence/statements.md; exits 1 on any difference.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent))

import accounts
from daily_oracle import reckon

from kaopu.revolving.core.counters import counters
from kaopu.revolving.core.read_postings import read_postings
from kaopu.revolving.core.read_terms import read_terms
from kaopu.revolving.core.replay import walk_to
from kaopu.revolving.core.terms import DRAWN

EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence" / "statements.md"
FIGURES = (
    "opening", "purchases", "payments", "interest", "fees", "closing", "minimum_due", "paid_by_due", "days_past_due",
    "paid_in_full", "statement_on", "due_on",
)  # fmt: skip
AS_OF = accounts.OPENED + timedelta(days=accounts.LONGEST)
KINDS = ("purchase", "purchase", "cash", "payment", "payment", "payment", "fee", "refund", "instalment")


def random_terms(draw: Random) -> dict:
    given = {
        "statement_day": draw.choice([1, 5, 17, 28, 29, 30, 31]),
        "interest_on": draw.choice(["whole", "unpaid"]),
        "new_purchases": draw.choice(["keep-grace", "bear-interest"]),
        "minimum": {"floor": draw.choice(["0", "50.00", "0.05"]), "rate": draw.choice(["0.1", "0.05", "1", "0"])},
        "allocation": draw.choice(accounts.ORDERS),
        "refund_pays_minimum": draw.random() < 0.5,
        "instalment_fee_rate": draw.choice(["0", "0.006"]),
        "tolerance_days": draw.choice([0, 0, 3, 28]),
        "tolerance_amount": draw.choice(["0", "0", "10.00"]),
        "buckets": {name: {"rate_daily": draw.choice(accounts.DAILY)} for name in ("purchase", "instalment", "cash")},
    }
    due = (
        {"due_day": draw.choice([1, 5, 25, 30, 31])} if draw.random() < 0.5 else {"due_days": draw.choice([1, 20, 28])}
    )
    return given | due


def random_postings(draw: Random) -> list[dict]:
    """Sorted; a conversion comes with a purchase that no credit balance can have paid."""
    found: list[dict] = []
    for nr, after in enumerate(sorted(draw.randint(0, accounts.LONGEST) for _ in range(draw.randint(0, 16)))):
        on, kind = accounts.OPENED + timedelta(days=after), draw.choice(KINDS)
        minor = draw.choice([draw.randint(1, 500), draw.randint(1, 200_000), 10_000, 100_000])
        if kind == "instalment":
            paid = sum(p["minor"] for p in found if p["type"] in {"payment", "refund"})
            found.append({"type": "purchase", "on": on, "minor": minor + paid})
            found.append({"type": kind, "on": on, "minor": minor, "months": draw.randint(1, 4)})
            continue
        if kind == "payment" and draw.random() < 0.2:
            minor = 10_000_000
        posting = {"type": kind, "on": on, "minor": minor, "id": f"p{nr}"}
        bought = [p["id"] for p in found if p["type"] == "purchase" and "id" in p]
        if kind == "refund" and bought and draw.random() < 0.5:
            posting["of"] = draw.choice(bought)
        found.append(posting)
    return found


def compare(seed: int) -> tuple[Counter, list[str]]:
    """What the account of this seed covers, and every figure that differs."""
    draw, covered, differences = Random(seed), Counter(), []
    given, happened = random_terms(draw), random_postings(draw)
    file = accounts.as_file(given, happened, AS_OF)
    terms = read_terms(file["terms"], "terms")
    walk = walk_to(terms, read_postings(file["postings"], "postings", "CNY"), accounts.OPENED, AS_OF)
    wanted = reckon(accounts.for_oracle(given), happened, accounts.OPENED, AS_OF)
    found = walk.told_on(AS_OF)
    if len(found) != len(wanted):
        return covered, [f"seed {seed}: {len(wanted)} statements by the oracle, {len(found)} by the core"]
    for cycle, row, spans in zip(found, wanted, walk.spans, strict=True):
        covered["cycles"] += 1
        covered["figures"] += len(FIGURES)
        differences += [
            f"seed {seed}, {cycle.statement_on}, {name}: oracle {row[name]}, core {getattr(cycle, name)}"
            for name in FIGURES
            if getattr(cycle, name) != row[name]
        ]
        if sum(cycle.buckets.values()) != cycle.closing:
            differences.append(f"seed {seed}, {cycle.statement_on}: buckets do not add up to the closing balance")
        for part in DRAWN:
            exact = sum(
                (terms.interest(s.component, s.minor, s.start, s.end) for s in spans if s.component is part),
                Fraction(0),
            )
            if abs(exact - cycle.interest_by_bucket[part]) > Fraction(1, 2):
                differences.append(f"seed {seed}, {cycle.statement_on}: spans of {part} do not add up to its interest")
        covered["with interest"] += cycle.interest > 0
        covered["with a credit balance"] += cycle.buckets["credit"] < 0
        covered["with instalments"] += cycle.buckets["instalment"] > 0
        covered["past due"] += cycle.days_past_due > 0
        covered["paid in full"] += cycle.paid_in_full is True
        covered["of a February"] += cycle.statement_on.month == 2
        covered["of 29 February"] += cycle.statement_on == date(2024, 2, 29)
    if not counters(walk, AS_OF).holds():
        differences.append(f"seed {seed}: counters do not add up")
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
    parser.add_argument("--cycles", type=int, default=100_000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    covered, differences, seed, step, begun = Counter(), [], options.first_seed, 100, time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        while covered["cycles"] < options.cycles:
            pieces = [range(at, at + step) for at in range(seed, seed + 20 * step, step)]
            seed += 20 * step
            for more, differing in pool.imap_unordered(compare_range, pieces):
                covered.update(more)
                differences += differing
    seconds = (time.perf_counter() - begun) * options.processes / covered["cycles"] * 1000
    write(options, seed - options.first_seed, covered, differences, seconds)
    sys.stdout.write(f"{covered['cycles']} cycles, {covered['figures']} figures, {len(differences)} differences\n")
    return 1 if differences else 0


def write(options, histories: int, covered: Counter, differences: list[str], seconds: float) -> None:
    cycles, figures = covered["cycles"], covered["figures"]
    lines = [
        "# Statements against the daily oracle",
        "",
        "The oracle (`tests/revolving/daily_oracle.py`) walks day by day, adds the interest of every open amount each evening",
        "and shares no rule with the core. Every figure of every statement must be the same; the buckets must add up to the",
        "closing balance, the spans to the interest, the counters to what moved. Run again with",
        f"`python -m tests.revolving.statements_run --cycles {options.cycles} --first-seed {options.first_seed}`.",
        "",
        f"- random accounts: {histories:,}",
        f"- cycles compared: {cycles:,}, {figures:,} figures",
        f"- differences: {len(differences):,}",
        f"- core and oracle together: {seconds:.1f} s of one core for 1,000 cycles",
        "",
        "| what | cycles |",
        "|---|---:|",
        *(f"| {name} | {count:,} |" for name, count in sorted(covered.items()) if name not in {"cycles", "figures"}),
        *(["", "Differences:", ""] + [f"- {line}" for line in differences[:50]] if differences else []),
        "",
    ]
    EVIDENCE.parent.mkdir(parents=True, exist_ok=True)
    EVIDENCE.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
