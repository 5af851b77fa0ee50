"""Files of episodes in which asking was drawn by lot: Parquet, CSV or JSON lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaopu.contacts.core.asking_report import Episodes
from kaopu.contacts.edge_files import read_columns
from kaopu.kernel.core.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NEEDED = ("episode_id", "borrower_id", "opened_at", "asked", "found_30")
HARMS = ("complaint", "refused", "withdrew")
# Known before the lot, used where the file has them.
FACTS = ("days_unreached", "reach_before")
TRUE, FALSE = {"true", "1"}, {"false", "0"}


@dataclass(frozen=True, slots=True, eq=False)
class AskedEpisodes:
    """What a file holds. Complaints, refusals and withdrawals that it does not say are missing, not none."""

    episodes: Episodes
    missing: tuple[str, ...]  # columns of harms that the file has not
    further: int  # later episodes of the same borrowers, left out: the lot is a borrower's, not an episode's
    open: tuple[int, int]  # asked and held out whose outcome is not known yet


def read_asks(path: Path) -> AskedEpisodes:
    """The episodes of a file. BadInput names file, row and column."""
    table = read_columns(path, None)
    missing = [name for name in NEEDED if name not in table.column_names]
    if missing:
        raise BadInput(f"{path.name}: no column {missing[0]}, expected {', '.join(NEEDED)}")
    # Everything is read before anything is left out, so that a fault is named by its row in the file.
    asked, found = _truths(table, "asked", path), _truths(table, "found_30", path)
    nothing = np.zeros(table.num_rows, np.bool_)
    harms = {name: _truths(table, name, path) if name in table.column_names else nothing for name in HARMS}
    stratum = _texts(table["stratum"]) if "stratum" in table.column_names else np.full(table.num_rows, "")
    columns = [_numbers(table, name, path) for name in FACTS if name in table.column_names]
    strata = [(stratum == name).astype(np.float64) for name in np.unique(stratum)]
    facts = np.column_stack([np.zeros((table.num_rows, 0)), *strata, *columns])
    first, over = _first_of_each(table), _known(table["found_30"])
    waiting, kept = first & ~over, first & over
    episodes = Episodes(asked, found, facts, stratum, **harms)
    return AskedEpisodes(
        Episodes(**{name: getattr(episodes, name)[kept] for name in Episodes.__slots__}),
        tuple(name for name in HARMS if name not in table.column_names),
        int(np.count_nonzero(~first)),
        (int(np.count_nonzero(waiting & asked)), int(np.count_nonzero(waiting & ~asked))),
    )


def _first_of_each(table: pa.Table) -> NDArray[np.bool_]:
    """Which rows are the first episode of their borrower, by opening, then episode."""
    ranked = pc.sort_indices(
        pa.table({name: _plain(table[name]) for name in ("borrower_id", "opened_at", "episode_id")}),
        sort_keys=[("borrower_id", "ascending"), ("opened_at", "ascending"), ("episode_id", "ascending")],
    ).to_numpy()
    borrower = _plain(table["borrower_id"]).to_numpy(zero_copy_only=False)[ranked]
    first = np.ones(len(ranked), np.bool_)
    first[ranked[1:]] = borrower[1:] != borrower[:-1]
    return first


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _texts(column: pa.ChunkedArray) -> NDArray[np.str_]:
    return np.asarray(_plain(column).cast(pa.string()).fill_null("").to_pylist(), np.str_)


def _known(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    empty = pc.equal(column, "") if pa.types.is_string(column.type) else pa.scalar(value=False)
    return np.asarray(pc.invert(pc.or_kleene(pc.is_null(column), empty)).combine_chunks(), np.bool_)


def _truths(table: pa.Table, name: str, path: Path) -> NDArray[np.bool_]:
    values = table[name].to_pylist()
    found = np.zeros(len(values), np.bool_)
    for row, value in enumerate(values):
        word = str(value).strip().lower()
        if name == "found_30" and word in {"", "none"}:
            continue
        if word not in TRUE and word not in FALSE:
            raise BadInput(f"{path.name}: row {row + 1}, {name}: {value!r} given, expected true or false")
        found[row] = word in TRUE
    return found


def _numbers(table: pa.Table, name: str, path: Path) -> NDArray[np.float64]:
    values: list[Any] = table[name].to_pylist()
    found = np.zeros(len(values))
    for row, value in enumerate(values):
        try:
            found[row] = float(value)
        except (TypeError, ValueError):
            found[row] = np.nan
        if not np.isfinite(found[row]):
            raise BadInput(f"{path.name}: row {row + 1}, {name}: {value!r} given, expected a number")
    return found
