"""Close the book at a day: refresh the snapshot, replay it, and let lists and pages read the result, all at once."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from kaopu.book import position_rows, store
from kaopu.book.actions.refresh_position import refresh_positions
from kaopu.book.actions.refresh_snapshot import held, refresh_held, snapshot_folder
from kaopu.book.models import CloseRun, Debt, PositionRow
from kaopu.book.snapshot import layout, totals
from kaopu.book.snapshot.analyses import analyse
from kaopu.book.snapshot.close import close_snapshot
from kaopu.book.snapshot.lender_report import lender_report
from kaopu.book.snapshot.result_folder import place_of, read_manifest
from kaopu.kernel import audit, database, events
from kaopu.kernel.boot import actor
from kaopu.kernel.clock import system_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from kaopu.book.actions.refresh_snapshot import Refreshed

CLOSE_LOCK = 0x6B616F7002
AT_ONCE = 2_000


def close_book(as_of: date, progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Close every debt to the end of a day; the keys of `kaopu book close`.

    Killed at any moment, pages go on reading the close before; the next call starts over with what is finished. No debt
    is locked meanwhile: what is recorded during the close is replayed into its rows in the last step.
    """
    folder = snapshot_folder()
    with _one_at_a_time(), held(folder):
        refreshed = refresh_held(folder)
        result = _replayed(folder, refreshed, as_of, progress)
        run = _known(as_of, result["fingerprint"])
        if run is None:
            _drop_unfinished()
            run = CloseRun.objects.create(
                as_of=as_of,
                fingerprint=result["fingerprint"],
                watermark=refreshed.watermark,
                totals=result,
                analyses=_analyses(folder, refreshed, as_of),
                started_at=system_clock().now(),
            )
            _append_rows(run, folder, refreshed, as_of)
            _make_current(run, refreshed.watermark)
            _drop_rows_of_others(run)
    return {**result, "run": run.pk, "refresh_seconds": round(refreshed.seconds, 3)}


def close_folder() -> Path:
    """Where results of closes are, below the home."""
    return database.home() / "close"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """One close a database. The lock belongs to the session: it ends with the process, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [CLOSE_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [CLOSE_LOCK])


def _replayed(
    folder: Path, refreshed: Refreshed, as_of: date, progress: Callable[[int, int], None] | None
) -> dict[str, Any]:
    if refreshed.buckets == 0:
        empty = totals.as_json(totals.no_sums(1), [])
        return {"as_of": as_of.isoformat(), **empty, "seconds": 0.0, "fingerprint": _text(refreshed.fingerprint)}
    result = close_snapshot(folder, as_of, close_folder(), progress)
    result.pop("positions")
    return {**result, "fingerprint": read_manifest(place_of(close_folder(), as_of))["fingerprint"]}


def _text(fingerprint: str) -> str:
    return hashlib.sha256(fingerprint.encode()).hexdigest()[:16]


def _analyses(folder: Path, refreshed: Refreshed, as_of: date) -> dict[str, Any]:
    if refreshed.buckets == 0:
        return {}
    return {**analyse(folder, as_of), **lender_report(folder, as_of, place_of(close_folder(), as_of))}


def _known(as_of: date, fingerprint: str) -> CloseRun | None:
    """The current close, if it came from the same day and the same rows by the same kernel, with all that pages ask."""
    run = store.current_close()
    if run and run.analyses and "figures" not in run.analyses:
        return None
    return run if run and (run.as_of, run.fingerprint) == (as_of, fingerprint) else None


def _drop_unfinished() -> None:
    for run in CloseRun.objects.filter(status=CloseRun.Status.RUNNING):
        PositionRow.objects.filter(close_run=run)._raw_delete(run._state.db)  # noqa: SLF001 - millions of rows, one DELETE
        run.delete()


def _append_rows(run: CloseRun, folder: Path, refreshed: Refreshed, as_of: date) -> None:
    if refreshed.buckets == 0:
        return
    place = place_of(close_folder(), as_of)
    written = read_manifest(place)["buckets"]
    with position_rows.appending() as append:
        for made, (debts_file, _, _) in zip(written, layout.find(folder).buckets, strict=True):
            append(run.pk, place / made["file"], debts_file)
    with connection.cursor() as cursor:  # lists are planned by statistics, and new rows have none until somebody looks
        cursor.execute("ANALYZE book_positionrow")


def _make_current(run: CloseRun, watermark: int) -> None:
    """Switch pages over, with every event recorded since the snapshot was taken."""
    now = system_clock().now()
    with transaction.atomic():
        # Whoever records holds this shared until committed: from here on all they wrote is seen, and nobody writes.
        store.hold_positions(alone=True)
        for debts in _changed_since(watermark):
            refresh_positions(run, debts)
        CloseRun.objects.filter(is_current=True).update(is_current=False)
        CloseRun.objects.filter(pk=run.pk).update(is_current=True, status=CloseRun.Status.COMPLETE, finished_at=now)
        audit.record(
            act="close_book",
            subject=f"close:{run.pk}",
            actor=actor(),
            at=now,
            details={"as_of": str(run.as_of), "fingerprint": run.fingerprint},
        )
        events.emit("book.closed", {"close": run.pk, "as_of": str(run.as_of)}, now)


def _changed_since(watermark: int) -> Iterator[list[Debt]]:
    ordered = sorted(store.changed_since(watermark))
    for start in range(0, len(ordered), AT_ONCE):
        yield list(Debt.objects.filter(debt_id__in=ordered[start : start + AT_ONCE]))


def _drop_rows_of_others(run: CloseRun) -> None:
    PositionRow.objects.filter(close_run_id__lt=run.pk)._raw_delete("default")  # noqa: SLF001 - same
