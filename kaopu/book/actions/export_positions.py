"""Write positions of the current close, or schedules in force, as CSV or Parquet for others to read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kaopu.book import arrow_store, store
from kaopu.book.core.classification import BUCKETS, CLASSES
from kaopu.book.core.position_columns import OUT64
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

FORMATS = (".csv", ".parquet")
_WORDS = {
    "class": f"(ARRAY{list(CLASSES)})[r.class_code + 1]",
    "bucket": f"(ARRAY{list(BUCKETS)})[r.bucket_code + 1]",
}
_POSITIONS = f"""
SELECT d.debt_id, d.source, d.external_id, d.party_id, d.currency, d.portfolio, d.owner, d.participation_ppm, c.as_of,
  {", ".join(f"r.{name}" for name in OUT64)}, r.days_past_due, r.worst_days_past_due, r.next_due,
  {_WORDS["class"]} AS class, {_WORDS["bucket"]} AS bucket
FROM book_positionrow r JOIN book_closerun c ON c.id = r.close_run_id JOIN book_debt d ON d.debt_id = r.debt_id
WHERE c.is_current ORDER BY d.debt_id
"""  # noqa: S608 - names of columns, from this package
# The version in force: the highest whose cause is not reversed; a reversal may itself be reversed, so walk the chain.
_SCHEDULES = """
WITH RECURSIVE chain(root, event_id, depth) AS (
  SELECT cause_event_id, cause_event_id, 0 FROM book_scheduleversion WHERE cause_event_id IS NOT NULL
  UNION ALL SELECT chain.root, e.event_id, depth + 1 FROM chain JOIN book_event e ON e.reverses_id = chain.event_id
), gone AS (SELECT root FROM chain GROUP BY root HAVING max(depth) % 2 = 1)
SELECT v.debt_id, v.version, i.seq, i.due_on, i.principal, i.interest, i.fee FROM (
  SELECT DISTINCT ON (debt_id) * FROM book_scheduleversion
  WHERE cause_event_id IS NULL OR cause_event_id NOT IN (SELECT root FROM gone)
  ORDER BY debt_id, version DESC
) v CROSS JOIN LATERAL unnest(v.seq, v.due_on, v.principal, v.interest, v.fee)
  WITH ORDINALITY AS i(seq, due_on, principal, interest, fee, place)
ORDER BY v.debt_id, i.place
"""
QUERIES = {"positions": _POSITIONS, "schedules": _SCHEDULES}


def export_positions(what: str, path: Path) -> int:
    """Write `what` ("positions" or "schedules") to `path`; the number of rows. Amounts in minor units.

    The suffix says the format. The file appears once it is whole, readable by its owner only.
    """
    if path.suffix not in FORMATS:
        raise BadInput(f"out: {path.name} given, expected a name that ends in {' or '.join(FORMATS)}")
    if what == "positions" and store.current_close() is None:
        raise BadInput("positions: the book was never closed, expected `kaopu book close` first")
    table = arrow_store.query(QUERIES[what])
    part = path.with_name(f".{path.name}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        _write(table, part, path.suffix)
        part.replace(path)
    except OSError as problem:
        raise BadInput(f"out: {path}: {problem.strerror}, expected a place that can be written") from None
    return table.num_rows


def _write(table: pa.Table, part: Path, suffix: str) -> None:
    if suffix == ".parquet":
        from pyarrow import parquet

        parquet.write_table(table, part)
    else:
        from pyarrow import csv

        csv.write_csv(table, part)
