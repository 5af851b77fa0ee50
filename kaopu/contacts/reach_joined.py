"""Parts of a filtered file put together, borrowers told apart, and the result written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kaopu.contacts.core.borrower_reach import mixed
from kaopu.contacts.core.reach_kernel import pool_links
from kaopu.contacts.core.reached import NEVER_US, Reached

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kaopu.contacts.core.borrower_reach import Pooling
    from kaopu.contacts.reach_parts import Part


def joined(parts: Sequence[Part]) -> Reached:
    """All parts as one; borrowers in the order in which their first point comes."""
    offsets = np.cumsum([0, *(len(each.reach) for each in parts)])
    borrowers = _texts_or_numbers([each.link_borrower for each in parts]).dictionary_encode()
    return Reached(
        _texts_or_numbers([each.point_id for each in parts]),
        _all([each.kind for each in parts], np.uint8),
        _all([each.reach for each in parts], np.float64),
        _all([each.suppress for each in parts], np.bool_),
        _all([each.confirmed_us for each in parts], np.int64),
        borrowers.dictionary,
        np.asarray(borrowers.indices),
        _all([each.link_point + start for each, start in zip(parts, offsets[:-1], strict=True)], np.int64),
        _all([each.link_role for each in parts], np.uint8),
        _all([each.link_counts for each in parts], np.bool_),
    )


def _all(columns: list[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate(columns) if columns else np.empty(0, dtype)


def _texts_or_numbers(columns: list[pa.Array]) -> pa.Array:
    held = [each for each in columns if len(each)]
    return pa.concat_arrays(held) if held else pa.array([], pa.int64())


def lost_quickly(reached: Reached, pooling: Pooling) -> NDArray[np.float64]:
    """As `reached.lost_of`, compiled."""
    found = np.ones((4, len(reached.borrower_id)))
    pool_links(reached.link_borrower, reached.link_role, reached.counted, pooling.passes_on, found)
    own, contacts = (
        mixed(found[0], found[1], pooling.own_together),
        mixed(found[2], found[3], pooling.contacts_together),
    )
    return np.asarray(own * contacts, np.float64)


def write_reached(reached: Reached, lost: NDArray[np.float64], folder: Path) -> None:
    """points.parquet and borrowers.parquet in an existing folder."""
    confirmed = pa.array(reached.confirmed_us, mask=reached.confirmed_us == NEVER_US).cast(pa.timestamp("us", tz="UTC"))
    points = pa.table({
        "point_id": pa.array(reached.point_id), "reach": reached.reach, "suppress": reached.suppress,
        "confirmed_at": confirmed,
    })  # fmt: skip
    borrowers = pa.table({"borrower_id": pa.array(reached.borrower_id), "reach": 1.0 - lost, "lost": lost})
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_write, (points, borrowers), (folder / "points.parquet", folder / "borrowers.parquet")))


def _write(table: pa.Table, path: Path) -> None:
    # Chances hardly repeat, so neither a dictionary nor compression pays.
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial, use_dictionary=False, compression="none", row_group_size=1 << 20)
    partial.replace(path)
