"""Post the book to a day: differences of cumulative sums since the posting before, in one transaction."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection, transaction

from kaopu.book.actions.refresh_snapshot import MANIFEST, held, refresh_held, snapshot_folder
from kaopu.book.core.replay import SOURCES
from kaopu.book.snapshot.replay_part import Currencies
from kaopu.kernel import audit, events
from kaopu.kernel.core.errors import BadInput
from kaopu.ledger import book_sums, journal_rows, sources, store
from kaopu.ledger.actions.install_chart import chart_row
from kaopu.ledger.book_sums import Day
from kaopu.ledger.core.cause import CAUSES
from kaopu.ledger.core.chart import chart_from_json
from kaopu.ledger.core.entries import Posted, entries
from kaopu.ledger.models import CORRECTION, OWN, PostingRun, RunTotal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from kaopu.book.actions.refresh_snapshot import Refreshed
    from kaopu.ledger.book_sums import PartSums
    from kaopu.ledger.core.rates import Rates
    from kaopu.ledger.models import ChartVersion

    Amounts = NDArray[np.int64]
    Progress = Callable[[int, int], None]

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class PostedLedger:
    """One posting. `repeated`: the day was posted before and nothing changed since; `run` is that posting."""

    run: int
    as_of: date
    from_on: date | None
    debts: int
    corrections: int
    repeated: bool = False


def post_ledger(as_of: date, actor: str, now: datetime, progress: Progress | None = None) -> PostedLedger:
    """Post what is not posted yet up to the end of a day; what changed in days posted before, as corrections.

    Killed at any moment, the journal is as before. A second posting at the same time waits. `progress(done, of)` counts
    debts.

    Raises:
        BadInput: for a day before the last posting.
    """
    folder = snapshot_folder()
    with _one_at_a_time(), held(folder):
        last = store.last_run()
        if last and as_of < last.as_of:
            raise BadInput(
                f"as of {as_of}: the ledger is posted to {last.as_of}; expected that day or a later one."
                " What changed on earlier days is posted there, as a correction with both dates"
            )
        refreshed = refresh_held(folder)
        with transaction.atomic():
            return _Posting(folder, refreshed, as_of, last, actor, now).run(progress)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """One posting a database. The lock belongs to the session: it ends with the process, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [store.POSTING_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [store.POSTING_LOCK])


@dataclass(slots=True)
class _Posting:
    folder: Path
    refreshed: Refreshed
    as_of: date
    last: PostingRun | None
    actor: str
    now: datetime
    currencies: Currencies = field(default_factory=Currencies)
    sums: dict[int, dict[int, Amounts]] = field(default_factory=lambda: {OWN: {}, CORRECTION: {}})
    counts: dict[int, int] = field(default_factory=lambda: {OWN: 0, CORRECTION: 0})
    debts: int = 0

    def run(self, progress: Progress | None) -> PostedLedger:
        """Write rows, totals and the run itself, last: a row refers to its run by the end of the transaction."""
        chart = chart_row(self.actor, self.now)
        undone = _undone(self.folder)
        run_id = _next_id()
        earliest = store.earliest_changes(self.last.watermark) if self.last else {}
        gone = store.gone_debts() if self.last and undone != self.last.undone else {}
        whole = self.last is not None and self.last.kernel != _kernel()
        known = _known(earliest, gone, whole=whole) if self.last else None
        for part in book_sums.part_sums(self.folder, self._days(chart), self.currencies):
            self._part(run_id, part, earliest, known, whole=whole)
            for debt_id in [debt for debt in gone if _holds(part.debt_id, debt)]:
                del gone[debt_id]  # taken out since the snapshot was made: the next posting reverses it
            if progress:
                progress(self.debts, self.debts)
        if known is not None:
            self._reverse(run_id, gone, known)
        totals = [*self._totals(run_id), *self._source_totals(run_id)]
        if (
            self.last
            and self.as_of == self.last.as_of
            and not totals
            and not self.counts[OWN] + self.counts[CORRECTION]
        ):
            return _as_answer(self.last, repeated=True)
        return self._finish(run_id, chart, undone, totals)

    def _days(self, chart: ChartVersion) -> list[Day]:
        """The day of the posting before under the rates that it had, and the day of this one."""
        days = [Day(self.as_of, _rates(chart))]
        return [Day(self.last.as_of, _rates(self.last.chart)), *days] if self.last else days

    def _part(
        self, run_id: int, part: PartSums, earliest: dict[int, date], known: Posted | None, *, whole: bool
    ) -> None:
        self.debts += part.count
        names = np.array([*self.currencies.names, ""])[part.currency]
        own = part.sums[-1]
        if known is not None:
            before = part.sums[0]
            own = own - before
            changed = np.arange(part.count) if whole else _places(part.debt_id, earliest)
            found = before[:, changed] - known.sums(part.debt_id[changed])
            rows = entries(found)
            days = _effective(part.debt_id[changed], earliest, self.last)
            journal_rows.append(run_id, CORRECTION, rows, part.debt_id[changed], names[changed], days)
            self._add(CORRECTION, found, part.currency[changed], len(rows.places))
        rows = entries(own)
        journal_rows.append(run_id, OWN, rows, part.debt_id, names)
        self._add(OWN, own, part.currency, len(rows.places))

    def _add(self, nature: int, found: Amounts, currency: NDArray[np.int8], rows: int) -> None:
        self.counts[nature] += rows
        if rows:
            book_sums.add_by_currency(self.sums[nature], found, currency)

    def _reverse(self, run_id: int, gone: dict[int, tuple[str, date]], known: Posted) -> None:
        """Debts that an undone import took along: what was posted of them is posted back."""
        if not gone:
            return
        ids = np.array(sorted(gone), np.int64)
        names = np.array([gone[debt][0] for debt in ids.tolist()])
        for name in set(names.tolist()) - set(self.currencies.names):
            self.currencies.names.append(name)
        codes = np.array([self.currencies.names.index(name) for name in names.tolist()], np.int8)
        found = -known.sums(ids)
        rows = entries(found)
        days = np.array([_number(gone[debt][1]) for debt in ids.tolist()], np.int32)
        journal_rows.append(run_id, CORRECTION, rows, ids, names, days)
        self._add(CORRECTION, found, codes, len(rows.places))

    def _totals(self, run_id: int) -> list[RunTotal]:
        return [
            RunTotal(run_id=run_id, currency=self.currencies.names[code], nature=nature, code=cause.code, amount=amount)
            for nature, by_currency in self.sums.items()
            for code, amounts in by_currency.items()
            for cause, amount in zip(CAUSES, amounts.tolist(), strict=True)
            if amount
        ]

    def _source_totals(self, run_id: int) -> list[RunTotal]:
        now = sources.sums_at(self.as_of)
        before = sources.sums_at(self.last.as_of) if self.last else {}
        booked = store.source_sums() if self.last else {}
        found = []
        for currency in sorted({*now, *before, *booked}):
            mine = [each.get(currency, {}) for each in (now, before, booked)]
            for code in sorted({code for each in mine for code in each}):
                at_end, at_start, posted = (each.get(code, 0) for each in mine)
                for nature, amount in ((OWN, at_end - at_start), (CORRECTION, at_start - posted)):
                    if amount:
                        found.append(
                            RunTotal(run_id=run_id, currency=currency, nature=nature, code=code, amount=amount)
                        )
        return found

    def _finish(self, run_id: int, chart: ChartVersion, undone: int, totals: list[RunTotal]) -> PostedLedger:
        run = PostingRun.objects.create(
            id=run_id,
            as_of=self.as_of,
            from_on=self.last.as_of if self.last else None,
            fingerprint=hashlib.sha256(f"{self.refreshed.fingerprint} {self.as_of} {_kernel()}".encode()).hexdigest(),
            watermark=self.refreshed.watermark,
            undone=undone,
            kernel=_kernel(),
            chart=chart,
            debts=self.counts[OWN],
            corrections=self.counts[CORRECTION],
            posted_at=self.now,
            posted_by=self.actor,
        )
        RunTotal.objects.bulk_create(totals)
        details: dict[str, object] = {"as_of": str(self.as_of), "corrections": run.corrections, "chart": chart.pk}
        audit.record(act="ledger.posted", subject=f"posting:{run_id}", actor=self.actor, at=self.now, details=details)
        events.emit("ledger.posted", {"posting": run_id, "as_of": str(self.as_of)}, self.now)
        return _as_answer(run)


def _as_answer(run: PostingRun, *, repeated: bool = False) -> PostedLedger:
    return PostedLedger(run.pk, run.as_of, run.from_on, run.debts, run.corrections, repeated)


def _known(earliest: dict[int, date], gone: dict[int, Any], *, whole: bool) -> Posted:
    return store.all_posted_sums() if whole else store.posted_sums({*earliest, *gone})


def _places(debt_id: NDArray[np.int64], among: dict[int, date]) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(debt_id, np.fromiter(among, np.int64, len(among))))


def _holds(debt_id: NDArray[np.int64], debt: int) -> bool:
    place = int(np.searchsorted(debt_id, debt))
    return place < len(debt_id) and debt_id[place] == debt


def _effective(debt_id: NDArray[np.int64], earliest: dict[int, date], last: PostingRun | None) -> NDArray[np.int32]:
    """The day that a correction reaches back to; the last posting's where no new row says an earlier one."""
    default = last.as_of if last else date.min
    return np.array([_number(min(earliest.get(debt, default), default)) for debt in debt_id.tolist()], np.int32)


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _kernel() -> str:
    return f"{SOURCES & (2**64 - 1):x}"


def _rates(row: ChartVersion) -> Rates:
    return chart_from_json(row.content).rates


def _undone(folder: Path) -> int:
    return int(json.loads((folder / MANIFEST).read_bytes())["undone"])


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('ledger_postingrun', 'id'))")
        return int(cursor.fetchone()[0])
