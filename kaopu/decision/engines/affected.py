"""Who is affected: the rows whose outcome or asked amount changes, each with the new policy's reasons, as a file.

Columns find the rows; the reasons are zen's, asked for these rows only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from kaopu.decision.core.backtest.amounts import is_moved
from kaopu.decision.engines.backtest import BATCH_ROWS, Asked, Queries, decided, decided_sql, document
from kaopu.decision.engines.backtest_amounts import amount_in, moved_sql
from kaopu.decision.engines.live import LiveEngine
from kaopu.decision.engines.population import Population, Source, open_population, quoted, text
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kaopu.decision.core.policy.policy_file import PolicyFile

ROW, IDENTITY = ("kaopu row",), ("kaopu identity",)
OWN = (ROW, IDENTITY)


@dataclass(frozen=True, slots=True)
class _Engines:
    """Both policies, one row at a time."""

    old: LiveEngine
    new: LiveEngine


def write_affected(  # noqa: PLR0917 - two policies, a file in, what to read of it, a file out
    new: PolicyFile, old: PolicyFile, path: Path, asked: Asked, beside: tuple[Path, Path], out: Path
) -> int:
    """Write the file (Parquet, or CSV by its ending), in the population's order; how many rows it has.

    Args:
        new: the policy that may come.
        old: the policy it is held against.
        path: the population.
        asked: its columns; `amounts` and `identity` as well.
        beside: folders of the nested decisions of new and old.
        out: what is written; columns in docs/backtest.md.

    Raises:
        BadInput: as `backtest`; the file cannot be written.
    """
    engines = _Engines(LiveEngine(old, beside[1]), LiveEngine(new, beside[0]))
    with duckdb.connect() as connection:
        population = open_population(connection, path, [each.manifest for each in (new, old) if each.manifest])
        query = decided_sql({"old": old, "new": new}, _numbered(population, asked.identity), asked)
        try:
            return _write(connection, _rows(connection, query, engines, asked), asked, out)
        except (duckdb.Error, OSError) as wrong:
            raise BadInput(f"{out.name}: {str(wrong).splitlines()[0]}") from wrong


def _numbered(population: Population, identity: str | None) -> Population:
    """The same rows with their number in the file, from 1, and the column that names them."""
    scan = f"(SELECT *, row_number() OVER () AS {quoted(ROW[0])} FROM {population.scan})"  # noqa: S608 - quoted
    own: dict[tuple[str, ...], Source] = {ROW: Source(f"{quoted(ROW[0])}::VARCHAR", "string")}
    if identity is not None:
        own[IDENTITY] = Source(f"({population.column(identity, '--id').sql})::VARCHAR", "string")
    return replace(population, scan=scan, leaves={**population.leaves, **own})


def _rows(
    connection: duckdb.DuckDBPyConnection, query: Queries, engines: _Engines, asked: Asked
) -> Iterator[list[tuple[Any, ...]]]:
    """Batches of (row, identity, old and new outcome, old and new of each amount, reasons)."""
    keys = range(len(asked.amounts))
    inputs = {path: name for path, name in query.leaves.items() if path not in OWN}
    own = [query.leaves[ROW], query.leaves.get(IDENTITY, "NULL")]
    amounts = [f"{side}_amount{place}" for place in keys for side in ("old", "new")]
    wanted = ", ".join([*map(quoted, inputs.values()), *own, "is_left", "old_answer", "new_answer", *amounts])
    changed = " OR ".join(["is_left", "old_answer <> new_answer", *map(moved_sql, keys)])
    result = connection.execute(f"SELECT {wanted} FROM ({query.rows}) WHERE {changed}")  # noqa: S608 - our own
    while rows := result.fetchmany(BATCH_ROWS):
        found = [_one(document(inputs, row), row[len(inputs) :], engines, asked.amounts) for row in rows]
        yield [each for each in found if each is not None]


def _one(
    given: dict[str, Any], rest: tuple[Any, ...], engines: _Engines, keys: tuple[str, ...]
) -> tuple[Any, ...] | None:
    """A row that columns cannot decide is zen's altogether, and may turn out not to change."""
    row, identity, is_left, *said = rest
    new = decided(engines.new, given)
    if is_left:
        old = decided(engines.old, given)
        amounts = [amount_in(each.output, key) for key in keys for each in (old, new)]
        if old.outcome == new.outcome and not any(map(is_moved, amounts[::2], amounts[1::2])):
            return None
        said = [old.outcome, new.outcome, *amounts]
    return (int(row), identity, *said, list(new.reasons))


def _write(
    connection: duckdb.DuckDBPyConnection, batches: Iterator[list[tuple[Any, ...]]], asked: Asked, out: Path
) -> int:
    amounts = [(f"{side}_{key}", pa.float64()) for key in asked.amounts for side in ("old", "new")]
    schema = pa.schema(
        [
            ("row", pa.int64()), ("id", pa.string()), ("old_outcome", pa.string()), ("new_outcome", pa.string()),
            *amounts, ("reasons", pa.list_(pa.string())),
        ]
    )  # fmt: skip
    # Written beside the running query: a cursor of its own, the same database.
    writer = connection.cursor()
    writer.register("batch", schema.empty_table())
    writer.execute("CREATE TABLE affected AS SELECT * FROM batch")
    for rows in batches:
        columns = list(zip(*rows, strict=True)) or [()] * len(schema)
        batch = pa.table([pa.array(each, kind.type) for each, kind in zip(columns, schema, strict=True)], schema=schema)
        writer.register("batch", batch)
        writer.execute("INSERT INTO affected SELECT * FROM batch")
    left_out = "" if asked.identity else " EXCLUDE (id)"
    is_csv = out.suffix.lower() not in {".parquet", ".pq"}
    joined = " REPLACE (array_to_string(reasons, ' ') AS reasons)" if is_csv else ""
    kind = "CSV, HEADER" if is_csv else "PARQUET"
    writer.execute(
        f"COPY (SELECT *{left_out}{joined} FROM affected ORDER BY row) TO {text(str(out))} (FORMAT {kind})"  # noqa: S608
    )
    return int(writer.execute("SELECT count(*) FROM affected").fetchall()[0][0])
