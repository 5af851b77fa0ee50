"""Others of the same group: of a family, of a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def another_of(rng: np.random.Generator, groups: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each chosen one, another of the same group."""
    order = np.argsort(groups, kind="stable")
    place = np.empty(len(groups), np.int64)
    place[order] = np.arange(len(groups))
    sizes = np.bincount(groups - groups.min())[groups[chosen] - groups.min()]
    first = np.searchsorted(groups[order], groups[chosen])
    step = 1 + np.floor(rng.random(len(chosen)) * np.maximum(sizes - 1, 1)).astype(np.int64)
    found: NDArray[np.int64] = order[first + (place[chosen] - first + step) % sizes]
    return found


def next_of(group: NDArray[np.int64], ring: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each names the next, the last the first: a closed ring."""
    members = ring[np.argsort(group[ring], kind="stable")]
    following = np.roll(members, -1)
    last = np.flatnonzero(np.diff(group[members], append=-2))
    first = np.concatenate([[0], last[:-1] + 1]) if len(last) else last
    following[last] = members[first]
    found = np.empty(len(group), np.int64)
    found[members] = following
    return found[ring]
