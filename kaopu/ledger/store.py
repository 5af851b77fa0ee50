"""What the journal holds, as core values: charts, runs, totals, sums posted so far."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from kaopu.book.models import ImportBatch
from kaopu.ledger.core.cause import SOURCE_CAUSES
from kaopu.ledger.core.chart import Chart, chart_from_json
from kaopu.ledger.core.chart_file import read_chart
from kaopu.ledger.core.entries import Posted, posted
from kaopu.ledger.models import ChartVersion, PostingRun, RunTotal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

DEFAULT_CHART = Path(__file__).parent / "charts" / "default.toml"
POSTING_LOCK = 0x6B616F7003

_POSTED = """
SELECT j.debt_id, u.code, sum(u.amount)::bigint
FROM ledger_journalrow j, unnest(j.codes, j.amounts) AS u (code, amount)
{where} GROUP BY 1, 2
"""
_GONE = """
SELECT j.debt_id, min(j.currency), min(r.as_of)
FROM ledger_journalrow j JOIN ledger_postingrun r ON r.id = j.run_id
WHERE NOT EXISTS (SELECT 1 FROM book_debt d WHERE d.debt_id = j.debt_id)
GROUP BY 1 ORDER BY 1
"""
# For each debt with rows that the posting before may not have seen, the earliest day that one of them speaks of.
_EARLIEST = """
SELECT debt_id, min(day) FROM (
  SELECT e.debt_id, e."on" AS day FROM book_event e WHERE e.written_by >= %(watermark)s
  UNION ALL
  SELECT s.debt_id, coalesce(s.from_on, d.disbursed_on) FROM book_scheduleversion s JOIN book_debt d USING (debt_id)
  WHERE s.written_by >= %(watermark)s
  UNION ALL
  SELECT d.debt_id, d.disbursed_on FROM book_debt d WHERE d.written_by >= %(watermark)s
) changed GROUP BY 1 ORDER BY 1
"""


def packaged_chart() -> Chart:
    """The chart that a new home starts with."""
    return _packaged(DEFAULT_CHART.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _packaged(_changed: int) -> Chart:
    return read_chart(DEFAULT_CHART.read_text(encoding="utf-8"), DEFAULT_CHART.name)


def newest_chart() -> ChartVersion | None:
    """The chart that the next posting uses; None: the packaged one, which that posting takes in."""
    return ChartVersion.objects.order_by("-pk").first()


def chart_in_force() -> Chart:
    """The chart that the next posting uses."""
    newest = newest_chart()
    return chart_from_json(newest.content) if newest else packaged_chart()


def last_run() -> PostingRun | None:
    """The newest posting."""
    return PostingRun.objects.select_related("chart").order_by("-pk").first()


def run_at(as_of: date) -> PostingRun | None:
    """The newest posting that reaches no further than a day."""
    return PostingRun.objects.select_related("chart").filter(as_of__lte=as_of).order_by("-pk").first()


def totals_between(after: date | None, until: date, nature: int | None = None) -> dict[str, dict[int, int]]:
    """Posted sums by currency and cause: of the runs after one day (None: from the beginning) up to another."""
    rows = RunTotal.objects.filter(run__as_of__lte=until)
    if after is not None:
        rows = rows.filter(run__as_of__gt=after)
    if nature is not None:
        rows = rows.filter(nature=nature)
    found: dict[str, dict[int, int]] = {}
    for currency, code, amount in rows.values_list("currency", "code", "amount"):
        mine = found.setdefault(currency, {})
        mine[code] = mine.get(code, 0) + amount
    return found


def posted_sums(debts: Iterable[int]) -> Posted:
    """What was posted so far of some debts."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTED.format(where="WHERE j.debt_id = ANY(%s)"), [list(debts)])
        lines = np.array(cursor.fetchall(), np.int64).reshape(-1, 3)
    return posted(lines[:, 0], lines[:, 1].astype(np.int16), lines[:, 2])


def all_posted_sums() -> Posted:
    """What was posted so far of every debt, and committed: by Arrow, no object a row."""
    from kaopu.book import arrow_store

    table = arrow_store.query(_POSTED.format(where=""))
    debt_id, code, amount = (table.column(place).to_numpy() for place in range(3))
    return posted(debt_id, code.astype(np.int16), amount)


def source_sums() -> dict[str, dict[int, int]]:
    """What was posted so far of money that no debt has, by currency and cause."""
    codes = [cause.code for cause in SOURCE_CAUSES]
    found: dict[str, dict[int, int]] = {}
    for currency, code, amount in RunTotal.objects.filter(code__in=codes).values_list("currency", "code", "amount"):
        mine = found.setdefault(currency, {})
        mine[code] = mine.get(code, 0) + amount
    return found


def earliest_changes(watermark: int) -> dict[int, date]:
    """Debts with rows that a snapshot with this watermark may not have held, and the earliest day those speak of."""
    with connection.cursor() as cursor:
        cursor.execute(_EARLIEST, {"watermark": watermark})
        return dict(cursor.fetchall())


def undone_imports() -> int:
    """How many imports were undone so far: their debts are gone without a trace."""
    return ImportBatch.objects.filter(status=ImportBatch.Status.UNDONE).count()


def gone_debts() -> dict[int, tuple[str, date]]:
    """Debts that were posted and are no longer in the book: currency, and the day they were posted first."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE)
        return {debt_id: (currency, day) for debt_id, currency, day in cursor.fetchall()}
