"""Small snapshots for the tests of the close, written column by column so that a test can spoil one value."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 11, 22)
TYPES = {
    "debt_id": pa.int64(), "party_id": pa.int64(), "currency": pa.string(), "disbursed_on": pa.date32(),
    "principal": pa.int64(), "interest": pa.int64(), "fee": pa.int64(), "seq": pa.int32(), "due_on": pa.date32(),
    "on": pa.date32(), "kind": pa.string(), "amount": pa.int64(), "event_id": pa.int64(), "component": pa.string(),
    "reverses": pa.int64(), "version": pa.int32(), "from_on": pa.date32(), "cause_event": pa.int64(),
    "product": pa.string(), "portfolio": pa.string(), "merchant_id": pa.string(), "category": pa.string(),
    "ladder": pa.int8(), "allocation": pa.int16(), "grace_days": pa.int16(), "penalty_rate_ppm": pa.int64(),
    "penalty_days_in_year": pa.int16(),
}  # fmt: skip


def table(columns, types=None):
    """Columns by name, in their documented types unless `types` says otherwise."""
    return pa.table({name: pa.array(values, (types or {}).get(name, TYPES[name])) for name, values in columns.items()})


def tiny():
    """Three debts: one on time, one never paid, one disbursed after the as-of day."""
    return {
        "debts": {
            "debt_id": [1, 2, 3],
            "party_id": [10, 20, 30],
            "currency": ["CNY", "CNY", "CNY"],
            "disbursed_on": [date(2026, 8, 1), date(2026, 7, 1), date(2026, 12, 1)],
            "principal": [2_000, 2_000, 900],
        },
        "instalments": {
            "debt_id": [1, 1, 2, 2, 3],
            "seq": [1, 2, 1, 2, 1],
            "due_on": [date(2026, 9, 1), date(2026, 12, 1), date(2026, 8, 1), date(2026, 9, 1), date(2027, 1, 1)],
            "principal": [1_000, 1_000, 1_000, 1_000, 900],
            "interest": [20, 10, 20, 10, 9],
            "fee": [0, 0, 5, 5, 0],
        },
        "events": {
            "debt_id": [1],
            "on": [date(2026, 9, 1)],
            "kind": ["payment"],
            "amount": [1_020],
        },
    }


def write(folder: Path, book, buckets=False, types=None):
    """Write a book of columns as three files, or as one bucket each."""
    for name, columns in book.items():
        target = folder / name / "bucket-000.parquet" if buckets else folder / f"{name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table(columns, types), target)
    return folder


def positions(place: Path):
    """All positions of a result, in the order of its files."""
    return pa.concat_tables(pq.read_table(path) for path in sorted(place.glob("bucket-*.parquet")))


def fingerprint(place: Path):
    """Every byte of a result."""
    return {path.name: path.read_bytes() for path in sorted(place.iterdir())}
