"""Real `kill -9` of the real command at a random moment, and what must hold after it. Also run a hundred times by kill_run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
from snapshots import AS_OF, fingerprint

from kaopu.book.snapshot.result_folder import MANIFEST, read_manifest
from kaopu.book.snapshot.synthetic import write_snapshot

if TYPE_CHECKING:
    import random

COMMAND = str(Path(sys.executable).parent / "kaopu")
DEBTS, BUCKETS = 120_000, 24


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: when, how far the close was, and what was found after it."""

    after_seconds: float
    was_running: bool
    parts_done: int
    stood: str


class Arena:
    """Two books and the undisturbed result of each; a close of one over the result of the other is killed."""

    def __init__(self, folder: Path) -> None:
        self.books = [folder / "one", folder / "two"]
        self.results = []
        for seed, book in enumerate(self.books, 1):
            write_snapshot(book, DEBTS, BUCKETS, AS_OF, seed=seed)
            started = time.perf_counter()
            done = subprocess.run(_close(book, folder / f"alone{seed}"), check=True, capture_output=True, text=True)
            self.work_seconds = json.loads(done.stdout)["seconds"]
            self.seconds = time.perf_counter() - started
            self.results.append(fingerprint(_place(folder / f"alone{seed}")))
        self.out = folder / "out"

    def kill_once(self, chance: random.Random, turn: int) -> Kill:
        """Close book `turn` over the result of the other, kill it, look, and let a second close finish."""
        new, old = turn % 2, 1 - turn % 2
        if not self.out.exists() and turn % 5 == 0:
            old = None
        elif not self.out.exists():
            subprocess.run(_close(self.books[old], self.out), check=True, stdout=subprocess.DEVNULL)
        process = subprocess.Popen(
            _close(self.books[new], self.out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        started = time.perf_counter()
        if turn % 4:
            # Three in four aim at the work itself, which is a tenth of the life of the process; the rest anywhere.
            while process.poll() is None and not self._at_work():
                time.sleep(0.0005)
            time.sleep(chance.uniform(0, 1.2) * self.work_seconds)
        else:
            time.sleep(chance.uniform(0, 1.1) * self.seconds)
        after = time.perf_counter() - started
        was_running = process.poll() is None
        if was_running:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        stood, done = self._stands(old, new), self._parts_done()
        subprocess.run(_close(self.books[new], self.out), check=True, stdout=subprocess.DEVNULL, timeout=300)
        assert fingerprint(_place(self.out)) == self.results[new], "the close after the kill gave other bytes"
        assert [path.name for path in (self.out / "positions").iterdir()] == [_place(self.out).name], (
            "something was left"
        )
        return Kill(after, was_running, done, stood)

    def _stands(self, old: int | None, new: int) -> str:
        place = _place(self.out)
        if not place.exists():
            assert old is None, "the old result is gone"
            return "none"
        manifest = read_manifest(place)
        rows = sum(pq.read_metadata(place / each["file"]).num_rows for each in manifest["buckets"])
        assert rows == manifest["debts"] == DEBTS
        found = fingerprint(place)
        assert set(found) == {MANIFEST, *(each["file"] for each in manifest["buckets"])}
        if found == self.results[new]:
            return "new"
        assert old is not None
        assert found == self.results[old], "neither the old result nor the new one"
        return "old"

    def _at_work(self) -> bool:
        return any(self.out.glob("positions/.as_of=*"))

    def _parts_done(self) -> int:
        return len(list(self.out.glob("positions/.as_of=*work*/bucket-*.parquet")))


def _place(out: Path) -> Path:
    return out / "positions" / f"as_of={AS_OF}"


def _close(book: Path, out: Path) -> list[str]:
    return [COMMAND, "book", "close", "--snapshot", str(book), "--as-of", str(AS_OF), "--out", str(out), "--json"]
