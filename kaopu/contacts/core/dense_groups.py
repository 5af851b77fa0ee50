"""Dense groups: people who are each joined to at least `k` others of the same group (the k-core; Seidman 1983)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import types
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kaopu.book.core.replay_compiled import entry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.contacts.core.network import Network, Rows

JOINED_TO_AT_LEAST = 3

_I4 = types.Array(types.int32, 1, "C", readonly=True)
_I8 = types.Array(types.int64, 1, "C", readonly=True)


@entry(types.int32[::1](_I8, _I4))
def _core_numbers(start: Any, ends: Any) -> Any:
    """The largest k for which each node is in the k-core. Batagelj and Zaveršnik 2003: peel by rising degree."""
    nodes = start.shape[0] - 1
    degree = (start[1:] - start[:-1]).astype(np.int32)
    first = np.zeros((degree.max() if nodes else 0) + 2, np.int64)  # where each degree begins in `order`
    for node in range(nodes):
        first[degree[node] + 1] += 1
    first = np.cumsum(first)
    order, place, filled = np.empty(nodes, np.int32), np.empty(nodes, np.int64), first[:-1].copy()
    for node in range(nodes):
        place[node] = filled[degree[node]]
        order[place[node]] = node
        filled[degree[node]] += 1
    for at in range(nodes):
        node = order[at]
        for each in range(start[node], start[node + 1]):
            near = ends[each]
            if degree[near] > degree[node]:
                # The neighbour changes places with the first of its degree, and that degree begins one later.
                ahead = first[degree[near]]
                other = order[ahead]
                order[place[near]], order[ahead] = other, near
                place[other], place[near] = place[near], ahead
                first[degree[near]] += 1
                degree[near] -= 1
    return degree


def core_numbers(near: Rows) -> NDArray[np.int32]:
    """For each node the largest k such that it belongs to people each joined to k others among them."""
    found: NDArray[np.int32] = _core_numbers(near.start, near.ends)
    return found


def dense_groups(graph: Network, joined_to: int = JOINED_TO_AT_LEAST) -> tuple[tuple[Any, ...], ...]:
    """The groups in which each is joined to at least `joined_to` others of it; largest first, names in order."""
    members = np.flatnonzero(core_numbers(graph.near) >= joined_to)
    ones = np.ones(len(graph.near.ends), dtype=np.int8)
    matrix = csr_array((ones, graph.near.ends, graph.near.start), shape=(graph.nodes, graph.nodes))
    _, numbers = connected_components(matrix[members][:, members], directed=False)
    groups: dict[int, list[Any]] = {}
    for number, name in zip(numbers.tolist(), graph.ids.take(members).to_pylist(), strict=True):
        groups.setdefault(number, []).append(name)
    return tuple(sorted((tuple(sorted(each)) for each in groups.values()), key=lambda each: (-len(each), each)))
