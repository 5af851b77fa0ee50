"""The close of a snapshot: every part read, replayed and written by as many threads as there are cores.

No step waits on Python objects: reading, the kernel and writing release the interpreter's lock, and each thread uses
its memory again for the next part.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from threading import Event, local
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.book.core.position_columns import FLAG_EXISTS, OUT32, OUT64
from kaopu.book.core.replay import SOURCES
from kaopu.book.snapshot import layout, totals
from kaopu.book.snapshot.class_rules import asked_of, asks_more
from kaopu.book.snapshot.classes import ClassStage
from kaopu.book.snapshot.extended import replay_extended
from kaopu.book.snapshot.lock import locked
from kaopu.book.snapshot.parts import Part, parts_of
from kaopu.book.snapshot.replay_part import MOST_CURRENCIES, Currencies, Memory, checked_ids, read_part, replay_to
from kaopu.book.snapshot.result_folder import ResultFolder, bucket_name
from kaopu.book.snapshot.threads import cores
from kaopu.book.snapshot.unique_ids import AnyIds, SortedIds, repeat_fault
from kaopu.book.snapshot.writer import Writer
from kaopu.book.snapshot.written import read_sums
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Progress = Callable[[int, int], None]

_FLAGS = OUT32.index("flags")
_EPOCH = date(1970, 1, 1).toordinal()


def close_snapshot(  # noqa: PLR0917 - the command passes them by name
    source: Path,
    as_of: date,
    out: Path,
    progress: Progress | None = None,
    threads: int | None = None,
    durable: bool = False,  # noqa: FBT001, FBT002 - same
) -> dict[str, Any]:
    """Close the snapshot in the folder `source` to the end of `as_of` into `out/positions/as_of=…`.

    Safe to run again: the same inputs give the same bytes. Killed at any moment it leaves the old result or the new
    one, and the next close of the same inputs goes on where it stopped.

    Args:
        source: folder of a snapshot, see docs/snapshot.md.
        as_of: the day; debts disbursed later are left out.
        out: folder of results.
        progress: called with parts done and parts in all.
        threads: one a core by default.
        durable: wait until the disk has it all; without it a power cut, not a kill, may cost the result of that day.

    Returns:
        The keys of `kaopu book close`. `seconds` is read, replay and write with class and totals.

    Raises:
        BadInput: for a faulty file or row; nothing is written then.
    """
    warm()
    started = time.perf_counter()
    snapshot = layout.find(source)
    folder = ResultFolder(out, as_of, snapshot.fingerprint(as_of, SOURCES))
    made = _missing_folders(folder.place.parent)
    try:
        with locked(folder.lock, lambda: _say(f"another close of {as_of} writes to {out}; waiting for it")):
            folder.begin()
            try:
                run = _Run(parts_of(snapshot), folder, _day(as_of), ClassStage(as_of))
                run.all_parts(threads or cores(), progress)
            except BadInput:
                folder.give_up()
                raise
            result = {"as_of": as_of.isoformat(), **totals.as_json(run.sums(), run.currencies.names)}
            folder.finish({**result, "fingerprint": folder.fingerprint, "buckets": run.files()}, durable=durable)
    except BadInput:
        for each in made:
            if each.is_dir() and not any(each.iterdir()):
                each.rmdir()
        raise
    return {**result, "seconds": round(time.perf_counter() - started, 3), "positions": str(folder.place)}


def warm() -> None:
    """Load the compiled kernel, so that `seconds` measures the close and not the compiler."""
    wide, narrow = Memory().room(0)
    totals.add_up(wide, narrow, np.empty(0, np.int8), totals.no_sums(1))


@dataclass(slots=True)
class _Run:
    parts: list[Part]
    folder: ResultFolder
    day: int
    classes: ClassStage
    currencies: Currencies = field(default_factory=Currencies)
    debt_ids: SortedIds = field(default_factory=SortedIds)
    event_ids: AnyIds = field(default_factory=AnyIds)
    stop: Event = field(default_factory=Event)
    own: local = field(default_factory=local)
    tables: list[NDArray[np.int64]] = field(default_factory=list)
    rows: dict[int, int] = field(default_factory=dict)

    def all_parts(self, threads: int, progress: Progress | None) -> None:
        """Close every part. The first fault stops all threads and is raised."""
        with ThreadPoolExecutor(threads, initializer=self._begin_thread) as pool:
            waiting = [pool.submit(self._one, number) for number in range(len(self.parts))]
            try:
                for done, each in enumerate(waiting, 1):
                    each.result()
                    if progress is not None:
                        progress(done, len(waiting))
            except BaseException:
                self.stop.set()
                pool.shutdown(cancel_futures=True)
                raise
        if not self.debt_ids.are_unique():
            raise repeat_fault(self.parts, "debts", "debt_id")
        if not self.event_ids.are_unique():
            raise repeat_fault(self.parts, "events", "event_id")
        moved = totals.no_sums(MOST_CURRENCIES)
        self.classes.finish(self.parts, self.folder.bucket, self.currencies, moved)
        self.tables.append(moved)

    def sums(self) -> NDArray[np.int64]:
        """The sums of all threads."""
        return sum(self.tables, totals.no_sums(MOST_CURRENCIES))

    def files(self) -> list[dict[str, Any]]:
        """What was written, for the manifest."""
        return [
            {"file": bucket_name(number), "rows": rows, "bytes": self.folder.bucket(number).stat().st_size}
            for number, rows in sorted(self.rows.items())
        ]

    def _begin_thread(self) -> None:
        self.own.memory, self.own.writer = Memory(), Writer()
        self.own.sums = totals.no_sums(MOST_CURRENCIES)
        self.tables.append(self.own.sums)

    def _one(self, number: int) -> None:
        if self.stop.is_set():
            return
        part, path = self.parts[number], self.folder.bucket(number)
        try:
            if path.exists() and not asks_more(part):
                self._take_over(part, path, number)
            else:
                self._close(part, path, number)
        except BadInput:
            self.stop.set()
            raise
        finally:
            part.release()

    def _close(self, part: Part, path: Path, number: int) -> None:
        done = read_part(part, self.currencies)
        self.debt_ids.add(done.debt_id)
        self.event_ids.add(done.event_id)
        asked = asked_of(done.debts)
        if asked is None:
            out64, out32 = replay_to(done, self.day, self.own.memory)
        else:
            wide, narrow = replay_extended(done, self.day, self.own.memory)
            self.classes.take(part, done, asked, self.currencies.names, (wide, narrow))
            out64, out32 = wide[: len(OUT64)], narrow[: len(OUT32)]
        count = totals.add_up(out64, out32, done.currency, self.own.sums)
        debt_id = done.debt_id
        if count < len(debt_id):
            exists = np.flatnonzero(out32[_FLAGS] & FLAG_EXISTS)
            debt_id, out64, out32 = (
                debt_id[exists],
                np.ascontiguousarray(out64[:, exists]),
                np.ascontiguousarray(out32[:, exists]),
            )
        unfinished = path.with_suffix(".part")
        self.own.writer.write(unfinished, debt_id, out64, out32)
        unfinished.rename(path)
        self.rows[number] = count

    def _take_over(self, part: Part, path: Path, number: int) -> None:
        # A part that a killed close had finished: its rows were good then, so only sums and ids are read again.
        debts = part.rows("debts", ["debt_id", "currency"])
        currency = debts.codes("currency", self.currencies, "an ISO 4217 code")
        debt_id = debts.numbers("debt_id")
        self.debt_ids.add(debt_id)
        events = part.rows("events", ["debt_id"])
        if events.column("event_id") is not None:
            self.event_ids.add(checked_ids(part.rows("events", ["debt_id", "event_id"])))
        self.rows[number] = read_sums(path, debt_id, currency, self.own.sums)


def _day(as_of: date) -> int:
    return as_of.toordinal() - _EPOCH


def _missing_folders(path: Path) -> list[Path]:
    # Deepest first: a close that fails removes the folders that it made.
    return [each for each in (path, *path.parents) if not each.exists()]


def _say(message: str) -> None:
    sys.stderr.write(f"kaopu: {message}\n")
