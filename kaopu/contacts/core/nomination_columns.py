"""Nominations as columns: what is known when somebody names a contact, and how it was confirmed. NaN is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaopu.contacts.core.network_edges import COLUMNS, Edges, edges_of_columns
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Yes or no: true, false or unknown. Numbers: days, years, seconds, counts.
FLAGS = ("same_device", "same_network", "same_address", "same_employer", "same_surname", "virtual_segment",
         "second_channel", "target_lost")  # fmt: skip
NUMBERS = ("seconds_to_confirm", "code_tries", "number_age_days", "source_age", "target_age")
# Which device or network it was; equal values are the same one.
THINGS = ("source_device", "target_device", "source_network", "target_network")
# Whether the contact pays their own debts (`target_overdue`) is not among what is read: it says nothing of trust here.
READ = (*COLUMNS, "relation", *THINGS, *FLAGS, *NUMBERS)
UNKNOWN = -1


@dataclass(frozen=True, slots=True, eq=False)
class Nominations:
    """One entry a nomination."""

    edges: Edges
    relation: NDArray[np.str_]  # as the borrower says; empty: not said
    things: dict[str, NDArray[np.int32]]  # equal numbers are the same thing; -1: unknown
    known: dict[str, NDArray[np.float64]]  # FLAGS as 0 and 1, NUMBERS as they are; NaN: unknown

    def __len__(self) -> int:
        """How many."""
        return len(self.edges.source)

    def names(self, row: int) -> tuple[Any, Any]:
        """Who names whom."""
        source, target = (self.edges.ids[int(side[row])].as_py() for side in (self.edges.source, self.edges.target))
        return source, target


def nominations_of(table: pa.Table) -> Nominations:
    """Nominations from a table with `source`, `target` and any of `READ`; a column that is absent is unknown."""
    rows = table.num_rows
    edges = edges_of_columns(*(table[name] for name in COLUMNS))
    known = {name: _numbers(table, name) for name in (*FLAGS, *NUMBERS)}
    things = _things(table, ("source_device", "target_device")) | _things(table, ("source_network", "target_network"))
    for name in ("device", "network"):
        known[f"same_{name}"] = _same(known[f"same_{name}"], things[f"source_{name}"], things[f"target_{name}"])
    relation = table["relation"].cast(pa.string()).fill_null("") if "relation" in table.column_names else None
    told = np.full(rows, "") if relation is None else np.asarray(relation.to_pylist(), dtype=np.str_)
    return Nominations(edges, told.astype(np.str_), things, known)


def _same(told: NDArray[np.float64], one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.float64]:
    """What the file says, else whether the two are equal where both are known."""
    both = (one != UNKNOWN) & (other != UNKNOWN)
    return np.where(np.isnan(told), np.where(both, (one == other).astype(float), np.nan), told)


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    column = table[name]
    try:
        plain = _filled(column).cast(pa.bool_()) if name in FLAGS else _filled(column)
        found: NDArray[np.float64] = plain.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        expected = "true, false or nothing" if name in FLAGS else "numbers or nothing"
        raise BadInput(f"column {name}: {column.type} with other values, expected {expected}") from None
    return np.array(found)


def _filled(column: Any) -> Any:
    """Empty fields of a CSV file as nulls."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column)
    return column


def _things(table: pa.Table, names: tuple[str, str]) -> dict[str, NDArray[np.int32]]:
    present = [name for name in names if name in table.column_names]
    columns = [table[name].cast(pa.string()).combine_chunks() for name in present]
    if not columns:
        return {name: np.full(table.num_rows, UNKNOWN, dtype=np.int32) for name in names}
    every = pa.concat_arrays(columns)
    coded = (
        _filled(every).dictionary_encode().indices.fill_null(UNKNOWN).to_numpy(zero_copy_only=False).astype(np.int32)
    )
    found = {name: np.full(table.num_rows, UNKNOWN, dtype=np.int32) for name in names}
    return found | dict(zip(present, np.split(coded, len(present)), strict=True))
