"""One file of 2 GB through the real command, one row of it bad: `python -m bench.large_import [--gib 2]`.

The bad row must be in the rejects file and every other row in the book. Prints one line; exits 1 where that is not so.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EVENTS_PER_DEBT, NOTE = 20, "x" * 900


def write_book(folder: Path, size: int) -> tuple[int, int]:
    """Debts and events whose events file has at least `size` bytes; how many of both."""
    folder.mkdir()
    debts = events = written = 0
    with (folder / "debts.csv").open("w") as debts_file, (folder / "events.csv").open("w") as events_file:
        debts_file.write("debt_id,party_id,currency,disbursed_on,principal\n")
        events_file.write("debt_id,on,kind,amount,event_id,payload\n")
        while written < size:
            debts += 1
            debts_file.write(f"{debts},{debts},CNY,2024-01-15,1000000\n")
            for number in range(EVENTS_PER_DEBT):
                events += 1
                head = f"{debts},2024-{number % 12 + 1:02d}-28,payment,{100 + number},{events}"
                written += events_file.write(f'{head},"{{""note"": ""{NOTE}""}}"\n')
        events_file.write(f"{debts},2024-02-30,payment,1,{events + 1},\n")
    return debts, events


def main() -> int:
    """Make the file, import it into a book of its own, compare the counts."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gib", type=float, default=2.0)
    size = int(options.parse_args().gib * 2**30)
    with tempfile.TemporaryDirectory(prefix="kaopu-large-") as folder:
        book = Path(folder) / "book"
        debts, events = write_book(book, size)
        environment = {**os.environ, "KAOPU_HOME": str(Path(folder) / "home")}
        environment.pop("KAOPU_DATABASE_URL", None)
        command = [sys.executable, "-m", "kaopu.cli.main", "book", "import", "--mapping", "native", str(book), "--json"]
        started = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
        if done.returncode != 3:
            print(f"exit {done.returncode}, expected 3 (one row rejected): {done.stderr.strip()[-300:]}")
            return 1
        answer = json.loads(done.stdout)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    right = (answer["rejected"], answer["debts"], answer["events"]) == (1, debts, events)
    print(
        f"{size / 2**30:.1f} GiB, {events:,} events of {debts:,} debts in {seconds:.0f} s, peak {peak:.2f} GiB, "
        f"{answer['rejected']} row rejected" + ("" if right else f"; expected {debts}, {events}, 1")
    )
    return int(not right)


if __name__ == "__main__":
    sys.exit(main())
