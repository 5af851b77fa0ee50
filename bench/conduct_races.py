"""Two workers race for the last permit, with threads and with processes: `python -m bench.conduct_races`.

Rounds of four kinds (tests/conduct/races.py) in a database of its own; half of the rounds between two threads, half
between two processes, each worker with a connection of its own. Every round must have one winner.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from bench.conduct_page import write_section

BATCH = 250


def _contend(worker, rounds, ready):
    """One worker through all rounds of a batch; the barrier starts each round for both at once."""
    from django.db import connection

    from tests.conduct.races import won

    found = []
    try:
        for asks in rounds:
            ready.wait()
            found.append(won(asks[worker], worker))
    finally:
        connection.close()
    return found


def _process(worker, ready, inbox, outbox):
    from kaopu.kernel.boot import boot

    boot()
    from kaopu.conduct import sources as registry
    from tests.conduct.races import sources

    with registry.only(**sources()):
        while (rounds := inbox.get()) is not None:
            outbox.put((worker, _contend(worker, rounds, ready)))


class _Processes:
    def __init__(self):
        context = multiprocessing.get_context("spawn")
        self.ready = context.Barrier(2, timeout=120)
        self.inboxes, self.outbox = [context.Queue(), context.Queue()], context.Queue()
        self.workers = [
            context.Process(target=_process, args=(worker, self.ready, self.inboxes[worker], self.outbox), daemon=True)
            for worker in range(2)
        ]
        for each in self.workers:
            each.start()

    def race(self, rounds):
        for inbox in self.inboxes:
            inbox.put(rounds)
        found = dict(self.outbox.get(timeout=900) for _ in range(2))
        return found[0], found[1]

    def close(self):
        for inbox in self.inboxes:
            inbox.put(None)
        for each in self.workers:
            each.join()


def _threads(rounds):
    ready, found = threading.Barrier(2, timeout=120), [None, None]

    def work(worker):
        found[worker] = _contend(worker, rounds, ready)

    workers = [threading.Thread(target=work, args=(worker,)) for worker in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    return found[0], found[1]


def run(rounds: int) -> Counter:
    """How the rounds ended."""
    from kaopu.conduct import sources as registry
    from kaopu.conduct.actions.switch_outreach import switch_on
    from tests.conduct.races import NOW, prepared, sources

    switch_on({"jurisdiction": "CN", "reason": "race"}, proposer="staff:1", approver="staff:2", now=NOW)
    processes, told, started = _Processes(), Counter(), time.perf_counter()
    try:
        with registry.only(**sources()):
            for start in range(0, rounds, BATCH):
                batch = [prepared(number) for number in range(start, min(start + BATCH, rounds))]
                how = "processes" if start // BATCH % 2 else "threads"
                first, second = processes.race(batch) if how == "processes" else _threads(batch)
                for one, other in zip(first, second, strict=True):
                    winners = (one == "won") + (other == "won")
                    told[f"{how}: {winners} won"] += 1
                    told["first"] += one == "won"
                gone = time.perf_counter() - started
                done = start + len(batch)
                sys.stderr.write(f"races: {done:,} of {rounds:,}, {gone / done * (rounds - done) / 60:.0f} min left\n")
    finally:
        processes.close()
    return told


def section(rounds: int, told: Counter, seconds: float) -> str:
    """The section of the page."""
    both = {how: {n: told[f"{how}: {n} won"] for n in (0, 1, 2)} for how in ("threads", "processes")}
    rows = "\n".join(f"| two {how} | {n[1]:,} | {n[0]:,} | {n[2]:,} |" for how, n in both.items())
    return f"""## Two workers, one permit left

`python -m bench.conduct_races --rounds {rounds}`: in turn the last call of a person's day, the last visit, the last
unanswered call on a number that two people share, and the last place for a contact in an episode. Each worker has a
connection of its own; a barrier starts every round for both.

| between | one won | none won | both won |
|---|---:|---:|---:|
{rows}

The first of the two workers won {told["first"]:,} of {rounds:,} rounds; {seconds / rounds * 1000:.0f} ms a round with
its history on a busy machine.
"""


def main() -> int:
    """Run in a home of its own; 1 where a round had another number of winners than one."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=10_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaopu-r-") as name:
        os.environ["KAOPU_HOME"] = str(Path(name) / "home")
        os.environ.pop("KAOPU_DATABASE_URL", None)
        from kaopu.book.opened_book import opened_book

        started = time.perf_counter()
        with opened_book():
            told = run(given.rounds)
        seconds = time.perf_counter() - started
    one = told["threads: 1 won"] + told["processes: 1 won"]
    write_section("races", section(given.rounds, told, seconds))
    print(f"{one:,} of {given.rounds:,} races for the last permit had one winner")
    return int(one != given.rounds)


if __name__ == "__main__":
    sys.exit(main())
