"""All nominations of a town, honest and fake, each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaopu.twin.core.draws import Part, generator
from kaopu.twin.core.fake_names import fake_names
from kaopu.twin.core.honest_names import honest_names
from kaopu.twin.core.nomination_kinds import KEYS, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.twin.core.borrowers import Borrowers
    from kaopu.twin.core.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """One entry a nomination, by source, then target. Below `borrowers`, a target is a borrower; others follow."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    kind: NDArray[np.int8]
    relation: NDArray[np.int8]
    group: NDArray[np.int64]  # ring or hub; -1: none
    contacts: int  # persons who are named and do not borrow


def draw_names(world: World, borrowers: Borrowers, seed: int) -> Names:
    """All nominations. Nobody names the same person twice or, under that name, themselves."""
    rng = generator(seed, Part.NAMES)
    parts = [*honest_names(rng, world, borrowers), *fake_names(rng, borrowers)]
    source = np.concatenate([part[0] for part in parts])
    target = np.concatenate([part[1] for part in parts])
    kind = np.concatenate([np.full(len(part[0]), part[2], np.int8) for part in parts])
    relation = np.concatenate([np.broadcast_to(np.int8(part[3]), len(part[0])) for part in parts])
    target, contacts = _persons(rng, target, len(borrowers.family))
    order = np.lexsort((target, source))
    again = (np.diff(source[order], prepend=-1) == 0) & (np.diff(target[order], prepend=-1) == 0)
    kept = order[~again & (source[order] != target[order])]
    source, kind = source[kept], kind[kept]
    grouped = (kind == Kind.RING) | (kind == Kind.HUB)
    return Names(source, target[kept], kind, relation[kept], np.where(grouped, borrowers.group[source], -1), contacts)


def _persons(rng: np.random.Generator, target: NDArray[np.int64], borrowers: int) -> tuple[NDArray[np.int64], int]:
    """Persons in place of keys, in an order that does not tell what they are."""
    outside = target >= KEYS
    keys, number = np.unique(target[outside], return_inverse=True)
    found = target.copy()
    found[outside] = borrowers + rng.permutation(len(keys))[number]
    return found, len(keys)
