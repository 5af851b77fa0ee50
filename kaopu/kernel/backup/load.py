"""Put a backup into an empty database: tables as they were at its release, rows, counters; all of it or nothing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from kaopu.kernel import audit
from kaopu.kernel.backup import tables
from kaopu.kernel.backup.archive import GZIP
from kaopu.kernel.core.errors import BadInput
from kaopu.kernel.database import home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from psycopg import Cursor

    from kaopu.kernel.backup.archive import Archive, Reader
    from kaopu.kernel.backup.sealing import Seal

    Tell = Callable[[str, int], None]

DONE = "backup.restored"
MADE_BY_MIGRATIONS = frozenset(
    {"django_migrations", "django_content_type", "auth_group", "auth_group_permissions", "auth_permission"}
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back."""

    tables: int
    rows: int
    files: int


def expect_ready(archive: Archive, *, begun: bool) -> None:
    """Raise `BadInput` where this version does not know the backup's tables, or the database is not empty.

    Where an earlier try was killed (`begun`) tables may stand already, without rows or with all of them.
    """
    loader = MigrationLoader(None)
    for app, name in archive.manifest["migrations"]:
        if (app, name) not in loader.disk_migrations:
            raise BadInput(
                f"backup: migration {app}.{name} is not known here; use the version it was made by, or newer"
            )
    with connection.cursor() as wrapped:
        cursor = wrapped.cursor
        found = _table_names(cursor)
        if found and not begun:
            raise BadInput(f"database: it holds the table {found[0]}, expected an empty database")
        if not _is_there(cursor, found, archive.manifest["backup"]):
            _expect_no_rows(cursor, found)


def load(archive: Archive, seal: Seal | None, actor: str, now: datetime, tell: Tell) -> Restored:
    """Files, tables, and then all rows in one transaction: killed on the way, the tables are empty."""
    manifest, reader = archive.manifest, archive.reader()
    try:
        files = _put_files(archive, reader, seal)
        with connection.cursor() as wrapped:
            there = _is_there(wrapped.cursor, _table_names(wrapped.cursor), manifest["backup"])
        if not there:
            # Each migration commits by itself: PostgreSQL lets nobody use a new word of an enum before its commit.
            _make_tables([(app, name) for app, name in manifest["migrations"]])
            with transaction.atomic(), connection.cursor() as wrapped:
                _put_rows(archive, reader, seal, wrapped.cursor, tell)
                subject = f"backup:{manifest['backup']}"
                audit.record(
                    act=DONE, subject=subject, actor=actor, at=now, details={"tables": len(manifest["tables"])}
                )
    finally:
        reader.close()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Restored(len(manifest["tables"]), sum(each["rows"] for each in manifest["tables"].values()), files)


def _table_names(cursor: Cursor) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in cursor.fetchall()]


def _is_there(cursor: Cursor, found: list[str], backup_id: str) -> bool:
    """Whether an earlier try came as far as the last row, and was killed after it."""
    if "kernel_audit" not in found:
        return False
    asked = "SELECT 1 FROM kernel_audit WHERE act = %s AND subject = %s"
    return bool(cursor.execute(asked, [DONE, f"backup:{backup_id}"]).fetchone())


def _expect_no_rows(cursor: Cursor, found: list[str]) -> None:
    # The rows go into emptied tables: never into those of somebody's book.
    for name in found:
        if name not in MADE_BY_MIGRATIONS:
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(name)))
            if cursor.fetchone() == (True,):
                raise BadInput(f"database: its table {name} holds rows, expected an empty database")


def _put_rows(archive: Archive, reader: Reader, seal: Seal | None, cursor: Cursor, tell: Tell) -> None:
    tables.plain_text(cursor)
    # Rows come in the order of their references, so each statement can be judged at once, and no list of millions of
    # rows waits for the commit.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    present = {table.name: table for table in tables.tables(cursor)}
    wanted = archive.manifest["tables"]
    if missing := sorted(wanted.keys() - present.keys()):
        raise BadInput(f"{archive.path.name}: table {missing[0]} is not known here; use the version it was made by")
    identifiers = [sql.Identifier(name) for name in present]
    for identifier in identifiers:
        cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(identifier))
    # Rows that migrations put in (roles and the like) are in the backup too.
    cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(identifiers)))
    for name in present:
        if name in wanted:
            rows = _copy(reader, seal, cursor, tables.Table(name, tuple(wanted[name]["columns"])), wanted[name])
            tell(name, rows)
    for name, (value, called) in archive.manifest["sequences"].items():
        cursor.execute("SELECT setval(to_regclass(%s), %s, %s)", [f'public."{name}"', value, called])
    _look_anew(cursor)
    _move_paths(cursor, archive.manifest["home"])
    for identifier in identifiers:
        cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(identifier))


def _make_tables(state: list[tuple[str, str]]) -> None:
    """Empty tables as the migrations of the backup left them."""
    executor = MigrationExecutor(connection)
    known = executor.loader.graph.node_map
    inner = {
        parent.key for node in state for parent in known[node].parents if node in known and parent.key[0] == node[0]
    }
    executor.migrate([node for node in state if node not in inner])


def _copy(reader: Reader, seal: Seal | None, cursor: Cursor, table: tables.Table, known: dict[str, Any]) -> int:
    with cursor.copy(table.copy_in()) as copy:
        for text in _unpacked(reader, seal, known["parts"]):
            copy.write(text)
    if cursor.rowcount != known["rows"]:
        raise BadInput(f"table {table.name}: {cursor.rowcount} rows came, expected {known['rows']}")
    return cursor.rowcount


def _unpacked(reader: Reader, seal: Seal | None, parts: list[str]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=GZIP)
    for part in parts:
        waiting = reader.read(part, seal)
        while waiting:
            yield unpacker.decompress(waiting, 1 << 20)
            waiting = unpacker.unconsumed_tail
    yield unpacker.flush()


def _look_anew(cursor: Cursor) -> None:
    """Marks of how far somebody has looked, in numbers of transactions: this database counts from another start.

    Every row is written by this transaction now, so a mark at its number makes each reader look at all of them once.
    """
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'watermark'"
    )
    for table, column in cursor.fetchall():
        cursor.execute(
            sql.SQL("UPDATE {0} SET {1} = pg_current_xact_id()::text::bigint WHERE {1} IS NOT NULL").format(
                sql.Identifier(table), sql.Identifier(column)
            )
        )


def _move_paths(cursor: Cursor, old_home: str) -> None:
    """Addresses of files below the old home become those below this one."""
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name LIKE '%\\_path' AND data_type = 'character varying'"
    )
    for table, column in cursor.fetchall():
        cursor.execute(
            sql.SQL("UPDATE {0} SET {1} = %s || substr({1}, %s) WHERE starts_with({1}, %s)").format(
                sql.Identifier(table), sql.Identifier(column)
            ),
            [str(home()), len(old_home) + 1, f"{old_home}/"],
        )


def _put_files(archive: Archive, reader: Reader, seal: Seal | None) -> int:
    names = archive.names("files")
    for name in names:
        inside = PurePosixPath(name).relative_to("files")
        if inside.is_absolute() or ".." in inside.parts:
            raise BadInput(f"{archive.path.name}: {name} leads out of the home")
        path = home() / inside
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(reader.read(name, seal))
    return len(names)
