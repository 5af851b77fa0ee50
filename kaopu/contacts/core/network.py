"""The network of nominations: who is joined to whom, how far, how often named. A whole refresh, or only what is new.

What counts: an edge is a distinct pair of names, however often a file repeats it. Somebody who names themself is an
edge and a node, but never a pair, a ring or a step. `two_hops` counts the distinct others exactly two steps away,
whichever way the nominations point.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kaopu.contacts.core import network_kernels as kernels
from kaopu.contacts.core import network_walks as walks
from kaopu.contacts.core.network_edges import Edges, onto

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from numpy.typing import NDArray

_THREADS, _PARTS = 2, 16


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Neighbours: those of node `u` are `ends[start[u]:start[u + 1]]`, rising and distinct."""

    start: NDArray[np.int64]
    ends: NDArray[np.int32]

    def counts(self) -> NDArray[np.int64]:
        """How many neighbours each node has."""
        return np.diff(self.start)

    def of(self, node: int) -> NDArray[np.int32]:
        """The neighbours of one node."""
        return self.ends[self.start[node] : self.start[node + 1]]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Every figure of the graph, and what a later addition needs."""

    ids: pa.Array
    names: Rows  # whom each names
    named_by: Rows
    near: Rows  # both of them
    mutual: NDArray[np.int32]  # of the neighbours, those named and naming
    names_self: NDArray[np.bool_]
    parents: NDArray[np.int32]
    sizes: NDArray[np.int32]
    components: int
    two_hops: NDArray[np.int64]

    @property
    def nodes(self) -> int:
        """Names that occur on either side."""
        return len(self.ids)

    @property
    def edges(self) -> int:
        """Distinct pairs of source and target."""
        return len(self.names.ends) + int(self.names_self.sum())

    @property
    def reciprocal_pairs(self) -> int:
        """Pairs that name one another."""
        return int(self.mutual.sum()) // 2

    @property
    def largest(self) -> int:
        """Nodes of the largest component."""
        return int(self.sizes.max(initial=0))

    def shared(self, at_least: int) -> int:
        """Contacts named by at least so many users."""
        return int((self.named_by.counts() >= at_least).sum())

    def component_roots(self) -> NDArray[np.int32]:
        """For each node the node that stands for its component."""
        found: NDArray[np.int32] = walks.roots(self.parents.copy())
        return found


def network(edges: Edges) -> Network:
    """All figures from nothing but edges."""
    return restored(edges, None)


def restored(edges: Edges, two_hops: NDArray[np.int64] | None) -> Network:
    """The network of `edges`; the one costly figure may be handed in where it is known."""
    names, selves = _distinct(edges)
    parents, sizes = np.arange(edges.nodes, dtype=np.int32), np.ones(edges.nodes, dtype=np.int32)
    merged = walks.unite(edges.source, edges.target, parents, sizes)
    rest = (parents, sizes, edges.nodes - merged)
    return _with_neighbours(edges.ids, names, selves, rest, lambda near: _all(near) if two_hops is None else two_hops)


def grown(so_far: Network, more: Edges) -> Network:
    """The figures with `more` edges added: the same as a refresh of them all, at the price of what is new.

    Two hops are counted again only for nodes within two steps of a new edge.
    """
    added = onto(so_far.ids, more)
    parents, sizes, fresh = _longer(so_far, added.nodes)
    merged = walks.unite(added.source, added.target, parents, sizes)
    extra, selves = _distinct(added)
    names = Rows(*kernels.joined(*_stretched(so_far.names, added.nodes), extra.start, extra.ends)[:2])
    selves[: so_far.nodes] |= so_far.names_self
    rest = (parents, sizes, so_far.components + fresh - merged)
    return _with_neighbours(added.ids, names, selves, rest, lambda near: _again(near, so_far, added))


def _distinct(edges: Edges) -> tuple[Rows, NDArray[np.bool_]]:
    # Rows by target, turned, are rows by source in rising order: two counting passes instead of a sort.
    by_target = kernels.rows_of(edges.target, edges.source, edges.nodes)
    start, ends, selves = kernels.distinct(*kernels.turned(*by_target))
    return Rows(start, ends), selves


def _longer(so_far: Network, nodes: int) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    fresh = np.arange(so_far.nodes, nodes, dtype=np.int32)
    return np.concatenate([so_far.parents, fresh]), np.concatenate([so_far.sizes, np.ones_like(fresh)]), len(fresh)


def _stretched(rows: Rows, nodes: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    more = np.full(nodes + 1 - len(rows.start), rows.start[-1], dtype=np.int64)
    return np.concatenate([rows.start, more]), rows.ends


def _with_neighbours(
    ids: pa.Array,
    names: Rows,
    selves: NDArray[np.bool_],
    rest: tuple[Any, Any, int],
    two_hops: Callable[[Rows], NDArray[np.int64]],
) -> Network:
    named_by = Rows(*kernels.turned(names.start, names.ends))
    start, ends, mutual = kernels.joined(names.start, names.ends, named_by.start, named_by.ends)
    near = Rows(start, ends)
    return Network(ids, names, named_by, near, mutual, selves, *rest, two_hops(near))


def _all(near: Rows) -> NDArray[np.int64]:
    return _two_hops(near, np.arange(len(near.start) - 1, dtype=np.int32))


def _again(near: Rows, so_far: Network, added: Edges) -> NDArray[np.int64]:
    found = np.concatenate([so_far.two_hops, np.zeros(added.nodes - so_far.nodes, dtype=np.int64)])
    touched = np.unique(np.concatenate([added.source, added.target]))
    asked = np.unique(np.concatenate([touched, *(near.of(int(node)) for node in touched)])).astype(np.int32)
    found[asked] = _two_hops(near, asked)
    return found


def _two_hops(near: Rows, asked: NDArray[np.int32]) -> NDArray[np.int64]:
    hubs, found = np.empty(len(asked), dtype=np.int32), np.zeros(len(asked), dtype=np.int64)
    compared = np.empty(len(asked), dtype=np.bool_)
    walks.largest_neighbours(near.start, near.ends, asked, hubs, compared, found)
    several = np.flatnonzero(compared)
    several = several[np.argsort(hubs[several], kind="stable")]
    parts = np.array_split(several, _PARTS if len(several) > _PARTS * 1000 else 1)

    def count(part: NDArray[np.int64]) -> None:
        counted = np.empty(len(part), dtype=np.int64)
        walks.count_two_hops(near.start, near.ends, asked[part], hubs[part], counted)
        found[part] = counted

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(count, parts))
    return found
