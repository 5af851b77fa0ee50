"""Rows of several files on disk while they are checked against each other."""

# ruff: noqa: S608 - statements are put together from names in this package; values go in as parameters
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import duckdb
import numpy as np
import pyarrow as pa

from kaopu.book.core.event_kind import Component, EventKind
from kaopu.book.imports.rejects import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from kaopu.book.imports.chunk import Sending
    from kaopu.book.imports.parsed import Rows

MEMORY = "1GB"
THREADS = 2
REJECTS_AT_ONCE = 65_536
# Columns that a file may leave out but a check or an order reads, with what their absence means.
DEFAULTS = {
    "instalments": {"version": "1", "from_on": "NULL::DATE", "cause_event": "0"},
    "events": {
        "event_id": "0", "component": "NULL::VARCHAR", "reverses": "0", "payload": "NULL::VARCHAR",
    },
}  # fmt: skip
# A null in one of these columns of debts means the default, which the database's columns do not take for null.
DEBT_DEFAULTS = {
    "portfolio": "'default'", "owner": "'self'", "participation_ppm": "1000000", "on_balance": "true", "ladder": "0",
    "allocation": "0", "grace_days": "0", "grace_amount": "0", "penalty_rate_ppm": "0", "penalty_days_in_year": "365",
    "penalty_base": "0", "penalty_fixed": "0", "penalty_cap": "0", "compound_rate_ppm": "0", "refund_order": "0",
    "refund_fee": "0", "pause_resets": "0", "dispute_resets": "0", "accelerate_after_days": "0",
    "late_allocation": "0", "late_allocation_days": "0", "non_accrual_days": "90", "subsidy": "0", "upgrade": "0",
    "retail": "true",
}  # fmt: skip
COLUMNS = {
    "debts": "debt_id BIGINT, party_id BIGINT, currency VARCHAR, disbursed_on DATE, principal BIGINT",
    "instalments": "debt_id BIGINT, seq BIGINT, due_on DATE, principal BIGINT, interest BIGINT, fee BIGINT",
    "events": 'debt_id BIGINT, "on" DATE, kind VARCHAR, amount BIGINT',
}


class Stage:
    """Three tables, and for each the rows that were found bad."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self._path = sending.scratch / "stage.duckdb"
        self._there: set[str] = set()

    def __enter__(self) -> Self:
        self._db = duckdb.connect(
            str(self._path), config={"memory_limit": MEMORY, "threads": THREADS, "preserve_insertion_order": True}
        )
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._db.close()

    def add(self, role: str, batch: Rows) -> None:
        """Keep good rows of a file."""
        count = len(batch)
        columns: dict[str, Any] = dict(batch.columns)
        columns["number"] = pa.array(batch.numbers)
        columns["file"] = (
            pa.array([batch.file] * count, pa.string())
            if count < 1
            else pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(count, np.int32)), pa.array([batch.file])
            ).dictionary_decode()
        )
        arriving = pa.table(columns)
        self._db.register("arriving", arriving)
        if role not in self._there:
            self._db.execute(f"CREATE TABLE {role} AS SELECT * FROM arriving")
            self._there.add(role)
        else:
            self._db.execute(f"INSERT INTO {role} BY NAME SELECT * FROM arriving")
        self._db.unregister("arriving")

    def number_debts(self) -> None:
        """Give every debt its place in the order of ids, and the other rows what the checks need of their debt."""
        for role, columns in COLUMNS.items():
            if role not in self._there:
                self._db.execute(f"CREATE TABLE {role} ({columns}, number BIGINT, file VARCHAR)")
        self._db.execute("ALTER TABLE debts ADD COLUMN place BIGINT")
        self._db.execute(
            "UPDATE debts SET place = o.place FROM (SELECT debt_id, row_number() OVER (ORDER BY debt_id) - 1 AS place"
            " FROM debts) o WHERE o.debt_id = debts.debt_id"
        )
        for role, defaults in DEFAULTS.items():
            have = self._columns(role)
            for name, default in defaults.items():
                kind = {"from_on": "DATE", "component": "VARCHAR", "payload": "VARCHAR"}.get(name, "BIGINT")
                if name not in have:
                    self._db.execute(f"ALTER TABLE {role} ADD COLUMN {name} {kind} DEFAULT {default}")
                elif not default.startswith("NULL"):
                    self._db.execute(f"UPDATE {role} SET {name} = {default} WHERE {name} IS NULL")
            self._db.execute(f"CREATE TABLE {role}_out (row BIGINT)")

    def reject(self, role: str, column: str, told: str, condition: str) -> int:
        """Write the rows `r` of which a condition is true to the rejects; how many. `place` is null without a debt."""
        quoted = f'"{column}"'
        found = f"""
SELECT r.rowid AS row, r.file, r.number, r.{quoted}::VARCHAR AS value FROM {role} r
  LEFT JOIN (SELECT debt_id AS its_debt, place, disbursed_on FROM debts) d ON d.its_debt = r.debt_id
WHERE ({condition}) AND r.rowid NOT IN (SELECT row FROM {role}_out) ORDER BY r.rowid
"""
        return self._take_out(role, column, told, found)

    def reject_repeated(self, role: str, column: str, key: Sequence[str], told: str, condition: str = "true") -> int:
        """Write every row but the first of those with an equal key to the rejects."""
        found = f"""
SELECT rowid AS row, file, number, "{column}"::VARCHAR AS value FROM (
  SELECT rowid, file, number, "{column}", row_number() OVER (PARTITION BY {", ".join(key)} ORDER BY rowid) AS nth
  FROM {role} WHERE ({condition}) AND rowid NOT IN (SELECT row FROM {role}_out)
) WHERE nth > 1 ORDER BY rowid
"""
        return self._take_out(role, column, told, found)

    def _take_out(self, role: str, column: str, told: str, found: str) -> int:
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE found AS {found}")
        self._db.execute(f"INSERT INTO {role}_out SELECT row FROM found")
        total, start = self._number("SELECT count(*) FROM found"), 0
        while start < total:
            part = self.table(
                "SELECT file, number, value FROM found ORDER BY row LIMIT ? OFFSET ?", REJECTS_AT_ONCE, start
            )
            for file in part["file"].unique().to_pylist():
                own = part.filter(pa.compute.equal(part["file"], file))
                bad = np.ones(len(own), bool)
                fault = Fault(column, bad, own["value"].combine_chunks(), told)
                self._sending.rejects.add(file, np.asarray(own["number"]), [fault])
            start += REJECTS_AT_ONCE
        return total

    def order(self) -> None:
        """The good rows, in the order of debts: a range of debts then lies in few blocks."""
        defaults = [name for name in DEBT_DEFAULTS if name in self._columns("debts")]
        replaced = ", ".join(f"coalesce({name}, {DEBT_DEFAULTS[name]}) AS {name}" for name in defaults)
        star = f"* REPLACE ({replaced})" if defaults else "*"
        self._db.execute(f"CREATE TABLE debts_ordered AS SELECT {star} FROM debts ORDER BY place")
        ranks = {kind: place for place, kind in enumerate(EventKind)}
        components = {component: place for place, component in enumerate(Component, 1)}
        extra = f", {_rank('kind', ranks)} AS rank, {_rank('component', components)} AS component_rank"
        for role, more in (("instalments", ""), ("events", extra)):
            self._db.execute(
                f"CREATE TABLE {role}_ordered AS SELECT r.*, d.place{more} FROM {role} r JOIN debts d USING (debt_id)"
                f" WHERE r.rowid NOT IN (SELECT row FROM {role}_out) ORDER BY d.place, r.rowid"
            )

    def count(self, role: str) -> int:
        """Rows of a role that are good so far."""
        out = 0 if role == "debts" else self._number(f"SELECT count(*) FROM {role}_out")
        return self._number(f"SELECT count(*) FROM {role}") - out

    def table(self, query: str, *arguments: int) -> pa.Table:
        """The answer of a query as Arrow."""
        return self._db.sql(query, params=list(arguments)).to_arrow_table()

    def _columns(self, role: str) -> set[str]:
        return {row[0] for row in self._db.execute(f"DESCRIBE {role}").fetchall()}

    def _number(self, query: str) -> int:
        return int(self._db.execute(query).fetchall()[0][0])  # all of it: a result half read blocks the next query


def _rank(column: str, ranks: dict[Any, int]) -> str:
    whens = " ".join(f"WHEN '{word}' THEN {rank}" for word, rank in ranks.items())
    return f"CASE {column} {whens} ELSE 0 END"
