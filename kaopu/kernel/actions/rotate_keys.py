"""Seal everything with the newest key of the ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from psycopg import sql

from kaopu.kernel import audit, vault

if TYPE_CHECKING:
    from datetime import datetime

BATCH_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column that holds ciphertexts; rooms name theirs in `AppConfig.ready`."""

    table: str
    column: str
    id_column: str = "id"


_columns: set[SealedColumn] = {SealedColumn("kernel_approval", "proposal_sealed")}


def register(table: str, column: str, id_column: str = "id") -> None:
    """Include a column in rotations."""
    _columns.add(SealedColumn(table, column, id_column))


def rotate(now: datetime, actor: str, *, new_key: bool = True) -> int:
    """Put a new key on the ring (or use the newest there is) and re-seal what older keys sealed; how many values.

    Safe to kill and run again with `new_key=False`: what is done is done, the rest still opens with the old keys.
    """
    if new_key:
        vault.add_key()
    ring = vault.ring()
    total = 0
    for column in sorted(_columns, key=lambda each: (each.table, each.column)):
        while done := _reseal_batch(column, ring):
            total += done
    audit.record(act="vault.rotated", subject=f"key:{ring.current}", actor=actor, at=now, details={"values": total})
    return total


def _reseal_batch(column: SealedColumn, ring: vault.KeyRing) -> int:
    names = {
        "table": sql.Identifier(column.table),
        "column": sql.Identifier(column.column),
        "id": sql.Identifier(column.id_column),
    }
    head = vault.VERSION + ring.current.to_bytes(4, "big")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "SELECT {id}, {column} FROM {table} WHERE {column} IS NOT NULL AND substring({column} FOR 5) <> %s"
                " LIMIT %s FOR UPDATE"
            ).format(**names),
            [head, BATCH_ROWS],
        )
        rows = [
            (
                row_id,
                ring.seal(ring.open(old, column.table, column.column, row_id), column.table, column.column, row_id),
            )
            for row_id, old in cursor.fetchall()
        ]
        cursor.executemany(
            sql.SQL("UPDATE {table} SET {column} = %s WHERE {id} = %s").format(**names),
            [(new, row_id) for row_id, new in rows],
        )
    return len(rows)
