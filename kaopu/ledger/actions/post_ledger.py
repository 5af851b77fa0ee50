"""Post the book to a day: differences of cumulative sums since the posting before, in one transaction."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from kaopu.book.actions.refresh_snapshot import MANIFEST, held, refresh_held, snapshot_folder
from kaopu.book.core.replay import SOURCES
from kaopu.book.models import Debt
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput
from kaopu.ledger import store
from kaopu.ledger.actions.install_chart import chart_row
from kaopu.ledger.book_sums import Day
from kaopu.ledger.classes import classed_debts, classes_on
from kaopu.ledger.core.chart import chart_from_json
from kaopu.ledger.models import CORRECTION, OWN, PostingRun, RunTotal
from kaopu.ledger.posting import Before, Posting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

    from kaopu.book.actions.refresh_snapshot import Refreshed
    from kaopu.ledger.models import ChartVersion
    from kaopu.ledger.posting import Progress


@dataclass(frozen=True, slots=True)
class PostedLedger:
    """One posting. `repeated`: the day was posted before and nothing changed since; `run` is that posting."""

    run: int
    as_of: date
    from_on: date | None
    debts: int
    corrections: int
    repeated: bool = False


def post_ledger(as_of: date, actor: str, now: datetime, progress: Progress | None = None) -> PostedLedger:
    """Post what is not posted yet up to the end of a day; what changed in days posted before, as corrections.

    Killed at any moment, the journal is as before. A second posting at the same time waits. `progress(done, of)` counts
    debts.

    Raises:
        BadInput: for a day before the last posting.
    """
    folder = snapshot_folder()
    with _one_at_a_time(), held(folder):
        last = store.last_run()
        if last and as_of < last.as_of:
            raise BadInput(
                f"as of {as_of}: the ledger is posted to {last.as_of}; expected that day or a later one."
                " What changed on earlier days is posted there, as a correction with both dates"
            )
        refreshed = refresh_held(folder)
        with transaction.atomic():
            chart, undone = chart_row(actor, now), _undone(folder)
            posting = Posting(_next_id(), _before(last, undone))
            posting.write(folder, _days(as_of, chart, last), Debt.objects.count() if progress else 0, progress)
            totals = posting.totals(as_of)
            if last and as_of == last.as_of and not totals and not any(posting.counts.values()):
                return _as_answer(last, repeated=True)
            # The run comes last, with its counts: a row refers to its run by the end of the transaction.
            run = PostingRun.objects.create(
                id=posting.run_id,
                as_of=as_of,
                from_on=last.as_of if last else None,
                fingerprint=_fingerprint(refreshed, as_of),
                watermark=refreshed.watermark,
                undone=undone,
                kernel=_kernel(),
                chart=chart,
                debts=posting.counts[OWN],
                corrections=posting.counts[CORRECTION],
                posted_at=now,
                posted_by=actor,
            )
            RunTotal.objects.bulk_create(totals)
            _tell(run, actor, now)
    return _as_answer(run)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """One posting a database. The lock belongs to the session: it ends with the process, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [store.POSTING_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [store.POSTING_LOCK])


def _before(last: PostingRun | None, undone: int) -> Before | None:
    """What is compared: debts with rows that the posting before may not have seen; all, after a new kernel.

    Debts whose class may follow from rows of others are always compared.
    """
    if last is None:
        return None
    earliest = store.earliest_changes(last.watermark)
    gone = store.gone_debts() if undone != last.undone else {}
    if last.kernel != _kernel():
        return Before(last.as_of, store.all_posted_sums(), earliest, gone, compared=None)
    classed = classed_debts()
    return Before(last.as_of, store.posted_sums({*earliest, *gone, *classed}), earliest, gone, classed)


def _days(as_of: date, chart: ChartVersion, last: PostingRun | None) -> list[Day]:
    """The day of the posting before under the rates that it had, and the day of this one."""
    return [
        Day(day, chart_from_json(each.content).rates, classes_on(day))
        for day, each in [*([(last.as_of, last.chart)] if last else ()), (as_of, chart)]
    ]


def _tell(run: PostingRun, actor: str, now: datetime) -> None:
    details: dict[str, object] = {
        "as_of": str(run.as_of), "corrections": run.corrections, "chart": run.chart_id,
    }  # fmt: skip
    audit.record(act="ledger.posted", subject=f"posting:{run.pk}", actor=actor, at=now, details=details)
    events.emit("ledger.posted", {"posting": run.pk, "as_of": str(run.as_of)}, now)


def _as_answer(run: PostingRun, *, repeated: bool = False) -> PostedLedger:
    return PostedLedger(run.pk, run.as_of, run.from_on, run.debts, run.corrections, repeated)


def _fingerprint(refreshed: Refreshed, as_of: date) -> str:
    return hashlib.sha256(f"{refreshed.fingerprint} {as_of} {_kernel()}".encode()).hexdigest()


def _kernel() -> str:
    return f"{SOURCES & (2**64 - 1):x}"


def _undone(folder: Path) -> int:
    return int(json.loads((folder / MANIFEST).read_bytes())["undone"])


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('ledger_postingrun', 'id'))")
        return int(cursor.fetchone()[0])
