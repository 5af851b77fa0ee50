"""Chunks into the tables of the book by COPY, in the caller's transaction; ids are taken first, in blocks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connection

from kaopu.book.imports.chunk import ARRAYS, same
from kaopu.book.models import RULE_COLUMNS, Product, ProductVersion
from kaopu.party.actions.create_party import create_parties
from kaopu.party.core.party import NewParty

if TYPE_CHECKING:
    from datetime import datetime

    from kaopu.book.imports.chunk import Chunk

# An import may leave out each of these: the column's default in the database holds.
OPTIONAL_COLUMNS = (
    "portfolio", "owner", "participation_ppm", "on_balance", "merchant_id", "category", "opened_at", "time_zone",
    "subsidy_payer", "terms", *RULE_COLUMNS,
)  # fmt: skip
COPY_BYTES = 1 << 20


class Writer:
    """Stores the chunks of one batch."""

    def __init__(self, batch_id: int, source: str, actor: str, now: datetime) -> None:
        self.batch_id, self.source, self.actor, self.now = batch_id, source, actor, now
        self.debts = self.instalments = self.events = self.parties = 0
        self._party_ids: dict[str, int] = {}
        self._products: dict[str, int] = {}
        self._knows_parties = _exists("SELECT 1 FROM party_party WHERE source = %s LIMIT 1", source)

    def write(self, chunk: Chunk, parties: list[NewParty] | None = None) -> None:
        """Append the debts of a chunk with their schedules and events. `parties` are new borrowers, one a debt's id."""
        debt_ids = take_ids("book_debt", "debt_id", len(chunk.debts))
        event_ids = take_ids("book_event", "event_id", len(chunk.events))
        self._write_debts(chunk, debt_ids, parties)
        # Events first: a schedule version may name the event that brought it.
        self._write_events(chunk.events, debt_ids, event_ids)
        self._write_schedules(chunk.schedules, debt_ids, event_ids)
        self.debts += len(chunk.debts)
        self.events += len(chunk.events)

    def _write_debts(self, chunk: Chunk, debt_ids: np.ndarray, parties: list[NewParty] | None) -> None:
        debts, count = chunk.debts, len(chunk.debts)
        columns: dict[str, Any] = {
            "debt_id": pa.array(debt_ids),
            "source": same(self.source, count),
            "external_id": debts["external_id"],
            "party_id": self._parties(debts["party"], parties),
            "currency": debts["currency"],
            "principal": debts["principal"],
            "disbursed_on": debts["disbursed_on"],
        }
        columns |= {name: debts[name] for name in OPTIONAL_COLUMNS if name in debts.column_names}
        if "product" in debts.column_names:
            columns["product_version_id"] = self._product_versions(debts)
        self._copy("book_debt", columns, count)

    def _write_events(self, events: pa.Table, debt_ids: np.ndarray, event_ids: np.ndarray) -> None:
        columns: dict[str, Any] = {
            "event_id": pa.array(event_ids),
            "debt_id": pa.array(debt_ids[np.asarray(events["debt"])]),
            '"on"': events["on"],
            "kind": events["kind"],
            "amount": events["amount"],
            "recorded_at": same(self.now, len(events), pa.timestamp("us", tz="UTC")),
            "recorded_by": same(self.actor, len(events)),
        }
        columns |= {name: events[name] for name in ("component", "payload") if name in events.column_names}
        if "debtor" in events.column_names:
            columns["payload"] = self._with_debtors(events)
        if "reverses" in events.column_names:
            columns["reverses_id"] = _named(events["reverses"], event_ids)
        self._copy("book_event", columns, len(events))

    def _with_debtors(self, events: pa.Table) -> pa.Array:
        """The payloads, in which another debtor is a number of the book, no longer of the sending system."""
        places = np.flatnonzero(np.asarray(pc.is_valid(events["debtor"])))
        if not len(places):
            return events["payload"]
        ids = self._parties(events["debtor"].take(pa.array(places)), None).to_pylist()
        told = events["payload"].to_pylist()
        for place, party_id in zip(places.tolist(), ids, strict=True):
            told[place] = json.dumps({**json.loads(told[place]), "party_id": party_id})
        return pa.array(told, pa.string())

    def _write_schedules(self, schedules: pa.Table, debt_ids: np.ndarray, event_ids: np.ndarray) -> None:
        columns: dict[str, Any] = {"debt_id": pa.array(debt_ids[np.asarray(schedules["debt"])])}
        columns |= {name: schedules[name] for name in ("version", "from_on", "terms") if name in schedules.column_names}
        if "cause" in schedules.column_names:
            columns["cause_event_id"] = _named(schedules["cause"], event_ids)
        columns |= {name: _as_arrays(schedules[name]) for name in ARRAYS}
        self.instalments += sum(len(chunk.flatten()) for chunk in schedules["seq"].chunks)
        self._copy("book_scheduleversion", columns, len(schedules))

    def _parties(self, wanted: pa.ChunkedArray, parties: list[NewParty] | None) -> pa.Array:
        """The ids of the borrowers, row by row; who is not known yet is recorded, once."""
        coded = wanted.combine_chunks().dictionary_encode()
        names = coded.dictionary.to_pylist()
        unknown = [name for name in names if name not in self._party_ids]
        if unknown and self._knows_parties:
            self._party_ids |= _party_ids(self.source, unknown)
            unknown = [name for name in unknown if name not in self._party_ids]
        if unknown:
            given = {party.external_id: party for party in parties or ()}
            new = [given.get(name) or NewParty(source=self.source, external_id=name) for name in unknown]
            ids = create_parties(new, actor=self.actor, now=self.now, batch=f"import:{self.batch_id}")
            self._party_ids |= dict(zip(unknown, ids, strict=True))
            self.parties += len(ids)
        return pa.array([self._party_ids[name] for name in names], pa.int64()).take(coded.indices)

    def _product_versions(self, debts: pa.Table) -> pa.Array:
        """The version of each debt's product on its day. A code that the book does not know becomes a product."""
        codes = pc.if_else(pc.equal(debts["product"], ""), None, debts["product"])
        coded = codes.combine_chunks().dictionary_encode() if isinstance(codes, pa.ChunkedArray) else codes
        first_day = pc.min(debts["disbursed_on"]).as_py()
        for code in coded.dictionary.to_pylist():
            if code not in self._products:
                product, _ = Product.objects.get_or_create(code=code, defaults={"name": code})
                ProductVersion.objects.get_or_create(
                    product=product, version=1, defaults={"valid_from": first_day, "terms": {}}
                )
                self._products[code] = product.pk
        ids = [self._products[code] for code in coded.dictionary.to_pylist()]
        return _versions(coded, ids, np.asarray(debts["disbursed_on"]))

    def _copy(self, table: str, columns: dict[str, Any], count: int) -> None:
        if not count:
            return
        columns["import_batch_id"] = same(self.batch_id, count, pa.int64())
        copy_rows(table, columns)


def copy_rows(table: str, columns: dict[str, Any]) -> None:
    """Append Arrow columns to a table: text made by Arrow, sent in large blocks, no Python object a row."""
    rows = pa.table({name: _whole(values) for name, values in columns.items()})
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)"
    options = pa.csv.WriteOptions(include_header=False, batch_size=8_192)
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(rows, sink, options)
    text = memoryview(sink.getvalue())
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(text), COPY_BYTES):
            copy.write(text[start : start + COPY_BYTES])


def take_ids(table: str, column: str, count: int) -> np.ndarray:
    """`count` new numbers of a table's own sequence, rising."""
    # One value for all: a row a number would cost Python a step a number.
    statement = (
        f"SELECT string_agg(int8send(nextval(pg_get_serial_sequence('{table}', '{column}'))), '')"  # noqa: S608 - names of our own
        f" FROM generate_series(1, {count:d})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        (numbers,) = cursor.fetchone()
    return np.sort(np.frombuffer(numbers or b"", ">i8").astype(np.int64))


def _versions(coded: pa.Array, products: list[int], days: np.ndarray) -> pa.Array:
    """For each row the product version whose days hold the row's day; the first version before them all."""
    valid = np.asarray(pc.is_valid(coded.indices))
    codes = np.asarray(pc.fill_null(coded.indices, 0))
    found = np.zeros(len(codes), np.int64)
    for place, product in enumerate(products):
        here = valid & (codes == place)
        versions = (
            ProductVersion.objects.filter(product_id=product).order_by("valid_from").values_list("id", "valid_from")
        )
        ids, starts = zip(*versions, strict=True)
        on = np.searchsorted(np.array(starts, "datetime64[D]"), days.astype("datetime64[D]"), side="right") - 1
        found[here] = np.array(ids)[np.maximum(on, 0)][here]
    return pa.array(found, mask=~valid)


def _as_arrays(column: pa.ChunkedArray) -> pa.Array:
    """Lists as PostgreSQL writes arrays: {1,2,3}."""
    held = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    text = pa.ListArray.from_arrays(held.offsets, held.values.cast(pa.string()))
    return pc.binary_join_element_wise("{", pc.binary_join(text, ","), "}", "")


def _named(places: pa.ChunkedArray, event_ids: np.ndarray) -> pa.Array:
    """Places in a chunk as event ids; null stays null."""
    return pa.array(event_ids).take(_whole(places)) if len(event_ids) else pa.nulls(len(places), pa.int64())


def _whole(values: Any) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _exists(statement: str, *arguments: object) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchone() is not None


def _party_ids(source: str, external_ids: list[str]) -> dict[str, int]:
    # One array parameter: a list of 30,000 values would be planned value by value.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT external_id, id FROM party_party WHERE source = %s AND external_id = ANY(%s)",
            [source, external_ids],
        )
        return dict(cursor.fetchall())
