"""The long proof: `python tests/book/close/kill_run.py --kills 100` writes docs/evidence/close-kills.md."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from killing import BUCKETS, DEBTS, Arena, Kill

EVIDENCE = Path(__file__).resolve().parents[3] / "docs" / "evidence" / "close-kills.md"


def run(kills: int, seed: int) -> list[Kill]:
    """Kill so many times; an AssertionError at the first torn result."""
    chance, done = random.Random(seed), []
    with tempfile.TemporaryDirectory(prefix="kaopu-kills-") as folder:
        arena = Arena(Path(folder))
        turn = 0
        # A kill that came after the process had ended does not count.
        while sum(kill.was_running for kill in done) < kills:
            if turn % 10 == 0 and arena.out.exists():
                shutil.rmtree(arena.out)
            done.append(arena.kill_once(chance, turn))
            turn += 1
            sys.stderr.write(f"\r{sum(kill.was_running for kill in done)} of {kills} kills")
    sys.stderr.write("\n")
    return done


def page(done: list[Kill], seed: int) -> str:
    """What the run showed, as a page."""
    stood = Counter(kill.stood for kill in done)
    parts = Counter("none" if not kill.parts_done else "all" if kill.parts_done == BUCKETS else "some" for kill in done)
    running = sum(kill.was_running for kill in done)
    return f"""# `kill -9` of the close

`python tests/book/close/kill_run.py --kills {running} --seed {seed}` closes a snapshot of {DEBTS:,} debts in {BUCKETS} buckets
with the real command over the result of another snapshot (or over nothing), sends it `kill -9` at a random moment, checks
what stands, and closes again.

| | |
|---|---|
| kills of a living process | {running} |
| rounds in which it had already ended | {len(done) - running} |
| moment after its start | {min(k.after_seconds for k in done):.2f} to {max(k.after_seconds for k in done):.2f} s |
| found after the kill: the old result, complete | {stood["old"]} |
| found after the kill: the new result, complete | {stood["new"]} |
| found after the kill: no result, and there was none before | {stood["none"]} |
| torn results | 0 |
| killed with no bucket, some buckets, all buckets done and waiting | {parts["none"]}, {parts["some"]}, {parts["all"]} |
| second close gave the bytes of an undisturbed one | {len(done)} |
| locks or files left behind | 0 |

"Complete" is checked byte by byte against an undisturbed close of the same snapshot. A torn result, a difference, a lock that
holds the second close up or a file left behind ends the run with an error, and this page is not written.
"""


def main() -> None:
    """Run and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, default=EVIDENCE)
    given = options.parse_args()
    text = page(run(given.kills, given.seed), given.seed)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
