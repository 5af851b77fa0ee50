"""Made-up books in which debts are also charged off, recovered, waived and lent by several products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kaopu.book.snapshot.synthetic import make

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

PRODUCTS = ("cash", "phone", "shop")


def write_book(folder: Path, seed: int, as_of: date, debts: int = 240) -> Path:
    """A book of two years with three products and two currencies, as three files."""
    generator = np.random.default_rng(seed)
    made = make(generator, 1, debts, as_of)
    back = np.sort(generator.integers(0, 500, debts)).astype(np.int32)  # whole lives moved into the past
    folder.mkdir(parents=True)
    columns = {
        name: table_of(table) for name, table in (("i", made.instalments), ("e", made.events), ("d", made.debts))
    }
    columns["d"]["disbursed_on"] = columns["d"]["disbursed_on"] - back
    columns["i"]["due_on"] = columns["i"]["due_on"] - back[columns["i"]["debt_id"] - 1]
    columns["e"]["on"] = columns["e"]["on"] - back[columns["e"]["debt_id"] - 1]
    columns["d"] |= {
        "product": generator.choice(PRODUCTS, debts),
        "currency": np.where(generator.random(debts) < 0.1, "USD", "CNY"),
        "penalty_rate_ppm": np.full(debts, 180_000),
        "on_balance": generator.random(debts) > 0.05,
    }
    events = columns["e"]
    events["kind"] = np.full(len(events["on"]), "payment", object)
    gone = np.flatnonzero(generator.random(debts) < 0.25) + 1
    start = columns["d"]["disbursed_on"][gone - 1]
    for kind, after, amount in (
        ("charge_off", 150, 0),
        ("recovery", 200, 7_000),
        ("waiver", 60, 900),
        ("fee", 20, 500),
    ):
        spread = generator.integers(0, 60, len(gone))
        for name, values in (("debt_id", gone), ("on", start + after + spread), ("kind", np.full(len(gone), kind, object)),
                             ("amount", np.full(len(gone), amount))):  # fmt: skip
            events[name] = np.concatenate([events[name], values])
    order = np.lexsort((events["on"], events["debt_id"]))
    columns["e"] = {name: values[order] for name, values in events.items()}
    for name, key in (("debts", "d"), ("instalments", "i"), ("events", "e")):
        pq.write_table(written(columns[key]), folder / f"{name}.parquet")
    return folder


def table_of(table: pa.Table) -> dict:
    """Columns as numbers, days as day numbers."""
    found = {}
    for name in table.column_names:
        column = table.column(name)
        column = column.cast(pa.int32()) if pa.types.is_date(column.type) else column
        found[name] = column.to_numpy()
    return found


def written(columns: dict) -> pa.Table:
    """The documented types again."""
    days = {"disbursed_on", "due_on", "on"}
    arrays = {
        name: pa.array(values.astype(np.int32), pa.int32()).cast(pa.date32()) if name in days else pa.array(values)
        for name, values in columns.items()
    }
    return pa.table(arrays)


def moved_after(folder: Path, out: Path, day: date, by: int) -> Path:
    """The same book with every event after a day some days later, and its amount another one."""
    out.mkdir(parents=True)
    for name in ("debts", "instalments"):
        (out / f"{name}.parquet").write_bytes((folder / f"{name}.parquet").read_bytes())
    events = table_of(pq.read_table(folder / "events.parquet"))
    later = events["on"] > np.datetime64(day, "D").astype(np.int32)
    events["on"] = np.where(later, events["on"] + by, events["on"])
    events["amount"] = np.where(later, events["amount"] // 2 + 1, events["amount"])
    order = np.lexsort((events["on"], events["debt_id"]))
    pq.write_table(written({name: values[order] for name, values in events.items()}), out / "events.parquet")
    return out
