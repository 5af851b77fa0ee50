"""Rings, pairs and shared contacts among nominations: users who vouch for one another instead of for somebody real.

- ring: three users, each naming the next, the third naming the first (a directed 3-cycle). Named once however many ways
  round it is closed; both ways round are the same three people.
- circle: users who can all reach one another by following nominations (a strongly connected component) and are at least
  three; a longer ring is always inside one.
- reciprocal pair: two users who name one another.
- shared contact: somebody named by several users; `unrelated` counts users who nominate among themselves once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kaopu.contacts.core import network_walks as walks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kaopu.contacts.core.network import Network

SHARED_AT_LEAST = 2
CIRCLE_AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A contact, how many users name them, how many of those are unrelated, and who they are."""

    contact: Any
    count: int
    unrelated: int
    users: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rings:
    """What was found; every list is in order, so the same edges always read the same."""

    rings: tuple[tuple[Any, ...], ...]
    circles: tuple[tuple[Any, ...], ...]
    reciprocal_pairs: tuple[tuple[Any, ...], ...]
    shared_contacts: tuple[SharedContact, ...]

    @property
    def in_ring_or_pair(self) -> tuple[Any, ...]:
        """Users in any ring or pair."""
        return tuple(sorted({user for group in (*self.rings, *self.reciprocal_pairs) for user in group}))


def rings_of(graph: Network, shared_at_least: int = SHARED_AT_LEAST) -> Rings:
    """All rings, circles and pairs, and the contacts named by at least `shared_at_least` users, most named first."""
    return Rings(
        _named(graph, ring_nodes(graph)),
        _circles(graph),
        _named(graph, pair_nodes(graph)),
        _shared(graph, shared_at_least),
    )


def ring_nodes(graph: Network) -> NDArray[np.int32]:
    """The rings as rows of three nodes."""
    return np.unique(_collected(graph, walks.three_rings, 3), axis=0)


def pair_nodes(graph: Network) -> NDArray[np.int32]:
    """The reciprocal pairs as rows of two nodes."""
    return _collected(graph, walks.mutual_pairs, 2)


def circle_numbers(graph: Network) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """For each node the number of its strongly connected component, and the size of each."""
    ones = np.ones(len(graph.names.ends), dtype=np.int8)
    matrix = csr_array((ones, graph.names.ends, graph.names.start), shape=(graph.nodes, graph.nodes))
    count, numbers = connected_components(matrix, directed=True, connection="strong")
    return numbers, np.bincount(numbers, minlength=count)


def unrelated_users(graph: Network, contacts: NDArray[np.int32]) -> NDArray[np.int32]:
    """How many unrelated users name each of `contacts`."""
    found = np.zeros(len(contacts), dtype=np.int32)
    by, near = graph.named_by, graph.near
    walks.unrelated_users(by.start, by.ends, near.start, near.ends, contacts, found)
    return found


def _collected(graph: Network, kernel: Callable[..., int], width: int) -> NDArray[np.int32]:
    counted = kernel(graph.names.start, graph.names.ends, np.empty((0, width), dtype=np.int32))
    found = np.empty((counted, width), dtype=np.int32)
    kernel(graph.names.start, graph.names.ends, found)
    return found


def _named(graph: Network, groups: NDArray[np.int32]) -> tuple[tuple[Any, ...], ...]:
    names = iter(graph.ids.take(groups.ravel()).to_pylist())
    return tuple(sorted(tuple(sorted(group)) for group in zip(*[names] * groups.shape[1], strict=True)))


def _circles(graph: Network) -> tuple[tuple[Any, ...], ...]:
    numbers, sizes = circle_numbers(graph)
    members = np.flatnonzero(sizes[numbers] >= CIRCLE_AT_LEAST)
    groups: dict[int, list[Any]] = {}
    for number, name in zip(numbers[members].tolist(), graph.ids.take(members).to_pylist(), strict=True):
        groups.setdefault(number, []).append(name)
    return tuple(sorted(tuple(sorted(group)) for group in groups.values()))


def _shared(graph: Network, at_least: int) -> tuple[SharedContact, ...]:
    counts = graph.named_by.counts()
    contacts = np.flatnonzero(counts >= at_least).astype(np.int32)
    names, unrelated = graph.ids.take(contacts).to_pylist(), unrelated_users(graph, contacts).tolist()
    nodes = [graph.named_by.of(contact) for contact in contacts.tolist()]
    users = iter(graph.ids.take(np.concatenate(nodes) if nodes else contacts).to_pylist())
    found = (
        SharedContact(name, count, apart, tuple(sorted(islice(users, count))))
        for name, count, apart in zip(names, counts[contacts].tolist(), unrelated, strict=True)
    )
    return tuple(sorted(found, key=lambda each: (-each.count, each.contact)))
