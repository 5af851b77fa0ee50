"""The audit chain: rows are appended unsealed, one sealer numbers and chains them, `verify` reads them all again.

Writers never wait for each other: the number and the hash come within a second of the commit, not in it. A row whose
transaction is still open is invisible to the sealer and gets a later number once it is there: what is unsealed is asked
for as such, never by "greater than the last id".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from kaopu.kernel import database, ids_only
from kaopu.kernel.core import chain
from kaopu.kernel.models import AuditRow

if TYPE_CHECKING:
    from pathlib import Path

SEALER_LOCK = 0x6B616F7075  # "kaopu": one sealer at a time, across processes
BATCH_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that is not what was sealed."""

    sequence: int
    row_id: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading the whole chain found."""

    sealed: int
    unsealed: int
    roots: int
    head: str
    first_broken: Broken | None

    @property
    def ok(self) -> bool:
        """Whether nothing is broken. Unsealed rows are not broken, only young."""
        return self.first_broken is None


def record(*, act: str, subject: str, actor: str, at: datetime, details: dict[str, object] | None = None) -> int:
    """Append one row in the caller's transaction; its id. `subject`, `actor` and `details`: ids and codes only."""
    ids_only.check({"act": act, "subject": subject, "actor": actor}, "audit")
    plain = ids_only.check(details or {}, "audit details")
    return AuditRow.objects.create(act=act, subject=subject, actor=actor, at=at, details=plain).pk


def seal(now: datetime) -> int:
    """Number and chain every committed row that is not sealed yet; how many. Safe from several processes at once."""
    total = 0
    while sealed := _seal_batch(now):
        total += sealed
        if sealed < BATCH_ROWS:
            break
    return total


def verify() -> Verdict:
    """Compute every hash again and compare the daily roots; names the first row that differs."""
    roots = _roots()
    broken, previous, last = None, chain.GENESIS, 0
    rows = AuditRow.objects.filter(sequence__isnull=False).order_by("sequence")
    for row in rows.iterator(chunk_size=BATCH_ROWS):
        broken = _fault(row, last + 1, previous, roots)
        if broken:
            break
        previous, last = bytes(row.row_hash), row.sequence
    if broken is None:
        lost = min((sequence for sequence in roots if sequence > last), default=None)
        if lost is not None:
            broken = Broken(last + 1, None, f"missing: the root of {roots[lost][0][1]} knows rows up to {lost}")
    return Verdict(
        sealed=AuditRow.objects.filter(sequence__isnull=False).count(),
        unsealed=AuditRow.objects.filter(sequence=None).count(),
        roots=sum(map(len, roots.values())),
        head=previous.hex(),
        first_broken=broken,
    )


def payload(row: AuditRow) -> bytes:
    """What the hash covers: every column but the seal, in one spelling."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    columns = [row.pk, at, row.act, row.subject, row.actor, row.details]
    return json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _fault(row: AuditRow, expected: int, previous: bytes, roots: dict[int, list[tuple[str, date]]]) -> Broken | None:
    if row.sequence != expected:
        return Broken(expected, None, f"missing: the next row is number {row.sequence}")
    found = chain.row_hash(previous, row.sequence, payload(row))
    if found != bytes(row.row_hash or b""):
        return Broken(row.sequence, row.pk, "changed: its content no longer gives its hash")
    for root_hash, day in roots.get(row.sequence, ()):
        if root_hash != found.hex():
            return Broken(row.sequence, row.pk, f"rewritten: differs from the root of {day}")
    return None


def _seal_batch(now: datetime) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A statement of its own: what follows must see what the sealer before us committed.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
        newest = AuditRow.objects.filter(sequence__isnull=False).order_by("-sequence").first()
        sequence, previous = (newest.sequence, bytes(newest.row_hash)) if newest else (0, chain.GENESIS)
        ids, numbers, hashes = [], [], []
        for row in AuditRow.objects.filter(sequence=None).order_by("id")[:BATCH_ROWS]:
            sequence += 1
            previous = chain.row_hash(previous, sequence, payload(row))
            ids.append(row.pk)
            numbers.append(sequence)
            hashes.append(previous)
        if ids:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE kernel_audit a SET sequence = s.sequence, row_hash = s.row_hash"
                    " FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) s (id, sequence, row_hash)"
                    " WHERE a.id = s.id",
                    [ids, numbers, hashes],
                )
            # After the commit only: a root must never know a row that was rolled back.
            transaction.on_commit(lambda: _write_root(now, sequence, previous))
    return len(ids)


def _root_folder() -> Path:
    return database.home() / "audit"


def _write_root(now: datetime, sequence: int, row_hash: bytes) -> None:
    """The last row of the day so far, in a file outside the database: who edits rows must also reach the file."""
    day = now.astimezone(UTC).date().isoformat()
    folder = _root_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps({"day": day, "sequence": sequence, "row_hash": row_hash.hex()})
    part = folder / f".{day}.{sequence}"
    part.write_text(text, encoding="utf-8")
    kept = _read_root(folder / f"{day}.json")
    # Two sealers commit in order but may write out of order: the later root stays.
    if kept is None or kept[0] < sequence:
        part.replace(folder / f"{day}.json")
    else:
        part.unlink()


def _read_root(path: Path) -> tuple[int, str, date] | None:
    if not path.exists():
        return None
    raw = json.loads(path.read_text(encoding="utf-8"))
    return int(raw["sequence"]), str(raw["row_hash"]), date.fromisoformat(raw["day"])


def _roots() -> dict[int, list[tuple[str, date]]]:
    """By sequence: hash and day of each daily root. Two days share a number only where a chain was sealed anew."""
    roots: dict[int, list[tuple[str, date]]] = {}
    for path in sorted(_root_folder().glob("*.json")):
        if root := _read_root(path):
            roots.setdefault(root[0], []).append((root[1], root[2]))
    return roots
