"""Write a backup: every table as it is at one moment, while others go on writing."""

from __future__ import annotations

import base64
import os
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection, transaction

from kaopu.kernel import audit, vault
from kaopu.kernel.backup import sealing, tables
from kaopu.kernel.backup.archive import GZIP, KEYS, Writer
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from psycopg import Cursor

PART_BYTES = 32 * 1024 * 1024  # of compressed rows: what is held in memory at once, here and at the restore
COMPRESSION = 3
# Folders of a home that are not made again from the rows. Rejects and uploads may hold names in the clear, so they go
# along under a passphrase only; roots of the audit chain hold hashes, score models hold sums over many people.
FILES, SEALED_FILES = ("audit", "models"), ("rejects", "uploads")


@dataclass(frozen=True, slots=True)
class Made:
    """What the file holds."""

    backup_id: str
    tables: int
    rows: int
    files: int
    bytes: int


def dump(path: Path, passphrase: str | None, actor: str, now: datetime, tell: Callable[[str, int], None]) -> Made:
    """Write `path`, with the key ring where a passphrase seals it. `tell(table, rows)` after each table."""
    backup_id, salt = uuid4().hex, os.urandom(sealing.SALT_BYTES)
    seal = sealing.seal(passphrase, salt, backup_id) if passphrase else None
    ring = vault.ring()
    audit.record(act="backup.made", subject=f"backup:{backup_id}", actor=actor, at=now, details={"sealed": bool(seal)})
    writer = Writer(path, seal, int(now.timestamp()))
    try:
        if seal:
            writer.add(KEYS, vault.ring_text().encode())
        # Before the rows: a root of the audit chain may know no row that the copy lacks.
        files = _add_files(writer, (*FILES, *SEALED_FILES) if seal else FILES)
        with _one_moment() as cursor:
            kept = {table.name: _add_table(writer, cursor, table, tell) for table in tables.tables(cursor)}
            manifest = {
                "backup": backup_id,
                "made_at": now.isoformat(),
                "version": version("kaopu"),
                "home": str(home()),
                "migrations": tables.migrations(cursor),
                "sequences": tables.sequences(cursor),
                "tables": kept,
                "salt": base64.b64encode(salt).decode() if seal else None,
                "ring": base64.b64encode(ring.seal(backup_id, "backup", "ring", backup_id)).decode(),
            }
        length = writer.finish(manifest)
    except BaseException:
        writer.give_up()
        raise
    return Made(backup_id, len(kept), sum(each["rows"] for each in kept.values()), files, length)


@contextmanager
def _one_moment() -> Iterator[Cursor]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables.plain_text(cursor)
        yield cursor.cursor


def _add_files(writer: Writer, folders: tuple[str, ...]) -> int:
    found = [path for folder in folders for path in sorted((home() / folder).rglob("*")) if path.is_file()]
    for path in found:
        writer.add(f"files/{path.relative_to(home()).as_posix()}", path.read_bytes())
    return len(found)


def _add_table(writer: Writer, cursor: Cursor, table: tables.Table, tell: Callable[[str, int], None]) -> dict[str, Any]:
    rows = 0
    parts: list[str] = []
    if table.name not in tables.WITHOUT_ROWS:
        packer, held = zlib.compressobj(COMPRESSION, wbits=GZIP), bytearray()

        def put() -> None:
            parts.append(f"data/{table.name}/{len(parts):05d}.gz")
            writer.add(parts[-1], bytes(held))
            held.clear()

        with cursor.copy(table.copy_out()) as copy:
            for block in copy:
                rows += bytes(block).count(b"\n")  # a line break inside a value is written \n
                held += packer.compress(block)
                if len(held) >= PART_BYTES:
                    put()
        held += packer.flush()
        if rows:
            put()
    tell(table.name, rows)
    return {"rows": rows, "columns": list(table.columns), "parts": parts}
