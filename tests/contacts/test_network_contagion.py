"""Dense groups, exposure by component, and features that may feed identity and fraud review and nothing else."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaopu.contacts.core.contagion import FEATURES, component_exposure, contagion
from kaopu.contacts.core.dense_groups import core_numbers, dense_groups
from kaopu.contacts.core.network import network
from kaopu.contacts.core.network_edges import edges_of
from kaopu.decision.core.features.catalogue import CATALOGUE
from kaopu.decision.core.features.registry import Approval, may_feed
from kaopu.decision.core.features.sensitivity import Purpose, Sensitivity
from kaopu.decision.core.policy.protected_attributes import attribute_of

name = st.integers(0, 9)
graphs = st.lists(st.tuples(name, name), max_size=45)


def bare_of(pairs):
    graph = nx.Graph(pairs)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph


@settings(deadline=None)
@given(pairs=graphs, k=st.integers(1, 4))
def test_dense_groups_are_those_of_networkx(pairs, k):
    graph, peer = network(edges_of(pairs)), bare_of(pairs)
    assert dict(zip(graph.ids.to_pylist(), core_numbers(graph.near).tolist(), strict=True)) == nx.core_number(peer)
    expected = (tuple(sorted(each)) for each in nx.connected_components(nx.k_core(peer, k)))
    assert sorted(dense_groups(graph, k)) == sorted(expected)


@settings(deadline=None)
@given(pairs=graphs, reviewed=st.sets(name))
def test_who_is_near_somebody_under_review(pairs, reviewed):
    graph, peer = network(edges_of(pairs)), bare_of(pairs)
    names = graph.ids.to_pylist()
    found = contagion(
        graph, np.ones(graph.nodes, np.int64), np.array([each in reviewed for each in names], dtype=np.bool_)
    )
    for row, each in enumerate(names):
        near = set(peer[each])
        assert found["contact_network_reviewed_near"][row] == len(near & reviewed)
        walks = sum(further in reviewed for middle in near for further in peer[middle] if further != each)
        assert found["contact_network_reviewed_two_steps"][row] == walks
        component = nx.node_connected_component(peer, each)
        assert found["contact_network_component_people"][row] == len(component)
        assert found["contact_network_component_exposure"][row] == len(component)


def test_exposure_is_added_by_component_and_none_is_lost():
    graph = network(edges_of([("a", "b"), ("b", "c"), ("d", "e")]))
    exposure = np.array([{"a": 5, "b": 0, "c": 7, "d": 11, "e": 0}[each] for each in graph.ids.to_pylist()])
    assert sorted(component_exposure(graph, exposure).tolist())[-2:] == [11, 12]
    assert component_exposure(graph, exposure).sum() == exposure.sum()


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_no_feature_of_the_network_may_feed_a_credit_score(feature):
    agreed = [Approval(feature.name, purpose, "somebody insists", "officer") for purpose in Purpose]
    allowed = {purpose for purpose in Purpose if may_feed(feature, purpose, agreed) is None}
    assert allowed == {Purpose.FRAUD, Purpose.IDENTITY}
    # A policy that reads the field without declaring it is refused by its name.
    assert attribute_of(feature.name).sensitivity is Sensitivity.CONTACT


def test_the_catalogue_of_decisions_holds_nothing_of_the_network():
    assert not [each.name for each in CATALOGUE if each.sensitivity is Sensitivity.CONTACT or "network" in each.name]
