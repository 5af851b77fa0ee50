"""Walks over rows of neighbours, compiled: components, two hops, rings, pairs, unrelated users."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from kaopu.book.core.replay_compiled import entry, helper

_I4 = types.Array(types.int32, 1, "C", readonly=True)
_I8 = types.Array(types.int64, 1, "C", readonly=True)
_W4, _W8 = types.int32[::1], types.int64[::1]


@helper
def _root(parents: Any, node: Any) -> Any:
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


@entry(types.int64(_I4, _I4, _W4, _W4))
def unite(source: Any, target: Any, parents: Any, sizes: Any) -> Any:
    """Union-find by size over the edges, in `parents` and `sizes`; how many components became one with another."""
    merged = 0
    for each in range(source.shape[0]):
        one, other = _root(parents, source[each]), _root(parents, target[each])
        if one == other:
            continue
        if sizes[one] < sizes[other]:
            one, other = other, one
        parents[other] = one
        sizes[one] += sizes[other]
        merged += 1
    return merged


@entry(types.int32[::1](_W4))
def roots(parents: Any) -> Any:
    """The node that stands for each node's component."""
    found = np.empty(parents.shape[0], np.int32)
    for node in range(parents.shape[0]):
        found[node] = _root(parents, node)
    return found


@helper
def _holds(ends: Any, low: Any, high: Any, wanted: Any) -> Any:
    while low < high:
        middle = (low + high) >> 1
        if ends[middle] < wanted:
            low = middle + 1
        elif ends[middle] > wanted:
            high = middle
        else:
            return True
    return False


@entry(types.void(_I8, _I4, _I4, _W4, types.boolean[::1], _W8))
def largest_neighbours(  # noqa: PLR0917 - the tables it walks
    start: Any, ends: Any, asked: Any, hubs: Any, several: Any, found: Any
) -> None:
    """The neighbour with the longest row of each node of `asked`, -1 for none, and its two hops where that is all.

    `several`: a further neighbour leads to somebody else as well, so that rows must be compared.
    """
    for at in range(asked.shape[0]):
        low, high = start[asked[at]], start[asked[at] + 1]
        hub, longest, beside = np.int32(-1), 0, 0
        for each in range(low, high):
            length = start[ends[each] + 1] - start[ends[each]]
            if length > longest:
                hub, longest, beside = ends[each], length, longest
            else:
                beside = max(beside, length)
        hubs[at], several[at] = hub, beside > 1
        found[at] = max(longest - 1, 0)  # the node itself is one of the hub's neighbours


@entry(types.void(_I8, _I4, _I4, _I4, _W8))
def count_two_hops(start: Any, ends: Any, asked: Any, hubs: Any, found: Any) -> None:
    """How many distinct nodes are exactly two steps from each node of `asked`; nodes of one hub follow one another.

    The largest row among the neighbours is counted by its length and marked once for all who share it, so a hub with a
    million neighbours costs each of them nothing.
    """
    seen, marked = np.full(start.shape[0] - 1, -1, np.int32), np.full(start.shape[0] - 1, -1, np.int32)
    before = -1
    for at in range(asked.shape[0]):
        node, hub = asked[at], hubs[at]
        if hub != before:
            for each in range(start[hub], start[hub + 1]):
                marked[ends[each]] = hub
            before = hub
        count = start[hub + 1] - start[hub] - 1  # the node itself is one of the hub's neighbours
        seen[node] = node
        for each in range(start[node], start[node + 1]):
            seen[ends[each]] = node
            count -= marked[ends[each]] == hub
        for each in range(start[node], start[node + 1]):
            middle = ends[each]
            if middle == hub or start[middle + 1] - start[middle] == 1:
                continue  # the one leads to nobody but the node itself
            for further in range(start[middle], start[middle + 1]):
                end = ends[further]
                if marked[end] != hub and seen[end] != node:
                    seen[end] = node
                    count += 1
        found[at] = count


@entry(types.int64(_I8, _I4, types.int32[:, ::1]))
def three_rings(start: Any, ends: Any, into: Any) -> Any:
    """Each directed ring of three nodes, least first, written to `into` as far as it has rows; how many there are."""
    count = 0
    for one in range(start.shape[0] - 1):
        for each in range(start[one], start[one + 1]):
            two = ends[each]
            if two < one:
                continue
            for further in range(start[two], start[two + 1]):
                three = ends[further]
                if three > one and _holds(ends, start[three], start[three + 1], one):
                    if count < into.shape[0]:
                        into[count, 0], into[count, 1], into[count, 2] = one, min(two, three), max(two, three)
                    count += 1
    return count


@entry(types.int64(_I8, _I4, types.int32[:, ::1]))
def mutual_pairs(start: Any, ends: Any, into: Any) -> Any:
    """Each pair that names one another, written to `into` as far as it has rows; how many there are."""
    count = 0
    for one in range(start.shape[0] - 1):
        for each in range(start[one], start[one + 1]):
            two = ends[each]
            if two > one and _holds(ends, start[two], start[two + 1], one):
                if count < into.shape[0]:
                    into[count, 0], into[count, 1] = one, two
                count += 1
    return count


@entry(types.void(_I8, _I4, _I8, _I4, _I4, _W4))
def unrelated_users(  # noqa: PLR0917 - the tables it walks
    by_start: Any, by_ends: Any, start: Any, ends: Any, asked: Any, found: Any
) -> None:
    """For each contact of `asked`: the users who name it, those joined by a nomination among themselves counted once.

    `by_*` are the users who name each node, `start` and `ends` all neighbours.
    """
    for at in range(asked.shape[0]):
        contact = asked[at]
        low, high = by_start[contact], by_start[contact + 1]
        users = high - low
        parents = np.arange(users).astype(np.int32)
        groups = users
        for one in range(users):
            user = by_ends[low + one]
            for each in range(start[user], start[user + 1]):
                near = ends[each]
                place = np.searchsorted(by_ends[low:high], near)
                if place < users and by_ends[low + place] == near:
                    first, second = _root(parents, one), _root(parents, place)
                    if first != second:
                        parents[second] = first
                        groups -= 1
        found[at] = groups
