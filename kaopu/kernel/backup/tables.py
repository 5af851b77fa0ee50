"""The tables of a database as a backup sees them: which, in which order, with which columns."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from psycopg import Cursor

# Of no use in another home: who was signed in, and which processes worked.
WITHOUT_ROWS = frozenset({"django_session", "procrastinate_workers"})

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# What the database makes by itself is not copied: generated columns, and the number of the writing transaction, which
# says nothing in a database that counts its transactions anew.
_COLUMNS = """
SELECT a.attname FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND coalesce(pg_get_expr(d.adbin, d.adrelid), '') NOT LIKE '%%pg_current_xact_id%%'
ORDER BY a.attnum
"""
_REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid
"""
_SEQUENCES = """
SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences
WHERE schemaname = 'public' ORDER BY sequencename
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the columns that are copied."""

    name: str
    columns: tuple[str, ...]

    def copy_out(self) -> sql.Composed:
        """Its rows as text."""
        return sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(self._columns(), sql.Identifier(self.name))

    def copy_in(self) -> sql.Composed:
        """The way back."""
        return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(self.name), self._columns())

    def _columns(self) -> sql.Composed:
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))


def tables(cursor: Cursor) -> list[Table]:
    """Every table, one after those that it refers to (by name where they refer to each other in a circle)."""
    cursor.execute(_TABLES)
    names = [name for (name,) in cursor.fetchall()]
    before: dict[str, set[str]] = {name: set() for name in names}
    cursor.execute(_REFERENCES)
    for name, referred in cursor.fetchall():
        before[name].add(referred)
    try:
        ordered = list(TopologicalSorter(before).static_order())
    except CycleError:
        ordered = names
    return [Table(name, _columns(cursor, name)) for name in ordered]


def _columns(cursor: Cursor, name: str) -> tuple[str, ...]:
    cursor.execute(_COLUMNS, [name])
    return tuple(column for (column,) in cursor.fetchall())


def sequences(cursor: Cursor) -> dict[str, tuple[int, bool]]:
    """How far each counter of numbers is: its value, and whether that was given out."""
    cursor.execute(_SEQUENCES)
    return {name: (value, called) for name, value, called in cursor.fetchall()}


def migrations(cursor: Cursor) -> list[tuple[str, str]]:
    """The migrations that made the tables what they are."""
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    return list(cursor.fetchall())


def plain_text(cursor: Cursor) -> None:
    """Values spelt alike on every server, until the transaction ends."""
    for setting, value in (("datestyle", "ISO, YMD"), ("intervalstyle", "postgres"), ("extra_float_digits", "3")):
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, value])
