"""A column of feature values: numbers, and which of them are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """`values` one a party (float64 or int64; 0 where not known), `known` whether each is."""

    values: Values
    known: Mask

    def at(self, place: int) -> float | int | None:
        """One value as Python has it; None where it is not known."""
        return self.values[place].item() if self.known[place] else None


def always(values: Values) -> Found:
    """Known for every party."""
    return Found(values, np.ones(len(values), np.bool_))


def where(known: Mask, values: Values) -> Found:
    """Known where `known` says so."""
    return Found(np.where(known, values, 0), known)


def share(part: Values, whole: Values) -> Found:
    """`part` ÷ `whole`; not known where `whole` is 0."""
    known = whole > 0
    out = np.zeros(len(whole), np.float64)
    np.divide(part, whole, out=out, where=known)
    return Found(out, known)
