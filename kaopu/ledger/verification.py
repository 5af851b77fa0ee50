"""The ledger's part of `kaopu book verify`: rows, totals, replay and control accounts say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from kaopu.book.snapshot import layout
from kaopu.book.snapshot.parts import parts_of
from kaopu.book.snapshot.replay_part import Currencies, Memory, read_part
from kaopu.ledger import statements, store
from kaopu.ledger.book_sums import Day, on_balance, stands
from kaopu.ledger.classes import classed_debts, classes_on
from kaopu.ledger.core.cause import CAUSES, SOURCES_FROM
from kaopu.ledger.core.chart import chart_from_json
from kaopu.ledger.core.control import controls
from kaopu.receipts.store import standing_differs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.book.actions.refresh_snapshot import Refreshed
    from kaopu.ledger.book_sums import Stands
    from kaopu.ledger.core.entries import Posted
    from kaopu.ledger.models import PostingRun

TOLD = 10
_TOTALS = """
SELECT coalesce(t.run_id, r.run_id), coalesce(t.currency, r.currency), coalesce(t.code, r.code), t.amount, r.amount
FROM (SELECT run_id, currency, nature, code, amount FROM ledger_runtotal WHERE code < %(sources)s) t
FULL JOIN (
  SELECT j.run_id, j.currency, j.nature, u.code, sum(u.amount)::bigint AS amount
  FROM ledger_journalrow j, unnest(j.codes, j.amounts) AS u (code, amount) GROUP BY 1, 2, 3, 4
) r USING (run_id, currency, nature, code)
WHERE coalesce(t.amount, 0) <> coalesce(r.amount, 0) ORDER BY 1 LIMIT %(most)s
"""


def ledger_faults(refreshed: Refreshed) -> list[str]:
    """What is wrong, in words; nothing where all holds.

    What was recorded since the last posting is not wrong: the next posting books it.
    """
    last, found = store.last_run(), _receipts()
    if last is None:
        return found
    found += _totals() + _balances(last)
    if refreshed.buckets:
        found += _debts(refreshed, last)
    return found


def _receipts() -> list[str]:
    """Receipts whose total is not matched + suspense + returned: the bank account of the ledger rests on them."""
    return [f"R-{number}: its standing is not the sum of its rows" for number in standing_differs()]


def _totals() -> list[str]:
    """Totals of runs that are not the sums of their rows."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"sources": SOURCES_FROM, "most": TOLD})
        return [
            f"posting {run}, {currency}, cause {code}: the total says {total}, its rows {rows}"
            for run, currency, code, total, rows in cursor.fetchall()
        ]


def _balances(last: PostingRun) -> list[str]:
    sums = statements.sums_to(last.as_of)
    return [
        f"{currency}: debit and credit differ"
        for currency in sums.currencies
        if not statements.trial_balance_of(sums, currency).balanced
    ]


def _debts(refreshed: Refreshed, last: PostingRun) -> list[str]:
    """Debts whose posted sums are not a replay to the last posting's day, or not what their position says."""
    newer = np.array(sorted(store.earliest_changes(min(last.watermark, refreshed.watermark))), np.int64)
    if len(newer):
        newer = np.union1d(newer, np.array(classed_debts(), np.int64))
    posted = store.all_posted_sums()
    day = Day(last.as_of, chart_from_json(last.chart.content).rates, classes_on(last.as_of))
    memory, currencies = Memory(), Currencies()
    found: list[str] = []
    # An import undone since the last posting is booked back by the next one.
    seen = [newer] if store.undone_imports() == last.undone else [newer, np.fromiter(store.gone_debts(), np.int64)]
    for part in parts_of(layout.find(refreshed.folder)):
        columns = read_part(part, currencies)
        at_day = stands(columns, day, memory, on_balance(part, len(columns.debt_id)))
        same = ~np.isin(columns.debt_id, newer)
        found += _differences(columns.debt_id, same, at_day, posted)
        seen.append(columns.debt_id)
        part.release()
        if len(found) >= TOLD:
            break
    else:
        unknown = np.setdiff1d(posted.debt_id, np.concatenate(seen))
        unknown = unknown[posted.sums(unknown).any(axis=0)]
        found += [f"D-{debt_id}: posted, but not in the book" for debt_id in unknown[:TOLD].tolist()]
    return found[:TOLD]


def _differences(debt_id: NDArray[np.int64], same: NDArray[np.bool_], at_day: Stands, posted: Posted) -> list[str]:
    booked = posted.sums(debt_id)
    differs = (booked != at_day.sums).any(axis=0) & same
    found = []
    for column in np.flatnonzero(differs)[:TOLD].tolist():
        place = int(np.flatnonzero(booked[:, column] != at_day.sums[:, column])[0])
        one, two = int(booked[place, column]), int(at_day.sums[place, column])
        found.append(f"D-{debt_id[column]} {CAUSES[place].name}: {one} posted, {two} replayed")
    counted = same & booked.any(axis=0)
    for name, (ledger, position) in controls(booked, at_day.standing, at_day.position).items():
        wrong = np.flatnonzero((ledger != position) & counted)[:TOLD]
        found += [f"D-{debt_id[at]} {name}: {ledger[at]} in the ledger, {position[at]} owed" for at in wrong.tolist()]
    return found
