"""Take in receipts of the bank: each once, matched or held, in small transactions that a killed run leaves whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction

from kaopu.book import store as book
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home
from kaopu.receipts import reading, store
from kaopu.receipts.actions.decide_receipt import decide_receipt
from kaopu.receipts.core import same
from kaopu.receipts.models import Receipt, ReceiptsFile
from kaopu.receipts.rejects import write_rejects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from kaopu.receipts.core.line import Fault, Line

BATCH_ROWS = 40  # one transaction: what a kill may undo, and how long debts are held


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file. `already`: it had been taken in before, and nothing was written now."""

    file: int
    already: bool


def take_file(path: Path, actor: str, now: datetime, progress: Callable[[str, int, int], None] | None = None) -> Taken:
    """Take in a CSV file. Raises `BadInput` with nothing taken where it cannot be used at all."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise BadInput(f"{path.name}: {problem.strerror}, expected a file that can be read") from None
    return take_content(content, path.name, actor, now, progress=progress)


def take_content(
    content: bytes,
    name: str,
    actor: str,
    now: datetime,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    told: Callable[[list[Fault]], None] | None = None,
) -> Taken:
    """Take in the content of a CSV file. `progress` hears ("match", rows done, rows), `told` the rows not taken."""
    file = _file(hashlib.sha256(content).hexdigest(), name, actor, now)
    if file.status == ReceiptsFile.Status.DONE:
        return Taken(file.pk, already=True)
    try:
        good, bad = reading.read(content, name)
    except BadInput as problem:
        ReceiptsFile.objects.filter(pk=file.pk).update(status="failed", error=str(problem)[:400], finished_at=now)
        raise
    return _take(file, (good, bad), actor, now, progress, told)


def take_rows(
    rows: Sequence[Mapping[str, str]],
    actor: str,
    now: datetime,
    *,
    told: Callable[[list[Fault]], None] | None = None,
) -> Taken:
    """Take in rows of a request, by kaopu's own column names."""
    said = json.dumps([dict(row) for row in rows], sort_keys=True, ensure_ascii=False).encode()
    file = _file(hashlib.sha256(said).hexdigest(), "rows", actor, now)
    if file.status == ReceiptsFile.Status.DONE:
        return Taken(file.pk, already=True)
    good, bad = reading.read_rows(rows)
    return _take(file, (good, bad), actor, now, None, told)


def _file(digest: str, name: str, actor: str, now: datetime) -> ReceiptsFile:
    """The row of a file: its own from before, or a new one. Of two at once, one makes it."""
    alive = ReceiptsFile.objects.filter(file_sha256=digest).exclude(status="failed")
    if (known := alive.first()) is not None:
        return known
    try:
        with transaction.atomic():
            return ReceiptsFile.objects.create(
                file_name=name[:255], file_sha256=digest, started_at=now, started_by=actor
            )
    except IntegrityError:
        return alive.get()


def _take(  # noqa: PLR0917 - the same arguments as above
    file: ReceiptsFile,
    read: tuple[list[Line], list[Fault]],
    actor: str,
    now: datetime,
    progress: Callable[[str, int, int], None] | None,
    told: Callable[[list[Fault]], None] | None,
) -> Taken:
    good, bad = read
    sorted_rows = same.sort(good)
    faults, repeated = [*bad, *sorted_rows.faults], sorted_rows.repeated
    lines = sorted_rows.receipts
    ReceiptsFile.objects.filter(pk=file.pk).update(rows_total=len(lines))
    for first in range(0, len(lines), BATCH_ROWS):
        batch = lines[first : first + BATCH_ROWS]
        known, contradicting = _batch(file, batch, actor, now)
        repeated += known
        faults += contradicting
        done = first + len(batch)
        ReceiptsFile.objects.filter(pk=file.pk, status="running").update(rows_done=done)
        if progress:
            progress("match", done, len(lines))
    with connection.cursor() as cursor:  # pages are planned by statistics, and new rows have none until somebody looks
        cursor.execute("ANALYZE receipts_receipt, receipts_standing, receipts_allocation")
    _finish(file, faults, repeated, actor, now)
    if told:
        told(sorted(faults, key=lambda fault: fault.row))
    return Taken(file.pk, already=False)


def _batch(file: ReceiptsFile, batch: Sequence[Line], actor: str, now: datetime) -> tuple[int, list[Fault]]:
    """Write and decide what is new; how many the bank had told before, and rows that contradict what it told."""
    with transaction.atomic():
        # One at a time: what a rule reads of a payer and of debts is what the receipt before left.
        book.hold_key("receipts")
        book.hold_positions()
        known = _known(batch)
        fresh, repeated, contradicting = [], 0, []
        for line in batch:
            before = known.get((line.account, line.bank_reference))
            if before is None:
                fresh.append(line)
            elif (before.file_id, before.row) == (file.pk, line.row):
                continue  # taken by this file, in a run that was killed later
            elif (before.amount, before.currency) == (line.amount, line.currency):
                repeated += 1
            else:
                contradicting.append(same.contradiction(line))
        rows = store.rows_of(fresh, file.pk, now) if fresh else []
        Receipt.objects.bulk_create(rows)
        for row, line in zip(rows, fresh, strict=True):
            decide_receipt(row, line, actor, now)
    return repeated, contradicting


def _known(batch: Sequence[Line]) -> dict[tuple[str, str], Receipt]:
    asked = Receipt.objects.filter(bank_reference__in=[line.bank_reference for line in batch])
    rows = asked.only("file_id", "row", "amount", "currency", "account", "bank_reference")
    return {(row.account, row.bank_reference): row for row in rows}


def _finish(file: ReceiptsFile, faults: list[Fault], repeated: int, actor: str, now: datetime) -> None:
    path = home() / "rejects" / f"receipts-{file.pk}.csv"
    if faults:
        write_rejects(path, file.file_name, sorted(faults, key=lambda fault: fault.row))
    counts: dict[str, Any] = {"rejected": len(faults), "repeated": repeated}
    with transaction.atomic():
        row = ReceiptsFile.objects.select_for_update().get(pk=file.pk)
        if row.status == ReceiptsFile.Status.DONE:
            return  # another run of the same file was first
        row.status, row.finished_at = ReceiptsFile.Status.DONE, now
        row.rejected, row.repeated = len(faults), repeated
        row.rejects_path = str(path) if faults else ""
        row.save()
        counts["receipts"] = Receipt.objects.filter(file=row).count()
        audit.record(act="receipts.taken", subject=f"receipts_file:{row.pk}", actor=actor, at=now, details=counts)
        events.emit("receipts.taken", {"file": row.pk, **counts}, now)
