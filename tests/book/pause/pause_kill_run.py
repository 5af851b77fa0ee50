"""`kill -9` of carrying out a bulk pause and of taking it back: nothing lost, doubled or torn; who goes on completes it.

`python -m tests.book.pause.pause_kill_run --kills 25` writes docs/evidence/pause-kills.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

EVIDENCE = Path(__file__).resolve().parents[3] / "docs" / "evidence" / "pause-kills.md"
BORROWERS = 2_500
END = date(2026, 11, 22)
DAYS = (date(2026, 11, 1), date(2026, 11, 30))


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: of pausing or of the way back, when, whether it hit a living process, and how many were done by then."""

    undo: bool
    after_seconds: float
    was_running: bool
    done: int
    of: int


class Arena:
    """A sample book. Each turn a pause is proposed, agreed to, killed and gone on with; then the same for its undoing."""

    def __init__(self) -> None:
        from kaopu.book.actions.close_book import close_book
        from kaopu.book.sample.load import load_sample

        load_sample(seed=1, end=END, borrowers=BORROWERS)
        close_book(END)
        self.seconds = 4.0
        self.before = self._stored()

    def kill_twice(self, chance: random.Random) -> list[Kill]:
        """One kill of the pause, one of the undoing."""
        from kaopu.book.actions.agree_pause import agree_pause, waiting_for
        from kaopu.book.actions.pause_selection import PauseAsked, select
        from kaopu.book.actions.propose_pause import propose_pause, propose_undo
        from kaopu.kernel.clock import system_clock

        now = system_clock().now()
        bulk = propose_pause(select(PauseAsked("outstanding > 0", *DAYS)), "staff:1", now)
        assert agree_pause(waiting_for(bulk.pk, now), "staff:2", now) is None
        first = self._kill(bulk.pk, chance, undo=False)
        self._paused_all(bulk)
        propose_undo(bulk.pk, "staff:1", now)
        assert agree_pause(waiting_for(bulk.pk, now), "staff:2", now) is None
        second = self._kill(bulk.pk, chance, undo=True)
        assert self._stored() == self.before, "the rows of the close are not as before the pause"
        return [first, second]

    def _kill(self, bulk: int, chance: random.Random, *, undo: bool) -> Kill:
        from kaopu.book.models import BulkPauseDebt

        command = [sys.executable, "-m", "kaopu.cli.main", "book", "pause-resume", str(bulk), "--json"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started = time.perf_counter()
        rows = BulkPauseDebt.objects.filter(bulk_id=bulk)
        done = rows.filter(reversal_id__isnull=False) if undo else rows.filter(event_id__isnull=False)
        aimed = chance.random() < 0.7  # most aim at the work itself, behind the start of the process
        while aimed and process.poll() is None and not done.exists():
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.5 if aimed else 1) * self.seconds)
        after, was_running = time.perf_counter() - started, process.poll() is None
        if was_running:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self._hold(bulk)
        kill = Kill(undo, after, was_running, done.count(), rows.filter(left_out="").count())
        finished = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
        answer = json.loads(finished.stdout)
        assert answer["state"] == ("undone" if undo else "applied"), answer
        self._hold(bulk)
        return kill

    @staticmethod
    def _hold(bulk: int) -> None:
        """Every event of this pause stands beside its debt, and beside one alone."""
        from kaopu.book.models import BulkPauseDebt, Event

        rows = BulkPauseDebt.objects.filter(bulk_id=bulk)
        for kind, column in (("pause", "event_id"), ("reversal", "reversal_id")):
            noted = sorted(rows.filter(**{f"{column}__isnull": False}).values_list(column, flat=True))
            there = sorted(Event.objects.filter(kind=kind, payload__bulk=bulk).values_list("event_id", flat=True))
            assert noted == there, f"{kind}: {len(there)} events, {len(noted)} of them noted"
        debts = rows.filter(event_id__isnull=False).values_list("debt_id", flat=True)
        assert len(set(debts)) == len(debts)

    @staticmethod
    def _paused_all(bulk: object) -> None:
        from kaopu.book.models import BulkPauseDebt

        left = BulkPauseDebt.objects.filter(bulk=bulk, event_id=None, left_out="").count()
        assert left == 0, f"{left} debts of the list were forgotten"

    @staticmethod
    def _stored() -> dict[int, tuple[int, ...]]:
        from kaopu.book.models import PositionRow

        names = ("debt_id", "days_past_due", "outstanding_penalty", "overdue_principal", "class_code", "flags")
        return {row[0]: row[1:] for row in PositionRow.objects.values_list(*names)}


def page(done: list[Kill], seed: int) -> str:
    """What the run showed, as a page."""
    running = [kill for kill in done if kill.was_running]

    def found(undo: bool) -> str:
        mine = [kill for kill in running if kill.undo == undo]
        some = sum(0 < kill.done < kill.of for kill in mine)
        return f"{sum(not kill.done for kill in mine)}, {some}, {sum(kill.done == kill.of for kill in mine)}"

    return f"""# `kill -9` of a bulk pause

`python -m tests.book.pause.pause_kill_run --kills {len(running)} --seed {seed}` pauses every debt of a sample book that owes
something ({max(kill.of for kill in done):,} debts) by the real command, and takes it back, each time with a `kill -9` at a random
moment; then the command is called again.

| | |
|---|---|
| kills of a living process | {len(running)} |
| rounds in which it had already ended | {len(done) - len(running)} |
| moment after its start | {min(k.after_seconds for k in running):.2f} to {max(k.after_seconds for k in running):.2f} s |
| pausing: none, some, all of the list done by then | {found(undo=False)} |
| taking back: none, some, all | {found(undo=True)} |
| events without their note, notes without their event, debts paused twice | 0 |
| completed by the second call | {len(done)} |
| rows of the close equal to those before the pause, after each undoing | {len(done) // 2} |

A lost, doubled or torn event, a forgotten debt or a row that differs ends the run with an error, and this page is not written.
"""


def main() -> int:
    """Run in a home of its own and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=25)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, default=EVIDENCE)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaopu-k-") as name:
        os.environ["KAOPU_HOME"] = str(Path(name) / "home")
        os.environ.pop("KAOPU_DATABASE_URL", None)
        from kaopu.book.opened_book import opened_book

        with opened_book():
            chance, done = random.Random(given.seed), []
            arena = Arena()
            while sum(kill.was_running for kill in done) < given.kills:
                done += arena.kill_twice(chance)
                sys.stderr.write(f"\r{sum(kill.was_running for kill in done)} of {given.kills} kills")
        sys.stderr.write("\n")
        given.out.write_text(page(done, given.seed), encoding="utf-8")
    running = sum(kill.was_running for kill in done)
    sys.stdout.write(f"{running} kills, 0 torn, {len(done)} completed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
