"""Permits against the oracle of tests/conduct: `python -m bench.conduct_agreement`.

Random lines (tests/conduct/random_facts.py) judged by kaopu.conduct and by the oracle; `next_allowed_at` of some of
them by trying every minute. Seeded and resumable: blocks that are done are kept in a file, under a mark of the code
that was judged, and a second start goes on after them.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import multiprocessing
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bench.conduct_page import write_section
from kaopu.conduct.packs import load_packs
from tests.conduct.agreement import Count, check_next, compare, compare_next, searched_lines
from tests.conduct.random_facts import random_line

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / "var" / "conduct-agreement.jsonl"
#: Lines of a block: a few seconds each.
SIZES = {"lines": 5_000, "edges": 1_000, "minutes": 10}
_rulebook = None


def _start():
    global _rulebook  # noqa: PLW0603 - one a process
    _rulebook = load_packs(None)


def _block(job):
    kind, seed, number = job
    count, size = Count(), SIZES[kind]
    if kind == "lines":
        for index in range(number * size, (number + 1) * size):
            compare(random_line(seed, index), _rulebook, count)
    else:
        # Other seeds: what is searched by the minute is not what was compared above. Blocks start far apart.
        lines = searched_lines(_rulebook, seed + (1 if kind == "edges" else 2), number * size * 40)
        for text in itertools.islice(lines, size):
            (check_next if kind == "edges" else compare_next)(text, _rulebook, count)
    return job, asdict(count)


def mark() -> str:
    """A mark of what is judged and of what judges: a change of either starts anew."""
    made, conduct, here = hashlib.sha256(), ROOT / "kaopu" / "conduct", ROOT / "tests" / "conduct"
    judged = [*(conduct / "core").rglob("*.py"), *(conduct / "packs").glob("*.toml")]
    judging = [*here.glob("oracle*.py"), *here.glob("random_facts*.py"), here / "agreement.py"]
    for path in sorted([*judged, *judging]):
        made.update(path.name.encode() + path.read_bytes())
    return made.hexdigest()[:16]


def _done(path: Path, stamp: str) -> dict[tuple[str, int, int], dict]:
    if not path.exists():
        return {}
    rows = [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]
    return {tuple(row["job"]): row["count"] for row in rows if row["mark"] == stamp}


def run(lines: int, edges: int, minutes: int, seed: int, workers: int, state: Path) -> tuple[Count, float, float]:
    """(What was counted, seconds of this run, lines a second in it)."""
    stamp, total = mark(), Count()
    wanted = {"lines": lines, "edges": edges, "minutes": minutes}
    jobs = [(kind, seed, at) for kind, many in wanted.items() for at in range(-(-many // SIZES[kind]))]
    known = _done(state, stamp)
    for job in jobs:
        if job in known:
            total.add(Count(**known[job]))
    left = [job for job in jobs if job not in known]
    state.parent.mkdir(parents=True, exist_ok=True)
    started = shown = time.perf_counter()
    before = total.lines
    with multiprocessing.Pool(workers, _start) as pool, state.open("a", encoding="utf-8") as kept:
        for place, (job, found) in enumerate(pool.imap_unordered(_block, left), 1):
            kept.write(json.dumps({"mark": stamp, "job": job, "count": found}) + "\n")
            kept.flush()
            total.add(Count(**found))
            if time.perf_counter() - shown > 10 or place == len(left):
                shown = time.perf_counter()
                gone = shown - started
                to_go = gone / place * (len(left) - place) / 60
                sys.stderr.write(
                    f"conduct: {total.lines:,} of {lines:,} lines, {total.checked_next:,} edges, {total.minutes:,} by "
                    f"the minute, {len(total.different)} different; about {to_go:.0f} min left\n"
                )
    seconds = time.perf_counter() - started
    return total, seconds, (total.lines - before) / max(seconds, 1e-9)


def section(total: Count, options: argparse.Namespace) -> str:
    """The section of the page."""
    return f"""## Permits against an independent oracle

`python -m bench.conduct_agreement --lines {options.lines} --edges {options.edges} --minutes {options.minutes}
--seed {options.seed}`

| what | figure |
|---|---:|
| random lines judged by both | {total.lines:,} |
| of them allowed | {total.allowed / max(total.lines, 1):.1%} |
| of them refused by `FACTS` | {total.facts / max(total.lines, 1):.1%} |
| verdicts of single rules compared | {total.rules:,} |
| `next_allowed_at` against every minute of 60 days | {total.minutes:,} (an instant was found for {total.answered:,}) |
| `next_allowed_at`: that minute is allowed, the one before is not | {total.checked_next:,} |
| **different answers** | **{len(total.different)}** |

Compared are id, allowed, disclosure, the rules with their verdicts in order, the field that `FACTS` names, and the
instant with its offset. The oracle (tests/conduct/oracle.py) was written from the table and shares no code with
kaopu.conduct. The generator's test asserts that every rule both passes and refuses (`IN-DL-01` can only refuse).
"""


def main() -> int:
    """Run; 1 where anything differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--edges", type=int, default=20_000)
    options.add_argument("--minutes", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=6)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--state", type=Path, default=STATE)
    given = options.parse_args()
    total, seconds, rate = run(given.lines, given.edges, given.minutes, given.seed, given.workers, given.state)
    for told in total.different[:20]:
        sys.stderr.write(told + "\n")
    write_section("agreement", section(total, given))
    print(
        f"{total.lines:,} lines and {total.minutes:,} searches by the minute: {len(total.different)} different "
        f"({seconds:.0f} s in this run, {rate:,.0f} lines/s)"
    )
    return int(bool(total.different))


if __name__ == "__main__":
    sys.exit(main())
