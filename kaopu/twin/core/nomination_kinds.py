"""Kinds of nominations: what the contact is in truth, and what the borrower says that they are."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    # A part of the nominations: source, target, kind, relation.
    Piece = tuple[NDArray[np.int64], NDArray[np.int64], int, NDArray[np.int8] | int]

RELATIONS = ("spouse", "parent", "child", "sibling", "relative", "friend", "colleague")
SPOUSE, PARENT, CHILD, SIBLING, RELATIVE, FRIEND, COLLEAGUE = range(7)


class Kind(IntEnum):
    """What a named contact is in truth; those from RING on are not genuine."""

    FAMILY = 0
    FRIEND = 1
    COLLEAGUE = 2
    RING = 3
    SELF = 4
    HUB = 5
    INVENTED = 6


# A target from here on is a key: equal keys are one person.
KEYS = 1 << 40


def key(what: int, number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keys of persons of one kind; `what` tells kinds of persons apart."""
    return (np.int64(what) << 41) + KEYS + number
