"""How long it takes from the rows of PostgreSQL to a balanced journal and a dashboard, and the day after.

A book is imported (not timed). Timed are extraction, posting, trial balance and close with its analyses; then one per
cent of the debts get a payment, a day passes, and the same is done again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

DEBTS, TARGET_SECONDS = 1_000_000, 180.0
AS_OF = date(2026, 11, 22)
EVERY = 100  # one debt in so many has news


def run(debts: int = DEBTS, home: Path | None = None) -> dict[str, object]:
    """Seconds of each step, on the first day and on the next."""
    with tempfile.TemporaryDirectory(prefix="kaopu-bench-") as folder:
        os.environ["KAOPU_HOME"] = str(home or folder)
        os.environ.pop("KAOPU_DATABASE_URL", None)
        from kaopu.book.opened_book import opened_book

        with opened_book():
            return _measure(debts, Path(folder))


def _measure(debts: int, folder: Path) -> dict[str, object]:
    from kaopu.book.actions.import_book import ImportBook, import_book
    from kaopu.book.snapshot.close import warm
    from kaopu.book.snapshot.synthetic import write_snapshot
    from kaopu.kernel.clock import system_clock

    start = time.perf_counter()
    write_snapshot(folder / "native", debts, 0, AS_OF)
    imported = import_book(ImportBook("native", folder / "native"), "bench", system_clock().now())
    _say(f"{imported.debts} debts, {imported.events} events imported in {time.perf_counter() - start:.0f} s")
    _run("ANALYZE")
    warm()
    first = _day(AS_OF)
    _say(json.dumps(first))
    _run(
        "INSERT INTO book_event (debt_id, \"on\", kind, amount, recorded_by) SELECT debt_id, %s, 'payment', 10000,"
        " 'bench' FROM book_debt WHERE debt_id %% %s = 0",
        [AS_OF + timedelta(days=1), EVERY],
    )
    second = _day(AS_OF + timedelta(days=1))
    total = float(first["seconds"])  # type: ignore[arg-type]
    return {
        "name": "ledger",
        "debts": imported.debts,
        "events": imported.events,
        "first_day": first,
        "next_day": second,
        "target_seconds": TARGET_SECONDS,
        "met": total <= TARGET_SECONDS and first["balanced"] is True and second["balanced"] is True,
    }


def _day(as_of: date) -> dict[str, object]:
    from kaopu.book.actions.close_book import close_book
    from kaopu.book.actions.refresh_snapshot import refresh_snapshot
    from kaopu.kernel.clock import system_clock
    from kaopu.ledger import statements
    from kaopu.ledger.actions.post_ledger import post_ledger

    marks = [time.perf_counter()]
    refreshed = refresh_snapshot()
    marks.append(time.perf_counter())
    posted = post_ledger(as_of, "bench", system_clock().now())
    marks.append(time.perf_counter())
    balanced = statements.trial_balance_of(statements.sums_to(as_of), "CNY").balanced
    marks.append(time.perf_counter())
    close_book(as_of)
    marks.append(time.perf_counter())
    names = ("extraction", "posting", "trial_balance", "close_and_dashboard")
    seconds = [round(after - before, 2) for before, after in pairwise(marks)]
    return {
        **dict(zip(names, seconds, strict=True)),
        "seconds": round(marks[-1] - marks[0], 2),
        "buckets_rewritten": refreshed.rewritten,
        "debts_in_journal": posted.debts,
        "corrections": posted.corrections,
        "balanced": balanced,
    }


def _run(statement: str, values: list[object] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--debts", type=int, default=DEBTS)
    print(json.dumps(run(parser.parse_args().debts), indent=2))
