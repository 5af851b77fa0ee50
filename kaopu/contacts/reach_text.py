"""The answer of `reach --json` for a large file: the same text that json would write, put together in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.contacts.core.reached import Reached

# Texts with any other sign are escaped by json itself.
PLAIN = r"^[A-Za-z0-9 _.:@/+-]*$"


def answer_text(reached: Reached, lost: NDArray[Any]) -> str | None:
    """`{"points": […], "borrowers": […]}`; None where an id needs more than quotes around it."""
    points, borrowers = _ids(pa.array(reached.point_id)), _ids(pa.array(reached.borrower_id))
    if points is None or borrowers is None:
        return None
    rows = _rows(points, {"reach": reached.reach}, "point_id")
    return (
        f'{{"points": [{rows}], "borrowers": [{_rows(borrowers, {"reach": 1.0 - lost, "lost": lost}, "borrower_id")}]}}'
    )


def _ids(ids: pa.Array) -> pa.Array | None:
    if pa.types.is_integer(ids.type):
        return ids.cast(pa.string())
    texts = ids.cast(pa.string())
    if not pc.all(pc.match_substring_regex(texts, PLAIN)).as_py():
        return None
    return pc.binary_join_element_wise('"', texts, '"', "")


def _rows(ids: pa.Array, columns: dict[str, NDArray[Any]], name: str) -> str:
    parts: list[Any] = [f'{{"{name}": ', ids]
    for column, values in columns.items():
        parts += [f', "{column}": ', pa.array(values).cast(pa.string())]
    return ", ".join(pc.binary_join_element_wise(*parts, "}", "").to_pylist())
