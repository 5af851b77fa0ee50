"""`kill -9` of the real command while it posts: the journal is as before or as after, and the next posting finishes.

python -m tests.ledger.kills --kills 25
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
from datetime import date, timedelta
from pathlib import Path

DEBTS, FIRST = 12_000, date(2026, 11, 1)
COMMAND = str(Path(sys.executable).parent / "kaopu")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=25)
    options.add_argument("--seed", type=int, default=20261122)
    options.add_argument("--page", type=Path, help="Where to write what was found, as docs/evidence/ledger-kills.md.")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaopu-kills-") as folder:
        os.environ["KAOPU_HOME"] = folder
        os.environ.pop("KAOPU_DATABASE_URL", None)
        from kaopu.book.opened_book import opened_book

        with opened_book():
            answer = Arena(Path(folder)).kill_often(given.kills, random.Random(given.seed))
    if given.page:
        given.page.write_text(page(answer, given.seed), encoding="utf-8")
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def page(answer: dict[str, object], seed: int) -> str:
    """What was found, for the documents."""
    return f"""# `kill -9` of a posting of the ledger

`python -m tests.ledger.kills --kills {answer["kills"]} --seed {seed}` posts a book of {DEBTS:,} debts day by day with the real
command against the embedded PostgreSQL, sends it `kill -9` at a random moment, checks what stands, and posts the same day
again. Every day has payments of its own and some of a day that is closed.

| | |
|---|---|
| postings killed | {answer["kills"]} |
| of them still running | {answer["while_running"]} |
| found after the kill: the journal as before | {answer["stood_old"]} |
| found after the kill: the journal as after | {answer["stood_new"]} |
| journal rows without their posting | 0 |
| second posting of the day: done | {answer["kills"]} |
| in the end: the journal is the history of every debt | {"yes" if answer["journal_is_history"] else "no"} |
| in the end: `kaopu book verify` says `ledger_balanced` | {"true" if answer["ledger_balanced"] else "false"} |

A torn or doubled posting, or another sum, ends the run with an error, and this page is not written.
"""


class Arena:
    """A book of its own, posted day by day by the command, with news every day."""

    def __init__(self, folder: Path) -> None:
        from kaopu.book.actions.import_book import ImportBook, import_book
        from kaopu.book.snapshot.synthetic import write_snapshot
        from kaopu.kernel.clock import system_clock

        write_snapshot(folder / "native", DEBTS, 0, FIRST)
        import_book(ImportBook("native", folder / "native"), "test", system_clock().now())
        self.day = FIRST
        started = time.perf_counter()
        self.post()
        self.work_seconds, self.seconds = 0.8, time.perf_counter() - started

    def post(self) -> dict[str, object]:
        done = subprocess.run(self._command(), check=True, capture_output=True, text=True, timeout=300)
        return json.loads(done.stdout)

    def kill_often(self, kills: int, chance: random.Random) -> dict[str, object]:
        running, new = 0, 0
        for turn in range(kills):
            self.day += timedelta(days=1)
            self._news(turn)
            was_running, is_new = self._kill_once(chance, turn)
            running, new = running + was_running, new + is_new
        return {"kills": kills, "while_running": running, "stood_new": new, "stood_old": kills - new, **self._proof()}

    def _kill_once(self, chance: random.Random, turn: int) -> tuple[bool, bool]:
        before = self._state()
        process = subprocess.Popen(self._command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started = time.perf_counter()
        if turn % 5:
            while process.poll() is None and not self._at_work():
                time.sleep(0.002)
            at_work = time.perf_counter()
            wait = chance.uniform(0, 1.1) * self.work_seconds
        else:
            at_work, wait = started, chance.uniform(0, self.seconds)
        while process.poll() is None and time.perf_counter() - at_work < wait:
            time.sleep(0.001)
        was_running = process.poll() is None
        if was_running:
            os.kill(process.pid, signal.SIGKILL)
        else:
            self.work_seconds = max(0.1, min(self.work_seconds, time.perf_counter() - at_work))
        process.wait()
        # A server process may still be at the commit that it was told to make.
        deadline = time.perf_counter() + 60
        while self._at_work() and time.perf_counter() < deadline:
            time.sleep(0.01)
        after = self._state()
        assert after == before or after["as_of"] == self.day.isoformat(), (before, after)
        assert after["torn"] == 0, after
        self.post()
        assert self._state()["as_of"] == self.day.isoformat()
        if turn == 0:
            assert self.post()["repeated"] is True
        return was_running, after != before

    def _news(self, turn: int) -> None:
        """Payments of the day, and some of a day that is closed."""
        on = [self.day, self.day - timedelta(days=3)]
        self._run(
            "INSERT INTO book_event (debt_id, \"on\", kind, amount, recorded_by) SELECT debt_id, %s, 'payment', 5000, 't'"
            " FROM book_debt WHERE debt_id %% 50 = %s UNION ALL SELECT debt_id, %s, 'payment', 700, 't' FROM book_debt"
            " WHERE debt_id %% 90 = %s",
            [on[0], turn % 50, on[1], turn % 90],
        )

    def _state(self) -> dict[str, object]:
        runs, as_of = self._row("SELECT count(*), max(as_of)::text FROM ledger_postingrun")
        (rows,) = self._row("SELECT count(*) FROM ledger_journalrow")
        (torn,) = self._row(
            "SELECT count(*) FROM ledger_journalrow j WHERE NOT EXISTS (SELECT 1 FROM ledger_postingrun r WHERE r.id = j.run_id)"
        )
        return {"runs": runs, "as_of": as_of, "rows": rows, "torn": torn}

    def _at_work(self) -> bool:
        from kaopu.ledger.store import POSTING_LOCK

        high, low = POSTING_LOCK >> 32, POSTING_LOCK & 0xFFFFFFFF
        (held,) = self._row(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted",
            high,
            low,
        )
        return held > 0

    def _proof(self) -> dict[str, object]:
        """The journal against the history of every debt, and the whole proof of the book."""
        from kaopu.book.actions.verify_book import verify_book
        from kaopu.ledger import statements, store

        posted = store.totals_between(None, self.day)["CNY"]
        posted = {code: amount for code, amount in posted.items() if amount}
        (known,) = statements.history((self.day,))
        verdict = verify_book()
        assert posted == known["CNY"], "the journal is not the history"
        assert verdict.ok, verdict.findings
        return {"journal_is_history": True, **verdict.checks}

    def _command(self) -> list[str]:
        return [COMMAND, "ledger", "post", "--as-of", self.day.isoformat(), "--json"]

    def _run(self, statement: str, values: list[object]) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    def _row(self, statement: str, *values: object) -> tuple:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()


if __name__ == "__main__":
    sys.exit(main())
