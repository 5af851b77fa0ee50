"""A made-up book of any size with the shape of a real one, for proofs of speed and for tests.

Seeded: same seed, same rows. Instalments are 3, 6 or 12 a debt (6 on average), payments 4.8 a debt on average; most are
on time, some late, in part, or never. Amounts are fen. Written the way `pyarrow.parquet.write_table` writes by default,
so that nothing is tuned for the close.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    Columns = dict[str, NDArray[Any]]

INSTALMENTS_PER_DEBT = (3, 3, 6, 6, 12)
PAYMENTS_PER_TEN_DEBTS = 48
SHARE_LATE, SHARE_BEHIND, SHARE_PART = 0.12, 0.07, 0.04


@dataclass(frozen=True, slots=True)
class Made:
    """One bucket of a made-up book."""

    debts: pa.Table
    instalments: pa.Table
    events: pa.Table


def write_snapshot(folder: Path, debts: int, buckets: int, as_of: date, seed: int = 1) -> None:
    """Write a book of `debts` debts as bucket folders, or as three single files where `buckets` is 0."""
    rows = ("debts", "instalments", "events")
    if buckets == 0:
        folder.mkdir(parents=True, exist_ok=True)
        writers: dict[str, pq.ParquetWriter] = {}
        for made in _parts(debts, max(1, debts // 80_000), as_of, seed):
            for name in rows:
                table = getattr(made, name)
                writer = writers.get(name)
                if writer is None:
                    writers[name] = writer = pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
                writer.write_table(table)
        for writer in writers.values():
            writer.close()
        return
    for number, made in enumerate(_parts(debts, buckets, as_of, seed)):
        for name in rows:
            (folder / name).mkdir(parents=True, exist_ok=True)
            pq.write_table(getattr(made, name), folder / name / f"bucket-{number:03d}.parquet")


def _parts(debts: int, parts: int, as_of: date, seed: int) -> Iterator[Made]:
    edges = [debts * part // parts for part in range(parts + 1)]
    for part in range(parts):
        generator = np.random.default_rng([seed, part])
        yield make(generator, edges[part] + 1, edges[part + 1] - edges[part], as_of)


def make(generator: np.random.Generator, first_id: int, count: int, as_of: date) -> Made:
    """`count` debts with ids from `first_id` on, as they stand around `as_of`."""
    today = np.datetime64(as_of, "D").astype(np.int32)
    debt_id = np.arange(first_id, first_id + count, dtype=np.int64)
    terms = generator.permutation(np.resize(np.array(INSTALMENTS_PER_DEBT), count))
    paid_rows = _paid_rows(generator, terms, count * PAYMENTS_PER_TEN_DEBTS // 10)
    # The debt is as old as its payments say, and at most its whole term old.
    disbursed = today - 30 * np.minimum(paid_rows, terms) - generator.integers(1, 31, count)
    principal = generator.integers(30, 2_000, count) * 1_000
    instalments = _instalments(generator, debt_id, terms, disbursed, principal)
    debts = {
        "debt_id": debt_id,
        "party_id": generator.integers(1, max(2, first_id + count), count),
        "currency": pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), ["CNY"]).cast(pa.string()),
        "disbursed_on": _days(disbursed),
        "principal": principal,
    }
    events = _payments(generator, instalments, terms, paid_rows, today)
    instalments["due_on"] = _days(instalments["due_on"])
    return Made(pa.table(debts), pa.table(instalments), pa.table(events))


def _paid_rows(generator: np.random.Generator, terms: NDArray[Any], wanted: int) -> NDArray[Any]:
    # How many payments each debt has: about four fifths of its term, mended until the total is exact.
    paid = np.minimum(terms, np.floor(terms * generator.beta(2.2, 0.55, len(terms)) + 0.5).astype(np.int64))
    while (missing := wanted - int(paid.sum())) != 0:
        room = np.flatnonzero(paid < terms) if missing > 0 else np.flatnonzero(paid > 0)
        chosen = generator.choice(room, min(abs(missing), len(room)), replace=False)
        paid[chosen] += 1 if missing > 0 else -1
    return paid


def _instalments(
    generator: np.random.Generator,
    debt_id: NDArray[Any],
    terms: NDArray[Any],
    disbursed: NDArray[Any],
    principal: NDArray[Any],
) -> Columns:
    owner = np.repeat(np.arange(len(terms)), terms)
    seq = np.arange(len(owner)) - np.repeat(np.cumsum(terms) - terms, terms) + 1
    part = (principal // terms)[owner]
    part += np.where(seq == terms[owner], (principal % terms)[owner], 0)
    rate = generator.integers(60, 240, len(terms))[owner]  # parts in ten thousand, a month
    left = principal[owner] - (principal // terms)[owner] * (seq - 1)
    fee = np.where(generator.random(len(terms)) < 0.3, generator.integers(1, 9, len(terms)) * 100, 0)[owner]
    return {
        "debt_id": debt_id[owner],
        "seq": seq.astype(np.int32),
        "due_on": (disbursed[owner] + 30 * seq).astype(np.int32),
        "principal": part,
        "interest": left * rate // 10_000,
        "fee": fee,
    }


def _payments(
    generator: np.random.Generator, instalments: Columns, terms: NDArray[Any], paid_rows: NDArray[Any], today: int
) -> dict[str, Any]:
    owner = np.repeat(np.arange(len(terms)), terms)
    paid = instalments["seq"] <= paid_rows[owner]
    due = instalments["due_on"][paid]
    amount = (instalments["principal"] + instalments["interest"] + instalments["fee"])[paid]
    count = len(due)
    late = np.where(generator.random(count) < SHARE_LATE, generator.geometric(0.12, count), 0)
    late = np.where(generator.random(count) < SHARE_BEHIND / 4, generator.integers(20, 160, count), late)
    on = np.minimum(due + late - generator.integers(0, 4, count), today + 5)
    amount = np.where(generator.random(count) < SHARE_PART, amount * generator.integers(2, 10, count) // 10, amount)
    # As a store hands them out: by debt, then by day.
    order = np.lexsort((on, owner[paid]))
    on, amount = on[order], amount[order]
    return {
        "debt_id": instalments["debt_id"][paid],
        "on": _days(on),
        "kind": pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), ["payment"]).cast(pa.string()),
        "amount": amount,
    }


def _days(numbers: NDArray[Any]) -> pa.Array:
    return pa.array(numbers.astype(np.int32), pa.int32()).cast(pa.date32())
