"""Well-known measures of a small graph: reciprocity, density, clustering, PageRank. Definitions as in their sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from kaopu.contacts.core.network_walks import mutual_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.contacts.core.network import Network, Rows

_TOLERANCE, _ROUNDS_MAX = 1e-12, 10_000


@dataclass(frozen=True, slots=True)
class Clustering:
    """Triangles of the undirected graph and what share of possible ones they are, per node and overall."""

    triangles: int
    degree: dict[Any, int]
    local: dict[Any, float]
    average: float
    transitivity: float


def reciprocity(graph: Network) -> float:
    """Edges whose reverse exists, per edge; self-nominations left out. 0 without edges. Newman 2010, section 7.10."""
    edges = len(graph.names.ends)
    pairs = mutual_pairs(graph.names.start, graph.names.ends, np.empty((0, 2), dtype=np.int32))
    return 2 * pairs / edges if edges else 0.0


def density(graph: Network) -> float:
    """Edges per ordered pair of different nodes; self-nominations left out. 0 below two nodes."""
    possible = graph.nodes * (graph.nodes - 1)
    return len(graph.names.ends) / possible if possible else 0.0


def clustering(graph: Network) -> Clustering:
    """Watts and Strogatz's local coefficient (0 below two neighbours), its mean, transitivity (Newman 2010, 7.9)."""
    around, degree = _triangles_at(graph.near), graph.near.counts()
    triples = degree * (degree - 1) // 2
    local = np.divide(around, triples, out=np.zeros(graph.nodes), where=triples > 0)
    ids, possible = graph.ids.to_pylist(), int(triples.sum())
    return Clustering(
        triangles=int(around.sum()) // 3,
        degree=dict(zip(ids, degree.tolist(), strict=True)),
        local=dict(zip(ids, local.tolist(), strict=True)),
        average=float(local.mean()) if graph.nodes else 0.0,
        transitivity=float(around.sum()) / possible if possible else 0.0,
    )


def pagerank(graph: Network, damping: float = 0.85) -> dict[Any, float]:
    """The share of a random surfer's time at each node, summing to 1; who names nobody passes on to all (Page 1999).

    Power iteration until no node moves by more than 1e-12.
    """
    nodes, degree = graph.nodes, graph.names.counts()
    if not nodes:
        return {}
    onward, ends_here = _matrix(graph.named_by), degree == 0
    rank = np.full(nodes, 1.0 / nodes)
    for _ in range(_ROUNDS_MAX):
        given = np.divide(rank, degree, out=np.zeros(nodes), where=~ends_here)
        fresh = damping * (onward @ given + rank[ends_here].sum() / nodes) + (1 - damping) / nodes
        settled = float(np.abs(fresh - rank).max()) < _TOLERANCE
        rank = fresh
        if settled:
            break
    return dict(zip(graph.ids.to_pylist(), rank.tolist(), strict=True))


def _matrix(rows: Rows) -> Any:
    size = len(rows.start) - 1
    return csr_array((np.ones(len(rows.ends)), rows.ends, rows.start), shape=(size, size))


def _triangles_at(near: Rows) -> NDArray[np.int64]:
    # Paths of two steps that a third closes: each triangle at a node is walked both ways round.
    matrix = _matrix(near)
    if not matrix.nnz:
        return np.zeros(matrix.shape[0], dtype=np.int64)
    closed = ((matrix @ matrix) * matrix).sum(axis=1)
    return np.rint(np.asarray(closed).ravel() / 2).astype(np.int64)
