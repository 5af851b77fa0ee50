"""How long an import takes against a bare COPY of the rows that it stored, into tables with the same keys and checks.

The import reads, checks, takes ids, makes parties and writes; the COPY only writes. Both commit.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

DEBTS, ROUNDS, TARGET = 60_000, 3, 3.0
AS_OF = date(2026, 11, 22)
TABLES = {  # in the order in which they may refer to each other
    "party_party": "id IN (SELECT party_id FROM book_debt WHERE import_batch_id = {batch})",
    "book_debt": "import_batch_id = {batch}",
    "book_event": "import_batch_id = {batch}",
    "book_scheduleversion": "import_batch_id = {batch}",
}


def run(debts: int = DEBTS, rounds: int = ROUNDS) -> dict[str, object]:
    """Seconds of both, median of the rounds, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="kaopu-bench-") as folder:
        os.environ["KAOPU_HOME"] = folder
        os.environ.pop("KAOPU_DATABASE_URL", None)
        from kaopu.book.opened_book import opened_book
        from kaopu.book.snapshot.synthetic import write_snapshot

        book = Path(folder) / "native"
        write_snapshot(book, debts, 0, AS_OF)
        with opened_book():
            return _measure(book, Path(folder), rounds)


def _measure(book: Path, folder: Path, rounds: int) -> dict[str, object]:
    from kaopu.book.actions.import_book import ImportBook, import_book
    from kaopu.book.actions.undo_import import undo_import
    from kaopu.kernel.clock import system_clock

    import_seconds, copy_seconds, stored = [], [], {}
    for number in range(rounds):
        start = time.perf_counter()
        imported = import_book(ImportBook("native", book), "bench", system_clock().now())
        import_seconds.append(time.perf_counter() - start)
        if number == 0:
            stored = _dump(imported.batch, folder)
            _make_tables()
        copy_seconds.append(_copy(folder))
        undo_import(imported.batch, "bench", system_clock().now())
        _run("VACUUM party_party, book_debt, book_event, book_scheduleversion")
    seconds, copied = statistics.median(import_seconds), statistics.median(copy_seconds)
    return {
        "name": "import",
        "import_seconds": round(seconds, 2),
        "copy_seconds": round(copied, 2),
        "ratio": round(seconds / copied, 2),
        "target": TARGET,
        "met": seconds <= TARGET * copied,
        "rows": stored,
        "rounds": rounds,
    }


def _run(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def _dump(batch: int, folder: Path) -> dict[str, int]:
    """The stored rows as COPY writes them; how many."""
    from django.db import connection

    counts = {}
    for table, where in TABLES.items():
        columns = _columns(table)
        query = f"SELECT {columns} FROM {table} WHERE {where.format(batch=batch)}"
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY ({query}) TO STDOUT") as copy,
            (folder / table).open("wb") as out,
        ):
            for block in copy:
                out.write(block)
        with (folder / table).open("rb") as lines:
            counts[table] = sum(1 for _ in lines)
    return counts


def _columns(table: str) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
        return cursor.fetchone()[0]


def _make_tables() -> None:
    """Tables with the same columns, defaults, checks, keys, indexes and foreign keys."""
    from django.db import connection

    for table in TABLES:
        _run(f"CREATE TABLE copy_{table} (LIKE {table} INCLUDING ALL)")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
            " AND conrelid = ANY(%s::regclass[]::oid[])",
            [list(TABLES)],
        )
        for table, definition in cursor.fetchall():
            own = re.sub(rf"REFERENCES ({'|'.join(TABLES)})\(", r"REFERENCES copy_\1(", definition)
            cursor.execute(f"ALTER TABLE copy_{table} ADD {own}")


def _copy(folder: Path) -> float:
    from django.db import connection, transaction

    for table in reversed(TABLES):
        _run(f"TRUNCATE copy_{table} CASCADE")
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            with (
                cursor.copy(f"COPY copy_{table} ({_columns(table)}) FROM STDIN") as copy,
                (folder / table).open("rb") as rows,
            ):
                while block := rows.read(1 << 20):
                    copy.write(block)
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
