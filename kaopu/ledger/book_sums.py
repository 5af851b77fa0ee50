"""The book's cumulative sums on one day or several, part by part of the snapshot, a thread for each core."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from threading import local
from typing import TYPE_CHECKING

import numpy as np

from kaopu.book.core.position_columns import COUNTERS, OUT32, OUT64
from kaopu.book.snapshot import layout
from kaopu.book.snapshot.extended import replay_extended
from kaopu.book.snapshot.parts import Part, parts_of
from kaopu.book.snapshot.replay_part import Columns, Currencies, Memory, read_part
from kaopu.book.snapshot.threads import cores
from kaopu.ledger.core.cause import CAUSES
from kaopu.ledger.core.vectors import Standing, vectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kaopu.ledger.core.rates import Rates

    Amounts = NDArray[np.int64]

_EPOCH = date(1970, 1, 1).toordinal()
_PRINCIPAL = 2  # place among the kernel's arguments, see `replay_part.read_part`
_PARTS_AHEAD = 2  # parts that wait to be written, a thread: memory does not grow with the book


@dataclass(frozen=True, slots=True)
class Day:
    """A day to replay to, the rates of tax and allowance that hold on it, and classes that the kernel does not know."""

    on: date
    rates: Rates
    classes: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stands:
    """The debts of a part on one day: what the journal sums up, and the position's columns by name."""

    sums: Amounts
    standing: Standing
    position: dict[str, Amounts]


@dataclass(frozen=True, slots=True)
class PartSums:
    """The debts of a part, sorted, with the code of their currency and their sums on each day asked for."""

    debt_id: NDArray[np.int64]
    currency: NDArray[np.int8]
    sums: tuple[Amounts, ...]

    @property
    def count(self) -> int:
        """How many debts."""
        return len(self.debt_id)


def part_sums(folder: Path, days: Sequence[Day], currencies: Currencies) -> Iterator[PartSums]:
    """Every part in its order, replayed to each of `days`; nothing for a snapshot without debts."""
    own = local()

    def one(part: Part) -> PartSums:
        if not hasattr(own, "memory"):
            own.memory = Memory()
        try:
            columns = read_part(part, currencies)
            counted = on_balance(part, len(columns.debt_id))
            found = tuple(stands(columns, day, own.memory, counted).sums for day in days)
            return PartSums(columns.debt_id, columns.currency, found)
        finally:
            part.release()

    parts = iter(parts_of(layout.find(folder)) if (folder / "debts").exists() and _any(folder) else ())
    threads = cores()
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[PartSums]] = deque()
        for part in parts:
            waiting.append(pool.submit(one, part))
            if len(waiting) >= threads + _PARTS_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _any(folder: Path) -> bool:
    return any((folder / "debts").glob("bucket-*.parquet"))


def stands(columns: Columns, day: Day, memory: Memory, counted: NDArray[np.bool_]) -> Stands:
    """The debts of a part at the end of a day. What is not `counted` sums up to nothing.

    `standing` and `position` are views of `memory`: lost with the next replay into it.
    """
    out64, out32 = replay_extended(columns, day.on.toordinal() - _EPOCH, memory)
    counters = {name: out64[len(OUT64) + place] for place, name in enumerate(COUNTERS)}
    class_code = _classes(columns.debt_id, out32[OUT32.index("class")], day.classes)
    standing = Standing(counters, columns.of_kernel[_PRINCIPAL], class_code, out32[OUT32.index("flags")])
    sums = vectors(standing, day.rates)
    if not counted.all():
        sums *= counted
    return Stands(sums, standing, {name: out64[place] for place, name in enumerate(OUT64)})


def _classes(debt_id: NDArray[np.int64], by_days: NDArray[np.int32], told: Mapping[int, int]) -> NDArray[np.int32]:
    if not told:
        return by_days
    known = np.array(sorted(told), np.int64)
    codes = np.array([told[debt] for debt in known.tolist()], np.int32)
    place = np.minimum(np.searchsorted(known, debt_id), len(known) - 1)
    return np.where(known[place] == debt_id, codes[place], by_days)


def on_balance(part: Part, count: int) -> NDArray[np.bool_]:
    """Which debts of a part are the lender's own assets; the journal is silent about the others."""
    if "on_balance" not in part.names("debts"):
        return np.ones(count, np.bool_)
    values = part.rows("debts", ["debt_id", "on_balance"]).table.column("on_balance")
    found: NDArray[np.bool_] = values.fill_null(True).to_numpy()
    return found


def totals(folder: Path, days: Sequence[Day]) -> list[dict[str, Amounts]]:
    """Sums of the whole book on each day, by currency, in the order of `CAUSES`; no journal is read or written."""
    currencies = Currencies()
    found: list[dict[int, Amounts]] = [{} for _ in days]
    for part in part_sums(folder, days, currencies):
        for each, sums in zip(found, part.sums, strict=True):
            add_by_currency(each, sums, part.currency)
    return [{currencies.names[code]: sums for code, sums in sorted(each.items())} for each in found]


def add_by_currency(to: dict[int, Amounts], sums: Amounts, currency: NDArray[np.int8]) -> None:
    """Add columns of debts to the sums of their currencies."""
    for code in np.unique(currency):
        mine = sums if (currency == code).all() else sums[:, currency == code]
        to[int(code)] = to.get(int(code), np.zeros(len(CAUSES), np.int64)) + mine.sum(axis=1)
