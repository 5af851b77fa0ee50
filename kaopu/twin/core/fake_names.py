"""Whom people name who name nobody real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.borrowers import Scheme
from kaopu.twin.core.draws import picked
from kaopu.twin.core.groups import another_of, next_of
from kaopu.twin.core.nomination_kinds import RELATIONS, Kind, key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.borrowers import Borrowers
    from kaopu.twin.core.nomination_kinds import Piece


def fake_names(rng: np.random.Generator, borrowers: Borrowers) -> list[Piece]:
    """Rings, second numbers, contacts for hire and people who do not exist."""

    def told(count: int) -> NDArray[np.int8]:
        return rng.integers(0, len(RELATIONS), count).astype(np.int8)

    def of(scheme: Scheme) -> NDArray[np.int64]:
        return np.flatnonzero(borrowers.scheme == scheme)

    ring, own, hub, nobody = of(Scheme.RING), of(Scheme.SELF), of(Scheme.HUB), of(Scheme.INVENTED)
    more = ring[picked(rng, 0.5, len(ring))]
    return [
        (ring, next_of(borrowers.group, ring), Kind.RING, told(len(ring))),
        (more, another_of(rng, borrowers.group, more), Kind.RING, told(len(more))),
        (own, key(6, own), Kind.SELF, told(len(own))),
        (hub, key(7, borrowers.group[hub]), Kind.HUB, told(len(hub))),
        (nobody, key(8, nobody), Kind.INVENTED, told(len(nobody))),
    ]
