"""`kill -9` of an import at random moments: all of the file or nothing of it, and the same file completes it.

`python -m tests.book.imports.import_kill_run --kills 25` writes docs/evidence/import-kills.md.
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
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

EVIDENCE = Path(__file__).resolve().parents[3] / "docs" / "evidence" / "import-kills.md"
DEBTS, DUES = 4_000, 3  # a debt has as many payments as instalments


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: when, whether it hit a living process, and whether the file stood in the book after it."""

    after_seconds: float
    was_running: bool
    stood: bool


class Arena:
    """Each turn a file of its own is taken in by the real command, killed, looked at, and taken in again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        started = time.perf_counter()
        self._whole(self._files(-1))
        self.seconds = time.perf_counter() - started

    def kill_once(self, chance: random.Random, turn: int) -> Kill:
        """Start, kill, look, start again, look."""
        path = self._files(turn)
        process = subprocess.Popen(self._command(path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started = time.perf_counter()
        time.sleep(chance.uniform(0.3, 1.05) * self.seconds)
        after, was_running = time.perf_counter() - started, process.poll() is None
        if was_running:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self._backends_gone()
        stood = self._stands(turn)
        self._whole(path, stood_before=stood)
        assert self._stands(turn), "the file is not in the book after its second run"
        self._nothing_left()
        return Kill(after, was_running, stood)

    def _files(self, turn: int) -> Path:
        path = self.folder / f"turn{turn}"
        path.mkdir()
        first = (turn + 2) * 100_000
        ids = range(first, first + DEBTS)
        debts = [f"{debt},{debt % 97},CNY,2026-01-15,90000" for debt in ids]
        dues = [f"{debt},{n + 1},2026-{n + 2:02}-15,30000,300,0" for debt in ids for n in range(DUES)]
        events = [f"{debt},2026-{n + 2:02}-14,payment,30300" for debt in ids for n in range(DUES)]
        for name, head, lines in (
            ("debts", "debt_id,party_id,currency,disbursed_on,principal", debts),
            ("instalments", "debt_id,seq,due_on,principal,interest,fee", dues),
            ("events", "debt_id,on,kind,amount", events),
        ):
            (path / f"{name}.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
        return path

    def _whole(self, path: Path, *, stood_before: bool = False) -> None:
        done = subprocess.run(self._command(path), check=True, capture_output=True, text=True, timeout=300)
        answer = json.loads(done.stdout)
        assert (answer["debts"], answer["events"], answer["rejected"]) == (DEBTS, DEBTS * DUES, 0), answer
        assert answer["repeated"] == stood_before, f"it stood: {stood_before}, and the second run says {answer}"

    def _stands(self, turn: int) -> bool:
        """Whether the turn's file is in the book. Anything between none and all is torn."""
        from kaopu.book.models import Debt, Event, ScheduleVersion

        first = (turn + 2) * 100_000
        numbers = [str(first + n) for n in range(DEBTS)]
        debts = Debt.objects.filter(external_id__in=numbers)
        counts = (
            debts.count(),
            ScheduleVersion.objects.filter(debt__in=debts).count(),
            Event.objects.filter(debt__in=debts).count(),
        )
        assert counts in ((0, 0, 0), (DEBTS, DEBTS, DEBTS * DUES)), f"torn: {counts}"
        return counts[0] > 0

    @staticmethod
    def _backends_gone() -> None:
        """The server may still finish a commit that it was sent: look once nobody else is connected."""
        from django.db import connection

        with connection.cursor() as cursor:
            for _ in range(600):
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
                if cursor.fetchone() == (0,):
                    return
                time.sleep(0.1)
        raise AssertionError("a connection of a killed import is still open after a minute")

    def _nothing_left(self) -> None:
        from kaopu.book.models import ImportBatch
        from kaopu.kernel.database import home

        done = Counter(ImportBatch.objects.values_list("file_sha256", "status"))
        assert all(times == 1 for (_, status), times in done.items() if status == "done"), "a file was taken in twice"
        # What a killed import left for itself is no data, and small; it must not be read by anybody as a result.
        assert not list((home() / "rejects").glob("*.csv")), "a rejects file of an import without rejects"

    @staticmethod
    def _command(path: Path) -> list[str]:
        return [sys.executable, "-m", "kaopu.cli.main", "book", "import", "--mapping", "native", str(path), "--json"]


def page(done: list[Kill], seed: int) -> str:
    """What the run showed, as a page."""
    running = [kill for kill in done if kill.was_running]
    return f"""# `kill -9` of an import

`python -m tests.book.imports.import_kill_run --kills {len(running)} --seed {seed}` takes in files of {DEBTS:,} debts with {DUES}
instalments and {DUES} payments each by the real command against the embedded PostgreSQL, sends it `kill -9` at a random moment,
checks what stands, and takes the same file in again.

| | |
|---|---|
| kills of a living process | {len(running)} |
| rounds in which it had already ended | {len(done) - len(running)} |
| moment after its start | {min(k.after_seconds for k in running):.2f} to {max(k.after_seconds for k in running):.2f} s |
| found after the kill: nothing of the file | {sum(not kill.stood for kill in running)} |
| found after the kill: all of it | {sum(kill.stood for kill in running)} |
| found after the kill: a part of it | 0 |
| second run: every debt, schedule and event once | {len(done)} |

A part of a file, a file taken in twice or another count ends the run with an error, and this page is not written.
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
            arena = Arena(Path(name))
            while sum(kill.was_running for kill in done) < given.kills:
                done.append(arena.kill_once(chance, len(done)))
                sys.stderr.write(f"\r{sum(kill.was_running for kill in done)} of {given.kills} kills")
        sys.stderr.write("\n")
        given.out.write_text(page(done, given.seed), encoding="utf-8")
    running = [kill for kill in done if kill.was_running]
    sys.stdout.write(f"{len(running)} kills, 0 torn, {len(done)} completed by the same file\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
