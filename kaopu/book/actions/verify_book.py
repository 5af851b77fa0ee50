"""Prove the book again: two ways of replay compared with what pages read, and the audit chain read from its start."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from django.db import connection, transaction

from kaopu.book import further_checks, store
from kaopu.book.actions.classify_debt import classes_beyond_days
from kaopu.book.actions.refresh_position import columns_of
from kaopu.book.actions.refresh_snapshot import refresh_snapshot
from kaopu.book.core.classification import CLASSES
from kaopu.book.core.history import prepare_all
from kaopu.book.core.position import positions
from kaopu.book.models import Debt, PositionRow
from kaopu.book.snapshot.close import close_snapshot
from kaopu.book.snapshot.result_folder import place_of
from kaopu.kernel import audit
from kaopu.kernel.clock import system_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from kaopu.book.actions.refresh_snapshot import Refreshed

    Columns = dict[str, Any]

AT_ONCE = 2_000
FINDINGS_MAX = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """`findings` name the first debts that differ and the first broken audit row; `checks` are those of other rooms."""

    replay_equal: bool
    audit_ok: bool
    findings: tuple[str, ...]
    checks: dict[str, bool] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.replay_equal and self.audit_ok and all(self.checks.values())


def verify_book(progress: Callable[[int, int], None] | None = None) -> Verdict:
    """Replay at the day of the current close (today where there is none) and read the audit chain.

    Compared are rows of the database replayed debt by debt, a new snapshot of it replayed file by file, and the stored
    rows of the close: equal to the last minor unit. What is recorded meanwhile is no difference.
    """
    run = store.current_close()
    as_of = run.as_of if run else system_clock().now().date()
    findings: list[str] = []
    # A snapshot of its own: the kept one, refreshed step by step, is one of the things that could be wrong.
    folder = Path(tempfile.mkdtemp(prefix="kaopu-verify-"))
    try:
        refreshed = refresh_snapshot(folder / "snapshot", full=True)
        for done, of, ids, by_files in _batches(folder, refreshed, as_of):
            with _one_look():
                by_rows = _replayed(ids, as_of)
                newer = store.changed_since(refreshed.watermark, ids)
                found = _differences("snapshot", by_rows, by_files)
                findings += [text for debt_id, text in found if debt_id not in newer]
                if run:
                    findings += [text for _, text in _differences("close", by_rows, _stored(run.pk, ids))]
            if progress:
                progress(done, of)
        found_by_rooms = {name: check(refreshed) for name, check in further_checks.registered().items()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    chain = audit.verify()
    broken = chain.first_broken
    told = tuple(findings[:FINDINGS_MAX])
    told += tuple(f"{name}: {text}" for name, found in found_by_rooms.items() for text in found[:FINDINGS_MAX])
    told += (f"audit row {broken.sequence}: {broken.why}",) if broken else ()
    return Verdict(not findings, chain.ok, told, {name: not found for name, found in found_by_rooms.items()})


@contextmanager
def _one_look() -> Iterator[None]:
    """Every query inside sees the same moment."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _batches(
    folder: Path, refreshed: Refreshed, as_of: date
) -> Iterator[tuple[int, int, list[int], dict[int, Columns]]]:
    """Ids of debts in order, some thousand at once, with their positions as the snapshot gives them."""
    total, done = Debt.objects.count(), 0
    if refreshed.buckets == 0:
        return
    close_snapshot(folder / "snapshot", as_of, folder / "close")
    debts_files = sorted((folder / "snapshot" / "debts").glob("*.parquet"))
    written_files = sorted(place_of(folder / "close", as_of).glob("bucket-*.parquet"))
    for debts_file, positions_file in zip(debts_files, written_files, strict=True):
        ids = pq.read_table(debts_file, columns=["debt_id"]).column("debt_id").to_pylist()
        written = {row["debt_id"]: _as_columns(row) for row in pq.ParquetFile(positions_file).read().to_pylist()}
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            done += len(some)
            yield done, total, some, {debt_id: written[debt_id] for debt_id in some if debt_id in written}


def _as_columns(row: Columns) -> Columns:
    """A row of the written positions under the names of `PositionRow`."""
    row = dict(row)
    row.pop("debt_id")
    row["class_code"] = CLASSES.index(row.pop("class"))
    return row


def _replayed(ids: list[int], as_of: date) -> dict[int, Columns]:
    debts = list(Debt.objects.filter(debt_id__in=ids).order_by("debt_id"))
    found = positions(prepare_all(store.histories(debts)), as_of)
    told = classes_beyond_days(debts, as_of)
    return {
        debt.debt_id: columns_of(position, told.get(debt.debt_id))
        for debt, position in zip(debts, found, strict=True)
        if position.exists
    }


def _stored(run_id: int, ids: list[int]) -> dict[int, Columns]:
    rows = PositionRow.objects.filter(close_run_id=run_id, debt_id__in=ids).values()
    return {row["debt_id"]: row for row in rows}


def _differences(other: str, by_rows: dict[int, Columns], found: dict[int, Columns]) -> list[tuple[int, str]]:
    told = [(debt_id, f"D-{debt_id}: not in the {other}") for debt_id in sorted(by_rows.keys() - found.keys())]
    told += [
        (debt_id, f"D-{debt_id}: in the {other}, but not in the book")
        for debt_id in sorted(found.keys() - by_rows.keys())
    ]
    for debt_id in sorted(by_rows.keys() & found.keys()):
        one, two = by_rows[debt_id], found[debt_id]
        names = [name for name in one if name in two and one[name] != two[name]]
        told += [(debt_id, f"D-{debt_id} {name}: {one[name]} replayed, {two[name]} in the {other}") for name in names]
    return told
