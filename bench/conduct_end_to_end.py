"""Wishes through queue, permits, gateways and withdrawals in flight: `python -m bench.conduct_end_to_end`.

A town (tests/conduct/town.py) in a database of its own; two worker processes run the house's own worker
(kaopu.kernel.jobs.run_worker) on a clock that runs faster. Afterwards the oracle judges every message that really left,
as the gateway, the outbox, the inbox and the agents' tasks tell it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

from bench.conduct_page import write_section

BATCH, BACKLOG = 50, 60


def _worker(number, given):
    """One process that does the house's background work on the town's clock until it is told to stop."""
    from kaopu.kernel.boot import boot

    boot()
    from kaopu.conduct import sources as registry
    from kaopu.kernel import clock as clocks
    from kaopu.kernel import jobs
    from kaopu.outreach.actions import send_message  # noqa: F401 - gateways keep the machine's own clock
    from tests.conduct.town import Town, Withdrawals
    from tests.conduct.town_run import ScaledClock

    town_clock = ScaledClock(given.origin, given.scale, given.skipped)
    clocks.system_clock = lambda: town_clock
    town = Town(given.seed, given.households)
    town.members, town.where = given.members, given.where
    notes = Path(given.folder, f"withdrawn-{number}.jsonl").open("a", encoding="utf-8")  # noqa: SIM115 - to the end

    def note(*words):
        notes.write(json.dumps(words) + "\n")
        notes.flush()

    town.withdrawals = Withdrawals(given.starts, given.ends, note, soon=0.15 * given.scale, seed=number)
    stop = threading.Event()
    threading.Thread(target=lambda: (given.stop.wait(), stop.set()), daemon=True).start()
    with registry.only(**town.sources()):
        jobs.run_worker(stop)
    notes.close()


def run(wishes: int, households: int, seed: int, folder: Path, scale: float) -> dict:
    """Everything, in the database that is open."""
    from django.db import connection

    from kaopu.kernel import database
    from tests.conduct.town import DAYS, Noted, Town
    from tests.conduct.town_log import judged
    from tests.conduct.town_run import Run, ScaledClock

    context = multiprocessing.get_context("spawn")
    skipped, started = context.Value("d", 0.0), time.perf_counter()
    run = Run(
        Town(seed, households), ScaledClock(time.monotonic(), scale, skipped), database.home() / "outbox" / "messages"
    )
    run.settle()
    run.clock.origin = time.monotonic()
    places = households * 3
    kept = {"starts": context.Array("d", places), "ends": context.Array("d", places), "folder": str(folder)}
    given = SimpleNamespace(
        origin=run.clock.origin, scale=scale, skipped=skipped, seed=seed, households=households,
        members=run.town.members, where=run.town.where, stop=context.Event(), **kept,
    )  # fmt: skip
    workers = [context.Process(target=_worker, args=(number, given)) for number in range(2)]
    for each in workers:
        each.start()
    settled = time.perf_counter()

    def waiting():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
            return cursor.fetchone()[0]

    shown = time.perf_counter()
    for place in range(wishes // BATCH):
        run.queue(BATCH)
        run.live()
        if place == wishes // BATCH * 4 // 5:
            run.switch_off("US")
        while waiting() > BACKLOG:
            if not all(each.is_alive() for each in workers):
                raise RuntimeError("a worker ended")
            time.sleep(0.05)
        # Spread over the days of the town, whatever pace the machine has.
        due = (place + 1) / (wishes // BATCH) * DAYS * 86_400
        behind = (
            due - (run.clock.now() - ScaledClock(time.monotonic(), 0, SimpleNamespace(value=0)).now()).total_seconds()
        )
        run.clock.skip(max(behind, 0.0))
        if time.perf_counter() - shown > 10:
            shown = time.perf_counter()
            rate = run.queued / (shown - settled)
            left = (wishes - run.queued) / rate / 60
            sys.stderr.write(f"end to end: {run.queued:,} of {wishes:,}, {rate:.0f}/s, {left:.0f} min left\n")
    while waiting():
        time.sleep(0.1)
    given.stop.set()
    for each in workers:
        each.join()
    seconds = time.perf_counter() - settled
    notes = [tuple(json.loads(row)) for path in folder.glob("withdrawn-*.jsonl") for row in path.open(encoding="utf-8")]
    run.town.withdrawals = Noted(notes)
    faults, kept = run.collect()
    found = judged(run.town, run.left, run.switches)
    run.town.withdrawals = Noted((place, -1e12, 1e12) for place in range(places))
    would = len(judged(run.town, run.left, run.switches).forbidden)
    return {
        "wishes": run.queued, "seconds": round(seconds), "settled": round(settled - started), "sent": found.sent,
        "not_taken": kept, "forbidden": found.forbidden, "faults": faults, "orders": found.open_orders,
        "purposes": found.by_purpose, "withdrawn": len(notes), "would": would, "suppressed": len(run.suppressed),
        **_counts(),
    }  # fmt: skip


def _counts():
    from kaopu.conduct.models import Entry, Judgement, PermitUse
    from kaopu.outreach.models import Step

    return {
        "refused_issue": Judgement.objects.filter(moment="issue", allowed=False).count(),
        "refused_use": Judgement.objects.filter(moment="use", allowed=False).count(),
        "issued": Judgement.objects.filter(moment="issue", allowed=True).count(),
        "used": PermitUse.objects.count(),
        "inbound": Entry.objects.filter(outcome="inbound").count(),
        "unknown": Step.objects.filter(state="unknown").count(),
    }


def section(told: dict, command: str) -> str:
    """The section of the page."""
    purposes = ", ".join(f"{name} {many:,}" for name, many in sorted(told["purposes"].items()))
    return f"""## End to end: what really left, judged afterwards

`{command}`: two processes run the house's own worker on a clock that runs
faster; a gateway takes, refuses (6 %), hangs up and fails; people answer, call in, withdraw and open disputes while
permits are out.

| what | figure |
|---|---:|
| wishes put into the queue | {told["wishes"]:,} |
| refused when the permit was asked for | {told["refused_issue"]:,} |
| permits issued | {told["issued"]:,} |
| refused when the permit was to be used (something had changed in between) | {told["refused_use"]:,} |
| permits used | {told["used"]:,} |
| refused by the gateway: nothing left | {told["not_taken"]:,} |
| messages, calls and visits that left | {told["sent"]:,} |
| of them whose fate the gateway left open | {told["unknown"]:,} |
| withdrawals and disputes in flight | {told["withdrawn"]:,} |
| persons suppressed | {told["suppressed"]:,} |
| calls and messages from persons | {told["inbound"]:,} |
| **forbidden, by the oracle on the log of what left** | **{len(told["forbidden"])}** |
| **sent twice, to another address, to the suppressed, or without a record** | **{len(told["faults"])}** |

By purpose: {purposes}.

For {told["orders"]:,} of them something was told while they were judged: they count as forbidden when every order of
events refuses. Had everybody withdrawn before, the same judge would have called {told["would"]:,} of them forbidden.
It took {told["seconds"]:,} s ({told["wishes"] / max(told["seconds"], 1):.0f} wishes a second).
"""


def main() -> int:
    """Run in a home of its own; 1 where anything forbidden left."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wishes", type=int, default=100_000)
    options.add_argument("--households", type=int, default=400)
    options.add_argument("--scale", type=float, default=120.0)
    options.add_argument("--seed", type=int, default=6)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaopu-e-") as name:
        os.environ["KAOPU_HOME"] = str(Path(name) / "home")
        os.environ.pop("KAOPU_DATABASE_URL", None)
        from kaopu.book.opened_book import opened_book

        with opened_book():
            told = run(given.wishes, given.households, given.seed, Path(name), given.scale)
    for each in (*told["forbidden"][:20], *told["faults"][:20]):
        sys.stderr.write(each + "\n")
    write_section("end-to-end", section(told, f"python -m bench.conduct_end_to_end --wishes {given.wishes}"))
    wrong = len(told["forbidden"]) + len(told["faults"])
    print(f"{told['wishes']:,} wishes, {told['sent']:,} left: {wrong} forbidden")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
