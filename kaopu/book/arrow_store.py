"""Rows of the book as Arrow columns, one bucket of debts at a time: PostgreSQL sends binary, no Python object a row.

A bucket is a range of debt ids, so that what is new lies in few of them.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from kaopu.book.models import DEBTOR_KINDS, RULE_COLUMNS
from kaopu.kernel import database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adbc_driver_manager.dbapi import Connection

BUCKET_BITS = 16  # 65,536 debts: about what two threads hold at once without leaving the processor's cache for long
NARROW = dict.fromkeys(
    ("ladder", "penalty_base", "refund_order", "refund_fee", "pause_resets", "dispute_resets", "upgrade"), pa.int8()
)  # PostgreSQL has no integer of one byte
ARRAYS = ("seq", "due_on", "principal", "interest", "fee")

_DEBTS = f"""
SELECT d.debt_id, d.party_id, d.currency, d.disbursed_on, d.principal, coalesce(p.code, '') AS product, d.portfolio,
  d.owner, d.participation_ppm, d.on_balance, d.merchant_id, d.category, d.opened_at, d.time_zone,
  {", ".join(f"d.{name}" for name in RULE_COLUMNS)}
FROM book_debt d
  LEFT JOIN book_productversion v ON v.id = d.product_version_id LEFT JOIN book_product p ON p.id = v.product_id
WHERE d.debt_id >= $1 AND d.debt_id < $2 ORDER BY d.debt_id
"""  # noqa: S608 - names of columns, from this package
_SCHEDULES = f"""
SELECT debt_id, version, from_on, coalesce(cause_event_id, 0) AS cause_event, {", ".join(ARRAYS)}
FROM book_scheduleversion WHERE debt_id >= $1 AND debt_id < $2 ORDER BY debt_id, version
"""  # noqa: S608 - same
_EVENTS = f"""
SELECT debt_id, "on", kind, amount, event_id, component, coalesce(reverses_id, 0) AS reverses, recorded_at,
  CASE WHEN kind IN {DEBTOR_KINDS} THEN (payload->>'party_id')::bigint END AS party_id
FROM book_event WHERE debt_id >= $1 AND debt_id < $2 ORDER BY debt_id, "on", event_id
"""  # noqa: S608 - names of kinds, from this package
_CHANGED = f"""
SELECT DISTINCT debt_id >> {BUCKET_BITS} FROM (
  SELECT debt_id FROM book_debt WHERE written_by >= $1
  UNION ALL SELECT debt_id FROM book_scheduleversion WHERE written_by >= $1
  UNION ALL SELECT debt_id FROM book_event WHERE written_by >= $1
) changed ORDER BY 1
"""  # noqa: S608 - same
_ALL = f"SELECT DISTINCT debt_id >> {BUCKET_BITS} FROM book_debt ORDER BY 1"  # noqa: S608 - same
# Every row of a transaction below xmin is visible in this snapshot; a later one may or may not be.
_STATE = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
  current_database() || ':' || 'book_debt'::regclass::oid || ':' || pg_relation_filenode('book_debt'),
  (SELECT count(*) FROM book_importbatch WHERE status = 'undone')
"""


@dataclass(frozen=True, slots=True)
class State:
    """What one look at the database saw.

    `watermark`: every row written by a transaction below it was visible. `identity`: this database's tables and no
    others. `undone`: imports undone so far, whose rows are gone without a trace.
    """

    watermark: int
    identity: str
    undone: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """The debts of one range of ids, with their instalments and events, each sorted by debt."""

    debts: pa.Table
    instalments: pa.Table
    events: pa.Table


class Reader:
    """One look at the database: everything read through it is of the same moment."""

    def __init__(self, connection: Connection) -> None:
        """`connection` inside a transaction that sees one snapshot."""
        self._connection = connection
        watermark, identity, undone = self._rows(_STATE)[0]
        self.state = State(watermark, identity, undone)

    def changed_buckets(self, since: int) -> list[int]:
        """Buckets with rows that a look with watermark `since` may not have seen."""
        return [number for (number,) in self._rows(_CHANGED, [since])]

    def all_buckets(self) -> list[int]:
        """Buckets that hold debts."""
        return [number for (number,) in self._rows(_ALL)]

    def bucket(self, number: int) -> Bucket:
        """One bucket."""
        ends = [number << BUCKET_BITS, (number + 1) << BUCKET_BITS]
        schedules = self.table(_SCHEDULES, ends)
        return Bucket(self.table(_DEBTS, ends), flatten(schedules), self.table(_EVENTS, ends))

    def table(self, text: str, parameters: list[int] | None = None) -> pa.Table:
        """The answer to a query."""
        with self._connection.cursor() as cursor:
            cursor.execute(text, parameters)
            return _as_documented(cursor.fetch_arrow_table())

    def _rows(self, text: str, parameters: list[int] | None = None) -> list[tuple]:
        with self._connection.cursor() as cursor:
            cursor.execute(text, parameters)
            return cursor.fetchall()


@contextmanager
def reading(alias: str = "default") -> Iterator[Reader]:
    """One look at the database, held open for the length of a `with`; it locks nothing."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(database.uri(alias)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield Reader(connection)


def query(text: str) -> pa.Table:
    """What a query without parameters answers."""
    with reading() as reader:
        return reader.table(text)


def flatten(schedules: pa.Table) -> pa.Table:
    """A row for each entry of the array columns, in their order."""
    first = schedules.column("seq").combine_chunks()
    parents = pc.list_parent_indices(first)
    columns = {name: schedules.column(name).take(parents) for name in ("debt_id", "version", "from_on", "cause_event")}
    columns |= {name: pc.list_flatten(schedules.column(name)) for name in ARRAYS}
    return pa.table(columns).combine_chunks()


def _as_documented(table: pa.Table) -> pa.Table:
    """Types of docs/snapshot.md, without the notes that the driver leaves on each column."""
    fields = [pa.field(field.name, NARROW.get(field.name, field.type)) for field in table.schema]
    return table.cast(pa.schema(fields)).combine_chunks()
