"""Features of the whole book from its snapshot: bucket by bucket, then party by party, in bounded memory."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kaopu.book.core.history import day_number
from kaopu.book.snapshot import layout
from kaopu.book.snapshot.parts import Part, parts_of
from kaopu.book.snapshot.replay_part import Currencies, read_part
from kaopu.book.snapshot.threads import cores
from kaopu.decision.core.features.book_columns import NO_INSTANT, UNKNOWN, BookColumns, known_by, microseconds
from kaopu.decision.core.features.catalogue import CATALOGUE
from kaopu.decision.core.features.evaluate import column, computed
from kaopu.decision.core.features.feature import Feature, Kind
from kaopu.decision.core.features.local_hour import local_hours
from kaopu.decision.core.features.observation import WIDTH
from kaopu.decision.core.features.party_facts import Partial, PartyFacts, partial, together
from kaopu.decision.core.features.revolving_facts import AccountFacts, columns_for
from kaopu.decision.features.codes import Codes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from numpy.typing import NDArray

    Progress = Callable[[int, int], None]

DEBTS_AT_ONCE = 200_000  # a quarter of a gigabyte of facts for each core
_NAMED = ("product", "category", "merchant_id", "time_zone")
_ARROW = {Kind.NUMBER: pa.float64(), Kind.INTEGER: pa.int64(), Kind.BOOLEAN: pa.bool_()}


@dataclass(frozen=True, slots=True)
class Written:
    """What `features_of_book` did."""

    parties: int
    debts: int
    features: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """By name."""
        return {
            "parties": self.parties,
            "debts": self.debts,
            "features": self.features,
            "seconds": round(self.seconds, 3),
        }


class _Names:
    """Codes shared by all parts of one book."""

    def __init__(self) -> None:
        self.currencies = Currencies()
        self.codes = {name: Codes() for name in _NAMED}


def features_of_book(
    snapshot: Path,
    as_of: date,
    out: Path,
    *,
    known_at: datetime | None = None,
    features: Iterable[Feature] | None = None,
    revolving: Mapping[int, AccountFacts] | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write one row a party, sorted by `party_id`, one column a feature; null means missing, never zero.

    Only events on or before `as_of`, recorded by `known_at` (aware; None: all that the snapshot holds) count. Parties
    without a debt begun by then are left out. `revolving` holds the facts of parties with revolving accounts, which a
    snapshot does not carry; without it those features are null. `progress(done, of)` counts buckets.

    Raises:
        BadInput: for a faulty file or row.
    """
    started = time.perf_counter()
    wanted = computed(CATALOGUE if features is None else features)
    parts, names = parts_of(layout.find(snapshot)), _Names()
    with tempfile.TemporaryDirectory(dir=out.parent if out.parent.is_dir() else None, prefix=".features-") as folder:
        shelf = _Shelf(Path(folder), *_extent(parts))

        own = local()

        def one(part: Part) -> int:
            if not hasattr(own, "room"):
                own.room = _Room()
            try:
                return shelf.put(_partial(part, as_of, known_at, names, own.room if shelf.ranges > 1 else None))
            finally:
                part.release()

        debts = 0
        with ThreadPoolExecutor(cores()) as pool:
            for done, found in enumerate(pool.map(one, parts), 1):
                debts += found
                if progress:
                    progress(done, len(parts))
        parties = _write(shelf, day_number(as_of), wanted, revolving, out)
    return Written(parties, debts, len(wanted), time.perf_counter() - started)


class _Room:
    """Memory that a thread keeps for all its parts: fresh memory is slow."""

    def __init__(self) -> None:
        self._rows = np.empty((0, WIDTH), np.int64)

    def of(self, rows: int) -> NDArray[np.int64]:
        """At least so many rows. What they held before is lost."""
        if len(self._rows) < rows:
            self._rows = np.empty((rows, WIDTH), np.int64)
        return self._rows


class _Shelf:
    """Partial sums by range of party ids: in memory for a small book, in files beside the result for a large one."""

    def __init__(self, folder: Path, debts: int, low: int, high: int) -> None:
        ranges = max(1, -(-debts // DEBTS_AT_ONCE))
        self._cuts = np.array([low + (high - low) * place // ranges for place in range(1, ranges)], np.int64)
        self._folder, self._kept = folder if ranges > 1 else None, []  # type: ignore[var-annotated]
        self.ranges, self._numbers = ranges, count()

    def put(self, found: Partial) -> int:
        """Take one part's sums; how many debts it had."""
        if self._folder is None:
            self._kept.append(found)
            return found.details.shape[1]
        at, of = np.searchsorted(self._cuts, found.party_id, "right"), found.details[0]
        of = np.searchsorted(self._cuts, of, "right")
        name = next(self._numbers)
        for place in np.unique(at):
            with (self._folder / f"{place}-{name}.npy").open("wb") as file:
                for each in (found.party_id[at == place], found.sums[at == place], found.details[:, of == place]):
                    np.save(file, each)
        return found.details.shape[1]

    def take(self, place: int) -> list[Partial]:
        """All of one range."""
        if self._folder is None:
            return self._kept
        found = []
        for path in sorted(self._folder.glob(f"{place}-*.npy")):
            with path.open("rb") as file:
                found.append(Partial(np.load(file), np.load(file), np.load(file)))
            path.unlink()
        return found


def _write(
    shelf: _Shelf, as_of_day: int, wanted: list[Feature], revolving: Mapping[int, AccountFacts] | None, out: Path
) -> int:
    schema = pa.schema(
        [pa.field("party_id", pa.int64(), nullable=False)] + [pa.field(each.name, _ARROW[each.kind]) for each in wanted]
    )

    def one(place: int) -> pa.Table | None:
        if not (parts := shelf.take(place)):
            return None
        whole = together(parts)
        told = None if revolving is None else columns_for(whole.party_id.tolist(), revolving)
        return table_of(PartyFacts(as_of_day, whole, told), wanted, schema)

    parties, beside = 0, out.with_name(f".{out.name}.part")
    with pq.ParquetWriter(beside, schema) as writer, ThreadPoolExecutor(cores()) as pool:
        # A batch of ranges at a time, so that finished tables do not pile up.
        for first in range(0, shelf.ranges, cores()):
            for table in pool.map(one, range(first, min(first + cores(), shelf.ranges))):
                if table is not None:
                    writer.write_table(table)
                    parties += len(table)
    beside.replace(out)
    return parties


def table_of(facts: PartyFacts, wanted: list[Feature], schema: pa.Schema | None = None) -> pa.Table:
    """The features of these parties as Arrow, one row a party."""
    arrays = [pa.array(facts.parts.party_id)]
    for feature in wanted:
        found = column(feature, facts)
        arrays.append(pa.array(found.values, _ARROW[feature.kind], mask=~found.known))
    return pa.table(arrays, schema=schema) if schema else pa.table(arrays, ["party_id", *(f.name for f in wanted)])


def _partial(part: Part, as_of: date, known_at: datetime | None, names: _Names, room: _Room | None) -> Partial:
    columns = known_by(
        columns_of(part, names, with_recorded=known_at is not None),
        day_number(as_of),
        None if known_at is None else microseconds(known_at),
    )
    return partial(columns, as_of, None if room is None else room.of(len(columns.party_id)))


def columns_of(part: Part, names: _Names, *, with_recorded: bool) -> BookColumns:
    """One bucket as columns. A column that the snapshot leaves out is unknown in every row."""
    read = read_part(part, names.currencies)
    present = set(part.names("debts"))
    extra = [name for name in (*_NAMED, "opened_at") if name in present]
    table = part.rows("debts", ["debt_id", "party_id", *extra]).table
    rows = len(table)

    def codes(name: str) -> NDArray[np.int64]:
        return names.codes[name].of_column(table.column(name)) if name in extra else np.full(rows, UNKNOWN, np.int64)

    opened = _instants(table.column("opened_at")) if "opened_at" in extra else np.full(rows, NO_INSTANT, np.int64)
    zone = codes("time_zone")
    recorded = np.empty(0, np.int64)
    if with_recorded and "recorded_at" in part.names("events"):
        recorded = _instants(part.rows("events", ["debt_id", "recorded_at"]).table.column("recorded_at"))
    return BookColumns(
        of_kernel=read.of_kernel,
        party_id=table.column("party_id").to_numpy().astype(np.int64),
        currency=read.currency.astype(np.int64),
        local_hour=local_hours(opened, zone, names.codes["time_zone"].names),
        category=codes("category"),
        merchant=codes("merchant_id"),
        product=codes("product"),
        recorded_at=recorded,
    )


def _instants(column: pa.ChunkedArray) -> NDArray[np.int64]:
    if pa.types.is_null(column.type):
        return np.full(len(column), NO_INSTANT, np.int64)
    plain = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
    found: NDArray[np.int64] = plain.fill_null(NO_INSTANT).to_numpy()
    return found


def _extent(parts: list[Part]) -> tuple[int, int, int]:
    """Debts, and the lowest and highest party id."""
    debts, low, high = 0, 1 << 62, -(1 << 62)
    for part in parts:
        ids = part.rows("debts", ["debt_id", "party_id"]).table.column("party_id").to_numpy()
        if len(ids):
            debts, low, high = debts + len(ids), min(low, int(ids.min())), max(high, int(ids.max()))
    return debts, low, high
