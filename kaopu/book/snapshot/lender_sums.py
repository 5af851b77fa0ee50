"""What the lender's figures and the loss forecast add up, part by part: cells of currency, product and month lent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kaopu.book.core.allowance import allowance
from kaopu.book.core.lender_figures import FLOWS, STANDS, flows_of, stands_of
from kaopu.book.core.loss_forecast import RollSums, roll_sums
from kaopu.book.core.position_columns import COUNTERS, FLAG_CHARGED_OFF, FLAG_EXISTS, OUT32, OUT64
from kaopu.book.core.roll_rate import states
from kaopu.book.snapshot.analysis_days import number
from kaopu.book.snapshot.extended import replay_extended
from kaopu.book.snapshot.replay_part import read_part, replay_to
from kaopu.book.snapshot.slab import one_chunk
from kaopu.book.snapshot.written import read_positions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from kaopu.book.snapshot.parts import Part
    from kaopu.book.snapshot.replay_part import Columns, Currencies, Memory

    Values = NDArray[Any]

_DISBURSED, _LENT = 1, 2  # places in the columns of the kernel
_LATE, _CLASS, _FLAGS = (OUT32.index(name) for name in ("days_past_due", "class", "flags"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Days of the figures in order, the as-of day last; month ends of the forecast; debts lent after a day are new."""

    days: tuple[date, ...]
    ends: tuple[date, ...]
    whole: tuple[date, ...]  # days on which more than balance and principal is asked for
    young_from: date
    allowance_ppm: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PartSums:
    """By (currency, product, month lent): flows int64[days, FLOWS] and stands; by (currency, product): rolls."""

    cells: dict[tuple[int, str, int], tuple[Values, Values]]
    rolls: dict[tuple[int, str], RollSums]


def add_part(part: Part, asked: Asked, currencies: Currencies, memory: Memory, positions: Path | None) -> PartSums:
    """Replay a part to each day. Debts that are not on the balance sheet are left out, as the ledger does.

    `positions` are those that a close wrote for the as-of day: their classes rest on every rule, not on days alone.
    """
    columns = read_part(part, currencies)
    names, product = _products(part, len(columns.debt_id))
    months = columns.of_kernel[_DISBURSED].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    own = on_balance(part, len(columns.debt_id))
    keys = (columns.currency.astype(np.int64) * len(names) + product) * 100_000 + months
    kept = np.flatnonzero(own)
    order = kept[np.argsort(keys[kept], kind="stable")]
    unique, starts = np.unique(keys[order], return_index=True)
    flows = np.zeros((len(unique), len(asked.days), len(FLOWS)), np.int64)
    past: dict[date, tuple[Values, Values, Values]] = {}
    stands = np.zeros((len(STANDS), len(unique)), np.int64)
    for place, day in enumerate(asked.days):
        narrow, found = _of_day(columns, day, memory, whole=day in asked.whole)
        if len(unique):
            flows[:, place, : len(found)] = np.add.reduceat(found[:, order], starts, axis=1).T
        if day in asked.ends:
            past[day] = _state(found[0], narrow)
        if day == asked.days[-1] and len(unique):
            standing = _stands(columns, found[0], narrow, asked, _classes(columns, narrow, positions))
            stands = np.add.reduceat(standing[:, order], starts, axis=1)
    cells = {}
    for place, key in enumerate(unique.tolist()):
        group, month = divmod(key, 100_000)
        code, product_code = divmod(group, len(names))
        cells[code, names[product_code], month] = (flows[place], stands[:, place])
    return PartSums(cells, _rolls(columns, product, names, own, [past[end] for end in asked.ends]))


def _of_day(columns: Columns, day: date, memory: Memory, *, whole: bool) -> tuple[Values, Values]:
    """Narrow columns of a day and the flows of its debts; where not `whole`, balance and principal alone: faster."""
    if whole:
        wide, narrow = replay_extended(columns, number(day), memory)
        counters = {name: wide[len(OUT64) + at] for at, name in enumerate(COUNTERS)}
        return narrow, flows_of(wide[:4], counters)
    wide, narrow = replay_to(columns, number(day), memory)
    return narrow, np.array([wide[:4].sum(axis=0), wide[0]])


def _state(balance: Values, narrow: Values) -> tuple[Values, Values, Values]:
    flags = narrow[_FLAGS]
    state = states(narrow[_LATE], balance, flags & FLAG_CHARGED_OFF > 0)
    return state.astype(np.int8), balance.copy(), flags & FLAG_EXISTS > 0


def _stands(columns: Columns, balance: Values, narrow: Values, asked: Asked, class_code: Values) -> Values:
    exists = narrow[_FLAGS] & FLAG_EXISTS > 0
    young = columns.of_kernel[_DISBURSED] > number(asked.young_from)
    needed = allowance(balance, class_code, asked.allowance_ppm)
    return stands_of(balance, columns.of_kernel[_LENT], exists, class_code, narrow[_LATE], young, needed)


def _classes(columns: Columns, narrow: Values, positions: Path | None) -> Values:
    codes: Values = narrow[_CLASS].copy()
    if positions is not None:
        found = read_positions(positions, ["debt_id", "class"])
        codes[np.searchsorted(columns.debt_id, found["debt_id"])] = found["class"]
    return codes


def _rolls(
    columns: Columns, product: Values, names: Sequence[str], own: Values, past: Sequence[tuple[Values, Values, Values]]
) -> dict[tuple[int, str], RollSums]:
    found = {}
    group = columns.currency.astype(np.int64) * len(names) + product
    for key in np.unique(group[own]).tolist():
        of = own & (group == key)
        state, owed, exists = ([each[place][of] for each in past] for place in range(3))
        found[key // len(names), names[key % len(names)]] = roll_sums(state, owed, exists)
    return found


def _products(part: Part, count: int) -> tuple[list[str], Values]:
    if "product" not in part.names("debts"):
        return [""], np.zeros(count, np.int64)
    words = one_chunk(part.rows("debts", ["debt_id", "product"]).table.column("product"))
    coded = words if isinstance(words, pa.DictionaryArray) else words.dictionary_encode()
    names = [*(each or "" for each in coded.dictionary.to_pylist()), ""]
    return names, coded.indices.fill_null(len(names) - 1).to_numpy(zero_copy_only=False).astype(np.int64)


def on_balance(part: Part, count: int) -> Values:
    """Which debts are the lender's own assets."""
    if "on_balance" not in part.names("debts"):
        return np.ones(count, np.bool_)
    values = one_chunk(part.rows("debts", ["debt_id", "on_balance"]).table.column("on_balance"))
    found: Values = values.fill_null(True).to_numpy(zero_copy_only=False)
    return found
