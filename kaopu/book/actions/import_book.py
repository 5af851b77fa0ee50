"""Take in a book that another system kept: all good rows in one transaction, the bad ones in a file of rejects."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection, transaction
from django.db.models import Func

from kaopu.book import store
from kaopu.book.imports import mapping as mappings
from kaopu.book.imports import reading, recipes
from kaopu.book.imports.chunk import Sending
from kaopu.book.imports.rejects import RejectsFile
from kaopu.book.imports.writer import Writer
from kaopu.book.models import ImportBatch
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class ImportBook:
    """What to import. `strict` refuses the whole of it where one row is bad."""

    mapping: str
    path: Path
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it. `repeated`: the same file had been imported before and nothing was written now."""

    batch: int
    accepted: int
    rejected: int
    rejects_file: str | None
    debts: int
    events: int
    repeated: bool = False


def import_book(
    command: ImportBook, actor: str, now: datetime, progress: Callable[[str, int, int], None] | None = None
) -> Imported:
    """Read, check and store. Raises `BadInput`, with nothing loaded, for a file that cannot be used at all.

    `progress` hears what is being done ("fingerprint", "read"), and how many bytes of how many are.
    """
    told = progress or (lambda _doing, _done, _total: None)
    mapping = mappings.load(command.mapping)
    paths = [path for spec in mapping.files for path in reading.find(command.path, spec)]
    digest = reading.fingerprint(paths, _Meter("fingerprint", paths, told).add)
    known = ImportBatch.objects.filter(mapping=mapping.name, file_sha256=digest, status="done").first()
    if known is not None:
        return _answer(known, repeated=True)
    batch = ImportBatch.objects.create(
        mapping=mapping.name,
        file_name=command.path.name[:255],
        file_sha256=digest,
        started_at=now,
        started_by=actor,
        rejects_path="",
    )
    rejects = RejectsFile(home() / "rejects" / f"import-{batch.pk}.csv")
    scratch = Path(tempfile.mkdtemp(prefix="import-", dir=_folder("scratch")))
    sending = Sending(
        mapping=mapping,
        path=command.path,
        rejects=rejects,
        scratch=scratch,
        known=lambda ids: _in_the_book(mapping.source, ids),
        told=_Meter("read", paths, told).add,
    )
    try:
        with transaction.atomic():
            _load(sending, batch, command, actor, now)
    except BaseException as problem:
        rejects.discard()
        fault = str(problem) if isinstance(problem, BadInput) else type(problem).__name__
        ImportBatch.objects.filter(pk=batch.pk).update(
            status="failed", finished_at=_AtThisMoment(), report={"error": fault}
        )
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    with connection.cursor() as cursor:  # pages are planned by statistics, and new rows have none until somebody looks
        cursor.execute("ANALYZE party_party, book_debt, book_event")
    return _answer(batch)


def _load(sending: Sending, batch: ImportBatch, command: ImportBook, actor: str, now: datetime) -> None:
    # One import of a source at a time: what is in the book already is looked up before it is written.
    store.hold_key(f"import {sending.mapping.source}")
    writer = Writer(batch.pk, sending.mapping.source, actor, now)
    for chunk in recipes.chunks(sending):
        writer.write(chunk)
    rejects = sending.rejects
    rejects.close()
    if command.strict and rejects.count:
        raise BadInput(f"{command.path.name}: {rejects.count} rows cannot be taken, expected none with --strict")
    batch.accepted, batch.rejected = sending.accepted, rejects.count
    batch.rows_total = batch.accepted + batch.rejected
    batch.debts, batch.events = writer.debts, writer.events
    batch.rejects_path = str(rejects.path) if rejects.count else ""
    batch.report = {
        "inferred": sending.mapping.inferred,
        "facts": sending.facts,
        "instalments": writer.instalments,
        "parties": writer.parties,
    }
    batch.status = ImportBatch.Status.DONE
    batch.save()
    ImportBatch.objects.filter(pk=batch.pk).update(finished_at=_AtThisMoment())
    counts: dict[str, object] = {"debts": batch.debts, "events": batch.events, "rejected": batch.rejected}
    audit.record(act="book.imported", subject=f"import:{batch.pk}", actor=actor, at=now, details=counts)
    events.emit("book.imported", {"import": batch.pk, **counts}, now)


def _answer(batch: ImportBatch, *, repeated: bool = False) -> Imported:
    return Imported(
        batch=batch.pk,
        accepted=batch.accepted,
        rejected=batch.rejected,
        rejects_file=batch.rejects_path or None,
        debts=batch.debts,
        events=batch.events,
        repeated=repeated,
    )


def _in_the_book(source: str, ids: np.ndarray) -> np.ndarray:
    """Which of a sender's debt ids the book has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM book_debt WHERE source = %s LIMIT 1", [source])
        if cursor.fetchone() is None:
            return np.zeros(len(ids), bool)
        cursor.execute(
            "SELECT external_id::bigint FROM book_debt WHERE source = %s AND external_id = ANY(%s)",
            [source, [str(number) for number in ids.tolist()]],
        )
        return np.isin(ids, np.array([number for (number,) in cursor.fetchall()], np.int64))


def _folder(name: str) -> Path:
    folder = home() / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class _AtThisMoment(Func):
    """The database's clock, not that of the transaction's start: how long an import took is worth knowing."""

    function = "clock_timestamp"


class _Meter:
    """Bytes read so far, told at most a hundred times."""

    def __init__(self, doing: str, paths: list[Path], told: Callable[[str, int, int], None]) -> None:
        self._doing, self._told = doing, told
        self._total = max(sum(path.stat().st_size for path in paths), 1)
        self._done = self._last = 0

    def add(self, more: int) -> None:
        self._done += more
        if self._done - self._last >= self._total // 100 or self._done >= self._total:
            self._last = self._done
            self._told(self._doing, min(self._done, self._total), self._total)
