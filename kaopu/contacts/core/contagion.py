"""What a person's place in the network says to those who review identity and fraud; never to a credit score.

The columns are declared as features of sensitivity `contact`, which the registry of decisions lets feed identity and
fraud review alone, whatever anybody approves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from kaopu.contacts.core.dense_groups import core_numbers
from kaopu.contacts.core.rings import circle_numbers
from kaopu.decision.core.features.feature import Feature, Kind, KnownWhen, Source, Text
from kaopu.decision.core.features.sensitivity import Sensitivity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kaopu.contacts.core.network import Network, Rows

_NOT_NAMED = Text("此人未填报他人也未被填报", "the person neither names anybody nor is named")


def _feature(name: str, zh: str, en: str, unit: str = "count") -> Feature:
    return Feature(
        name=f"contact_network_{name}",
        meaning=Text(zh, en),
        unit=unit,
        source=Source.OTHER,
        kind=Kind.INTEGER,
        missing=_NOT_NAMED,
        sensitivity=Sensitivity.CONTACT,
        known_when=KnownWhen.OBSERVED,
        low=0,
        group="contact network",
    )


FEATURES = (
    _feature("named_by", "有多少人将其填为联系人", "users who name this person"),
    _feature("two_hops", "恰好相隔两步的人数", "people exactly two steps away"),
    _feature("component_people", "所在连通分量的人数", "people of the connected component"),
    _feature("component_exposure", "所在连通分量的在贷敞口", "exposure of the connected component", "minor_units"),
    _feature("circle_people", "所在互填环的人数，不成环为一", "people of the circle of nominations; one outside any"),
    _feature("core_number", "所在稠密群的紧密程度", "the largest k such that each of the group is joined to k others"),
    _feature("reviewed_near", "直接相邻且复核存疑的人数", "neighbours under review"),
    _feature("reviewed_two_steps", "两步之内复核存疑的路径数", "walks of two steps to somebody under review"),
)


def contagion(
    graph: Network, exposure_minor: NDArray[np.int64], under_review: NDArray[np.bool_]
) -> dict[str, NDArray[np.int64]]:
    """One value a node for every feature. `exposure_minor` and `under_review` are by node, 0 and False if unknown."""
    roots, (circles, sizes) = graph.component_roots(), circle_numbers(graph)
    near = _matrix(graph.near)
    reviewed = under_review.astype(np.int64)
    at_hand = near @ reviewed
    columns = (
        graph.named_by.counts(),
        graph.two_hops,
        graph.sizes[roots].astype(np.int64),
        component_exposure(graph, exposure_minor)[roots],
        sizes[circles],
        core_numbers(graph.near).astype(np.int64),
        at_hand,
        near @ at_hand - graph.near.counts() * reviewed,  # without the way there and back
    )
    return {feature.name: column for feature, column in zip(FEATURES, columns, strict=True)}


def component_exposure(graph: Network, exposure_minor: NDArray[np.int64]) -> NDArray[np.int64]:
    """The exposure of each component at the node that stands for it, 0 elsewhere; minor units."""
    found = np.zeros(graph.nodes, dtype=np.int64)
    np.add.at(found, graph.component_roots(), exposure_minor)
    return found


def _matrix(rows: Rows) -> csr_array:
    size = len(rows.start) - 1
    return csr_array((np.ones(len(rows.ends), dtype=np.int64), rows.ends, rows.start), shape=(size, size))
