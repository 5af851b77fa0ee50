"""Real `kill -9` of `kaopu book receipts` at random moments: nothing lost, doubled or torn, and the same file completes it.

`python -m tests.receipts.kills --kills 25` writes docs/evidence/receipt-kills.md.
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence" / "receipt-kills.md"
ROWS, DEBTS, FEN = 160, 8, 100


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: when, whether it hit a living process, and how many receipts stood after it."""

    after_seconds: float
    was_running: bool
    stood: int


class Arena:
    """Debts in the database of this process's settings; each turn a new file is taken in, killed and taken in again."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        from receipt_files import NOW, book_debt_of

        from kaopu.party.actions.create_party import create_party
        from kaopu.party.core.party import NewParty

        party = create_party(NewParty(), actor="kills", now=NOW)
        self.debts = [book_debt_of(party, f"KILL-{n}").pk for n in range(DEBTS)]
        self.folder, self.environment = folder, environment
        started = time.perf_counter()
        self._whole(self._file(-1))
        self.seconds = time.perf_counter() - started

    def kill_once(self, chance: random.Random, turn: int) -> Kill:
        """Start, kill, look, start again, look."""
        from kaopu.receipts.models import Receipt

        path = self._file(turn)
        process = subprocess.Popen(
            self._command(path), env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        started = time.perf_counter()
        if turn % 4:  # three in four aim at the work itself, behind the start of the process
            while process.poll() is None and not self._begun(turn):
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.6) * self.seconds)
        else:
            time.sleep(chance.uniform(0, 1.1) * self.seconds)
        after, was_running = time.perf_counter() - started, process.poll() is None
        if was_running:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        stood = Receipt.objects.filter(bank_reference__startswith=f"T{turn}-").count()
        self._hold(turn)
        self._whole(path)
        self._hold(turn, whole=True)
        return Kill(after, was_running, stood)

    def _begun(self, turn: int) -> bool:
        from kaopu.receipts.models import ReceiptsFile

        return ReceiptsFile.objects.filter(file_name=f"bank{turn}.csv").exists()

    def _file(self, turn: int) -> Path:
        from receipt_files import csv_bytes

        rows = [
            {
                "amount": "1",
                "bank_reference": f"T{turn}-{n}",
                "reference": f"D-{self.debts[n % DEBTS]}" if n % 2 else "",
                "payer_name": "王小明",
            }
            for n in range(ROWS)
        ]
        path = self.folder / f"bank{turn}.csv"
        path.write_bytes(csv_bytes(rows))
        return path

    def _whole(self, path: Path) -> None:
        done = subprocess.run(
            self._command(path), env=self.environment, check=True, capture_output=True, text=True, timeout=300
        )
        answer = json.loads(done.stdout)
        told = (answer["total"], answer["matched"], answer["suspense"], answer["count"], answer["repeated"])
        assert told == (f"{ROWS}.00", f"{ROWS // 2}.00", f"{ROWS // 2}.00", ROWS, 0), answer

    def _hold(self, turn: int, *, whole: bool = False) -> None:
        """Each receipt there is stands whole: its payment and allocation, or the note why it waits."""
        from kaopu.book.models import Event
        from kaopu.receipts import store
        from kaopu.receipts.models import Allocation, Receipt

        assert store.standing_differs() == [], "a standing is torn"
        mine = Receipt.objects.filter(bank_reference__startswith=f"T{turn}-")
        matched = mine.filter(allocations__isnull=False).count()
        assert matched + mine.filter(notes__isnull=False).count() == mine.count(), (
            "a receipt stands without its decision"
        )
        assert Allocation.objects.count() == Event.objects.filter(kind="payment").count(), (
            "a payment is lost or doubled"
        )
        if whole:
            assert (mine.count(), matched) == (ROWS, ROWS // 2)

    @staticmethod
    def _command(path: Path) -> list[str]:
        return [sys.executable, "-m", "kaopu.cli.main", "book", "receipts", str(path), "--json"]


def page(done: list[Kill], seed: int) -> str:
    """What the run showed, as a page."""
    running = [kill for kill in done if kill.was_running]
    part = sum(0 < kill.stood < ROWS for kill in running)
    return f"""# `kill -9` of taking in receipts

`python -m tests.receipts.kills --kills {len(running)} --seed {seed}` takes in a file of {ROWS} receipts (half of them name one of
{DEBTS} debts, half wait) with the real command against the embedded PostgreSQL, sends it `kill -9` at a random moment, checks what
stands, and takes the same file in again.

| | |
|---|---|
| kills of a living process | {len(running)} |
| rounds in which it had already ended | {len(done) - len(running)} |
| moment after its start | {min(k.after_seconds for k in running):.2f} to {max(k.after_seconds for k in running):.2f} s |
| found after the kill: no receipt of the file | {sum(kill.stood == 0 for kill in running)} |
| found after the kill: a part of the file | {part} |
| found after the kill: every receipt of it | {sum(kill.stood == ROWS for kill in running)} |
| receipts without their payment or their note, payments without their receipt | 0 |
| second run: every receipt once, the sums of an undisturbed run | {len(done)} |

A torn standing, a lost or doubled payment, or another sum ends the run with an error, and this page is not written.
"""


def main() -> None:
    """Run in a home of its own and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=25)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--out", type=Path, default=EVIDENCE)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaopu-k-") as name:
        folder = Path(name)
        os.environ["KAOPU_HOME"] = str(folder / "home")
        os.environ.pop("KAOPU_DATABASE_URL", None)
        from kaopu.book.opened_book import opened_book

        with opened_book():
            chance, done = random.Random(given.seed), []
            arena = Arena(folder, dict(os.environ))
            while sum(kill.was_running for kill in done) < given.kills:
                done.append(arena.kill_once(chance, len(done)))
                sys.stderr.write(f"\r{sum(kill.was_running for kill in done)} of {given.kills} kills")
        sys.stderr.write("\n")
        given.out.write_text(page(done, given.seed), encoding="utf-8")


if __name__ == "__main__":
    main()
