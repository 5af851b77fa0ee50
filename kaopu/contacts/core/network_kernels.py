"""Rows of neighbours, compiled: built, turned round, made distinct, joined.

A graph is a pair of arrays: the neighbours of node `u` are `ends[start[u]:start[u + 1]]`, in rising order and without
repeats once `distinct` has seen them. Nodes are numbers from 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from kaopu.book.core.replay_compiled import entry

_I4 = types.Array(types.int32, 1, "C", readonly=True)
_I8 = types.Array(types.int64, 1, "C", readonly=True)
_tuple: Any = types.Tuple  # numba says nothing of its type
_GRAPH = _tuple((types.int64[::1], types.int32[::1]))


@entry(_GRAPH(_I4, _I4, types.int64))
def rows_of(source: Any, target: Any, nodes: int) -> Any:
    """The targets of each source, in the order in which they came."""
    start = np.zeros(nodes + 1, np.int64)
    for each in range(source.shape[0]):
        start[source[each] + 1] += 1
    for node in range(nodes):
        start[node + 1] += start[node]
    place, ends = start[:-1].copy(), np.empty(source.shape[0], np.int32)
    for each in range(source.shape[0]):
        ends[place[source[each]]] = target[each]
        place[source[each]] += 1
    return start, ends


@entry(_GRAPH(_I8, _I4))
def turned(start: Any, ends: Any) -> Any:
    """The same edges from their other end; its rows rise, whatever the order of the rows given."""
    nodes = start.shape[0] - 1
    other = np.zeros(nodes + 1, np.int64)
    for end in ends:
        other[end + 1] += 1
    for node in range(nodes):
        other[node + 1] += other[node]
    place, origins = other[:-1].copy(), np.empty(ends.shape[0], np.int32)
    for node in range(nodes):
        for each in range(start[node], start[node + 1]):
            origins[place[ends[each]]] = node
            place[ends[each]] += 1
    return other, origins


@entry(_tuple((types.int64[::1], types.int32[::1], types.boolean[::1]))(_I8, _I4))
def distinct(start: Any, ends: Any) -> Any:
    """Rising rows without repeats and without the node itself; which nodes held themselves."""
    nodes = start.shape[0] - 1
    kept, held, selves = np.zeros(nodes + 1, np.int64), np.empty(ends.shape[0], np.int32), np.zeros(nodes, np.bool_)
    count = 0
    for node in range(nodes):
        last = -1
        for each in range(start[node], start[node + 1]):
            end = ends[each]
            if end == node:
                selves[node] = True
            elif end != last:
                held[count] = end
                count += 1
            last = end
        kept[node + 1] = count
    return kept, held[:count].copy(), selves


@entry(_tuple((types.int64[::1], types.int32[::1], types.int32[::1]))(_I8, _I4, _I8, _I4))
def joined(start: Any, ends: Any, other: Any, others: Any) -> Any:
    """Rows of both graphs together, without repeats; how many neighbours of each node were in both."""
    nodes = start.shape[0] - 1
    first, held, both = (
        np.zeros(nodes + 1, np.int64),
        np.empty(ends.shape[0] + others.shape[0], np.int32),
        np.zeros(nodes, np.int32),
    )
    count = 0
    for node in range(nodes):
        left, right = start[node], other[node]
        left_stop, right_stop = start[node + 1], other[node + 1]
        while left < left_stop or right < right_stop:
            if right >= right_stop or (left < left_stop and ends[left] < others[right]):
                held[count] = ends[left]
                left += 1
            elif left >= left_stop or others[right] < ends[left]:
                held[count] = others[right]
                right += 1
            else:
                held[count] = ends[left]
                both[node] += 1
                left += 1
                right += 1
            count += 1
        first[node + 1] = count
    return first, held[:count].copy(), both
